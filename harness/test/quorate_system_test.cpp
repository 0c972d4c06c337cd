#include "harness/systems/quorate/quorate_system.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class QuorateSystemTest : public testing::Test {
 protected:
  QuorateSystemTest() { fs::create_directories(node_folder_); }

  // What validate() says of the defaults with one change.
  Result<void> validated(const std::function<void(RunConfig*)>& change) const {
    RunConfig config;
    change(&config);
    return system_.validate(complete(config).value());
  }
  NodeSlot slot(bool own_network) const {
    return {.index = 1,
            .names = {"n1", "n2", "n3"},
            .hosts = {"10.0.0.1", "10.0.0.2", "10.0.0.3"},
            .own_network = own_network,
            .folder = node_folder_};
  }
  void write_ready_file(const std::string& content) const {
    std::ofstream(node_folder_ / "ready.json") << content;
  }

  TemporaryFolder folder_;
  const fs::path node_folder_ = folder_.path() / "run-7" / "nodes" / "n2";
  QuorateSystem system_{"/bin/true"};  // any program that is there
};

// The value behind an option of a command line.
std::string argument_of(const NodeLaunch& launch, const std::string& option) {
  const auto at = std::find(launch.arguments.begin(), launch.arguments.end(), option);
  if (at == launch.arguments.end() || at + 1 == launch.arguments.end()) return "not given";
  return *(at + 1);
}

// The options of a command line, each with its value.
std::map<std::string, std::string> options_of(const NodeLaunch& launch) {
  std::map<std::string, std::string> options;
  EXPECT_EQ(launch.arguments.size() % 2, 0U);
  for (std::size_t i = 0; i + 1 < launch.arguments.size(); i += 2) {
    options[launch.arguments[i]] = launch.arguments[i + 1];
  }
  return options;
}

TEST_F(QuorateSystemTest, AcceptsTheDefaultsAndWhatIsBuilt) {
  EXPECT_TRUE(validated([](RunConfig*) {}));
  EXPECT_TRUE(validated([](RunConfig* c) { c->read_mode = "none"; }));
  EXPECT_TRUE(validated([](RunConfig* c) { c->mode = Approach::kClient; }));
  EXPECT_TRUE(validated([](RunConfig* c) { c->nodes = 3; }));
  EXPECT_TRUE(validated([](RunConfig* c) { c->n = 3; }));
  for (const char* scheme : {"two-phase", "local-counter", "clock"}) {
    EXPECT_TRUE(validated([&](RunConfig* c) { c->version_scheme = scheme; })) << scheme;
  }
  for (const char* mode : {"none", "async", "blocking", "write-back"}) {
    EXPECT_TRUE(validated([&](RunConfig* c) { c->read_mode = mode; })) << mode;
  }
  for (const char* fan_out : {"all", "exact"}) {
    EXPECT_TRUE(validated([&](RunConfig* c) { c->fan_out = fan_out; })) << fan_out;
  }
  for (const char* durability : {"batch", "periodic", "none"}) {
    EXPECT_TRUE(validated([&](RunConfig* c) { c->durability = durability; })) << durability;
  }
}

TEST_F(QuorateSystemTest, CallsOtherWordsUnknownAndSaysWhatThereIs) {
  const std::vector<std::pair<std::function<void(RunConfig*)>, const char*>> cases{
      {[](RunConfig* c) { c->version_scheme = "vector"; }, "--version-scheme vector is unknown"},
      {[](RunConfig* c) { c->read_mode = "write-Back"; }, "--read-mode write-Back is unknown"},
      {[](RunConfig* c) { c->fan_out = ""; }, "--fan-out  is unknown"},
      {[](RunConfig* c) { c->durability = "fsync"; }, "--durability fsync is unknown"}};
  for (const auto& [change, text] : cases) {
    const Result<void> ok = validated(change);
    ASSERT_FALSE(ok) << text;
    EXPECT_EQ(ok.error().code, ErrorCode::kInvalidArgument) << text;
    EXPECT_THAT(ok.error().context, AllOf(HasSubstr(text), HasSubstr("there is: ")));
  }
}

TEST_F(QuorateSystemTest, TellsNodesWhatARunWantsThemToldLast) {
  RunConfig config;
  config.node_options = {"sloppy-quorum=on", "hint-lifetime=2s"};
  const auto launch = system_.launch(complete(config).value(), slot(true));
  ASSERT_TRUE(launch);
  EXPECT_EQ(argument_of(*launch, "--sloppy-quorum"), "on");
  EXPECT_EQ(argument_of(*launch, "--hint-lifetime"), "2s");
}

TEST_F(QuorateSystemTest, RefusesToTellNodesWhatIsNoOptionOrTheHarnessesOwn) {
  for (const auto& [option, text] : std::vector<std::pair<std::string, std::string>>{
           {"sloppy-quorum", "write NAME=VALUE"},
           {"=on", "write NAME=VALUE"},
           {"", "write NAME=VALUE"},
           {"r=1", "the harness itself tells its nodes --r"},
           {"peers=n1=1.2.3.4:5", "the harness itself tells its nodes --peers"},
           {"tombstone-grace=1s", "tombstones stay for the length of a run"}}) {
    const auto refused =
        validated([&, option = option](RunConfig* c) { c->node_options = {option}; });
    ASSERT_FALSE(refused) << option;
    EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(refused.error().context, HasSubstr(text));
  }
}

TEST_F(QuorateSystemTest, StartsTheProgramThatARunAsksFor) {
  const auto program = [&](const std::string& asked) {
    RunConfig config;
    config.node_program = asked;
    return system_.launch(complete(config).value(), slot(true)).value().program;
  };
  EXPECT_EQ(program(""), "/bin/true");
  EXPECT_EQ(program("false"), "/bin/false") << "a bare name lies beside its own";
  EXPECT_EQ(program("/usr/bin/env"), "/usr/bin/env");
  const auto missing = validated([](RunConfig* c) { c->node_program = "/no/such"; });
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().context, "/no/such is not there");
}

TEST_F(QuorateSystemTest, RefusesWhereTheNodeProgramIsMissing) {
  const QuorateSystem system(folder_ / "quorate-node");
  const Result<void> ok = system.validate(complete(RunConfig{}).value());
  ASSERT_FALSE(ok);
  EXPECT_EQ(ok.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(ok.error().context, HasSubstr((folder_ / "quorate-node").string()));
}

TEST_F(QuorateSystemTest, LaunchesANodeThatHasItsHostToItselfOnAFixedPort) {
  RunConfig config;
  config.nodes = 3;
  config.r = 1;
  config.w = 3;
  config.timeout = std::chrono::milliseconds(1500);
  config.read_mode = "none";
  config.version_scheme = "clock";
  config.fan_out = "exact";
  const NodeLaunch launch = system_.launch(complete(config).value(), slot(true)).value();
  EXPECT_EQ(launch.program, "/bin/true");
  const std::string folder = node_folder_.string();
  const std::map<std::string, std::string> expected{
      {"--name", "n2"},
      {"--cluster", "run-7"},
      {"--data", folder + "/data"},
      {"--ready-file", folder + "/ready.json"},
      {"--listen", "10.0.0.2:7000"},
      {"--peers", "n1=10.0.0.1:7000,n2=10.0.0.2:7000,n3=10.0.0.3:7000"},
      {"--n", "3"},
      {"--r", "1"},
      {"--w", "1"},  // every request says its own
      {"--timeout", "1500ms"},
      {"--read-mode", "none"},
      {"--durability", "batch"},
      {"--version-scheme", "clock"},
      {"--fan-out", "exact"},
      {"--clock-base", "0"},
      {"--hinted-handoff", "off"},
      {"--anti-entropy-interval", "off"}};
  EXPECT_EQ(options_of(launch), expected);
}

TEST_F(QuorateSystemTest, LetsANodeThatSharesItsHostChooseItsPort) {
  const NodeLaunch launch =
      system_.launch(complete(RunConfig{}).value(), slot(/*own_network=*/false)).value();
  EXPECT_EQ(argument_of(launch, "--listen"), "10.0.0.2:0");
  EXPECT_EQ(argument_of(launch, "--peers"), "n1=10.0.0.1:0,n2=10.0.0.2:0,n3=10.0.0.3:0");
}

TEST_F(QuorateSystemTest, RemovesTheReadyFileOfThePreviousProcessBeforeALaunch) {
  write_ready_file(R"({"address":"10.0.0.2:7000"})");
  ASSERT_TRUE(system_.find(slot(true)));
  ASSERT_TRUE(system_.launch(complete(RunConfig{}).value(), slot(true)));
  EXPECT_FALSE(fs::exists(node_folder_ / "ready.json"));
  EXPECT_FALSE(system_.find(slot(true)));
}

TEST_F(QuorateSystemTest, FindsTheNodeWhereItsReadyFileSays) {
  EXPECT_FALSE(system_.find(slot(false))) << "not ready yet";
  write_ready_file(R"({"name":"n2","address":"127.0.0.1:40123","pid":1})");
  const std::optional<NodeAddress> address = system_.find(slot(false));
  ASSERT_TRUE(address);
  EXPECT_EQ(address->name, "n2");
  EXPECT_EQ(address->host, "127.0.0.1");
  EXPECT_EQ(address->port, 40123);
}

TEST_F(QuorateSystemTest, FindsNoNodeInAReadyFileThatTellsNoAddress) {
  for (const char* content : {"", "{", "[]", "{}", R"({"address":"127.0.0.1:0"})",
                              R"({"address":"127.0.0.1:http"})", R"({"address":""})"}) {
    write_ready_file(content);
    EXPECT_FALSE(system_.find(slot(false))) << content;
  }
}

TEST_F(QuorateSystemTest, HearsWhatANodeSaysOfItselfAndThatAnIncarnationWasUsedTwice) {
  const auto heard = [this](const std::string& log) {
    std::ofstream(node_folder_ / "log.txt") << log;
    return system_.complaints(node_folder_);
  };
  const std::string first = "[info] ready address=10.0.0.2:7000 incarnation=00000000000000aa\n";
  const std::string second = "[info] ready address=10.0.0.2:7000 incarnation=00000000000000ab\n";
  EXPECT_THAT(heard(""), testing::IsEmpty());
  EXPECT_THAT(heard(first + "[info] peers connected\n" + second), testing::IsEmpty());
  EXPECT_THAT(heard(first + second + first),
              ElementsAre("incarnation 00000000000000aa was used by two starts"));
  EXPECT_THAT(heard(first + "[error] invariant broken: two records of one version\n"),
              ElementsAre("invariant broken: two records of one version"));
}

TEST_F(QuorateSystemTest, PromisesByItsTable) {
  RunConfig config;
  const std::vector<Property> strict = system_.promised(complete(config).value());
  EXPECT_THAT(strict, testing::Contains(Property::kLinearizable));
  config.r = config.w = 2;
  const std::vector<Property> partial = system_.promised(complete(config).value());
  EXPECT_THAT(partial, ElementsAre(Property::kNoDirtyRead, Property::kAvailableAfterHeal));
}

TEST(Systems, AreMadeByName) {
  const auto system = make_system("quorate");
  ASSERT_TRUE(system);
  EXPECT_EQ((*system)->name(), "quorate");
  ASSERT_EQ((*system)->programs({}).size(), 1U);
  EXPECT_EQ((*system)->programs({})[0].filename(), "quorate-node");
}

TEST(Systems, ThatDoNotExistAreRefusedWithThoseThatDo) {
  const auto system = make_system("etcd");
  ASSERT_FALSE(system);
  EXPECT_EQ(system.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(system.error().context, AllOf(HasSubstr("etcd"), HasSubstr("there is: quorate")));
}

}  // namespace
}  // namespace quorate
