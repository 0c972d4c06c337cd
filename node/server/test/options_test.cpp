#include "node/server/options.h"

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/test/temporary_folder.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;

Result<std::variant<Options, ShowText>> parse(const std::string& line) {
  std::vector<std::string> words{"quorate-node"};
  std::istringstream stream(line);
  for (std::string word; stream >> word;) words.push_back(word);
  std::vector<const char*> argv;
  argv.reserve(words.size());
  for (const std::string& word : words) argv.push_back(word.c_str());
  return parse_options(static_cast<int>(argv.size()), argv.data());
}

Options accepted(const std::string& line) {
  const auto parsed = parse(line);
  if (!parsed) {
    ADD_FAILURE() << parsed.error().to_string();
    return {};
  }
  return std::get<Options>(*parsed);
}

std::string refused(const std::string& line) {
  const auto parsed = parse(line);
  return parsed ? "accepted" : parsed.error().to_string();
}

constexpr const char* kThree = "--peers n1=127.0.0.1:1,n2=127.0.0.1:2,n3=127.0.0.1:3 ";

TEST(NodeOptions, FillInTheDocumentedDefaults) {
  const Options options = accepted(std::string("--name n2 --data d ") + kThree);
  EXPECT_EQ(options.listen, (Address{"127.0.0.1", 0}));
  EXPECT_EQ(options.timeout, std::chrono::seconds(1));
  EXPECT_EQ(options.engine.read_mode, ReadMode::kWriteBack);
  EXPECT_EQ(options.engine.version_scheme, VersionScheme::kTwoPhase);
  EXPECT_EQ(options.engine.fan_out, FanOut::kAll);
  EXPECT_EQ(options.engine.rejoin, RejoinMode::kCatchUp);
  EXPECT_EQ(options.engine.purge.mode, PurgeMode::kEverywhere);
  EXPECT_TRUE(options.engine.hints.enabled);
  EXPECT_FALSE(options.engine.sloppy_quorum);
  EXPECT_EQ(options.storage.durability, Durability::kBatch);
  EXPECT_EQ(options.engine.gossip.interval, std::chrono::seconds(1));
  EXPECT_EQ(options.engine.rumours.interval, Duration::zero());
  EXPECT_EQ(options.engine.anti_entropy.interval, std::chrono::seconds(60));
  EXPECT_EQ(options.engine.purge.grace, std::chrono::hours(240));
  EXPECT_EQ(options.engine.hints.lifetime, std::chrono::hours(3));
  EXPECT_EQ(options.peers.size(), 3U);
  const QuorumSize quorum = quorum_of(options, 3).value();
  EXPECT_EQ(quorum.r, 2);
  EXPECT_EQ(quorum.w, 2);
}

TEST(NodeOptions, ReadWhatIsGiven) {
  const Options options = accepted(
      "--name n1 --data d --listen 127.0.0.1:7 --r 1 --w 3 --timeout 250ms --read-mode none "
      "--ready-file f --cluster blue --log-level warn " +
      std::string(kThree));
  EXPECT_EQ(options.listen.port, 7);
  EXPECT_EQ(options.timeout, std::chrono::milliseconds(250));
  EXPECT_EQ(options.engine.read_mode, ReadMode::kNone);
  EXPECT_EQ(options.ready_file, "f");
  EXPECT_EQ(options.cluster, "blue");
  EXPECT_EQ(quorum_of(options, 3).value().w, 3);
}

TEST(NodeOptions, MayLeaveThePeersForLater) {
  EXPECT_TRUE(accepted("--name n1 --data d").peers.empty());
}

TEST(NodeOptions, ReadEveryMechanism) {
  const Options options = accepted(
      "--name n1 --data d --version-scheme clock --read-mode blocking --fan-out exact --rejoin "
      "vote "
      "--tombstone-purge by-time --hinted-handoff off --sloppy-quorum on --gossip-interval 50ms "
      "--rumour-interval 100ms --anti-entropy-interval off --durability periodic:100ms "
      "--clock-offset -250ms --clock-drift 20 --clock-base 7 --epoch 9 --n 2 --virtual-nodes 8 "
      "--hint-lifetime 1m --hint-rate 5 --max-hints 6 --tombstone-grace 1h --phi-threshold 4.5 "
      "--max-connections 3 --max-operations 4 --max-pending-mib 1 --r ONE --w all");
  const EngineOptions& engine = options.engine;
  EXPECT_EQ(engine.version_scheme, VersionScheme::kClock);
  EXPECT_EQ(engine.read_mode, ReadMode::kBlocking);
  EXPECT_EQ(engine.fan_out, FanOut::kExact);
  EXPECT_EQ(engine.rejoin, RejoinMode::kVote);
  EXPECT_EQ(engine.purge.mode, PurgeMode::kByTime);
  EXPECT_EQ(engine.purge.grace, std::chrono::hours(1));
  EXPECT_FALSE(engine.hints.enabled);
  EXPECT_EQ(engine.hints.lifetime, std::chrono::minutes(1));
  EXPECT_EQ(engine.hints.per_second, 5U);
  EXPECT_EQ(engine.hints.max_hints, 6U);
  EXPECT_TRUE(engine.sloppy_quorum);
  EXPECT_EQ(engine.gossip.interval, std::chrono::milliseconds(50));
  EXPECT_EQ(engine.gossip.phi_threshold, 4.5);
  EXPECT_EQ(engine.rumours.interval, std::chrono::milliseconds(100));
  EXPECT_EQ(engine.anti_entropy.interval, Duration::zero());
  EXPECT_EQ(engine.clock.offset, -std::chrono::milliseconds(250));
  EXPECT_EQ(engine.clock.drift_ppm, 20);
  EXPECT_EQ(engine.clock.base_us, 7);
  EXPECT_EQ(engine.max_operations, 4U);
  EXPECT_EQ(engine.replica.max_pending_bytes, std::size_t{1} << 20);
  EXPECT_EQ(options.storage.durability, Durability::kPeriodic);
  EXPECT_EQ(options.epoch, 9U);
  EXPECT_EQ(options.max_connections, 3U);
  EXPECT_EQ(options.virtual_nodes, 8);
  EXPECT_EQ(quorum_of(options, 5).value(), (QuorumSize{2, 1, 2}));
}

TEST(NodeOptions, RefuseWhatMakesNoSense) {
  for (const char* option : {"--read-mode sometimes",
                             "--durability maybe",
                             "--version-scheme x",
                             "--timeout 0s",
                             "--timeout soon",
                             "--listen nowhere",
                             "--r 0",
                             "--w -1",
                             "--r 4",
                             "--w 4",
                             "--log-level loud",
                             "--unheard-of 1",
                             "--n 4",
                             "--n 0",
                             "--epoch 0",
                             "--fan-out some",
                             "--rejoin maybe",
                             "--tombstone-purge never",
                             "--gossip-interval 1ms",
                             "--hint-rate 0",
                             "--phi-threshold 17",
                             "--clock-offset 2h",
                             "--clock-drift fast",
                             "--virtual-nodes 1025",
                             "--sloppy-quorum yes",
                             "--cluster ",
                             "--hint-lifetime 10h --tombstone-grace 9h",
                             "--w QUORUMS",
                             "--config /nonexistent/file"}) {
    EXPECT_NE(refused(std::string("--name n1 --data d ") + kThree + option), "accepted") << option;
  }
  EXPECT_NE(refused("--data d"), "accepted");
  EXPECT_NE(refused("--name n1"), "accepted");
  EXPECT_THAT(refused(std::string("--name n9 --data d ") + kThree), HasSubstr("n9 is not in it"));
}

TEST(NodeOptions, HelpHasExamples) {
  const auto parsed = parse("--help");
  ASSERT_TRUE(parsed);
  EXPECT_THAT(std::get<ShowText>(*parsed).text, HasSubstr("redis-cli -p 7000 SET greeting hello"));
}

std::string warnings(const std::string& line, std::uint16_t nodes = 3) {
  const Options options = accepted("--name n1 --data d " + line);
  std::string text;
  for (const auto& warning : warnings_of(options, quorum_of(options, nodes).value(), nodes)) {
    text += warning + "\n";
  }
  return text;
}

TEST(NodeWarnings, SpeakExactlyWhereReadAndWriteQuorumsMayMiss) {
  EXPECT_EQ(warnings(""), "");
  EXPECT_EQ(warnings("--r 1 --w 5", 5), "");
  EXPECT_THAT(warnings("--r 1 --w 2"), HasSubstr("1 + 2 is not greater than n = 3"));
  EXPECT_THAT(warnings("--r 2 --w 2", 5), HasSubstr("2 + 2 is not greater than n = 5"));
}

TEST(NodeWarnings, SpeakWhereAMechanismPromisesLess) {
  EXPECT_THAT(warnings("--read-mode blocking --r 1 --w 3"), HasSubstr("blocking read repair"));
  EXPECT_EQ(warnings("--read-mode blocking --r 2 --w 2"), "");
  EXPECT_THAT(warnings("--version-scheme local-counter"), HasSubstr("local-counter with w < n"));
  EXPECT_EQ(warnings("--version-scheme local-counter --w ALL"), "");
  EXPECT_THAT(warnings("--version-scheme clock"), HasSubstr("a clock that is ahead"));
  EXPECT_THAT(warnings("--sloppy-quorum on --n 3", 5), HasSubstr("stand-ins acknowledged"));
  EXPECT_THAT(warnings("--sloppy-quorum on"), HasSubstr("nobody stands in"));
  EXPECT_THAT(warnings("--rejoin vote"), HasSubstr("rejoin vote"));
  EXPECT_THAT(warnings("--tombstone-purge by-time"), HasSubstr("brings deleted values back"));
  EXPECT_THAT(warnings("--durability none"), HasSubstr("takes acknowledged writes back"));
}

class ConfigFile : public ::testing::Test {
 protected:
  std::string with(const std::string& content) {
    const auto file = folder_ / "node.json";
    EXPECT_TRUE(write_file_atomically(file, content));
    return "--config " + file.string() + " ";
  }
  TemporaryFolder folder_;
};

TEST_F(ConfigFile, HasTheNamesAndValuesOfTheCommandLine) {
  const Options options = accepted(with(R"({"name": "n2", "data": "d", "r": 2, "w": "ALL",
      "sloppy-quorum": true, "hinted-handoff": false, "phi-threshold": 4.5, "timeout": "250ms",
      "peers": {"n1": "127.0.0.1:1", "n2": "127.0.0.1:2", "n3": "127.0.0.1:3"}})"));
  EXPECT_EQ(options.name, "n2");
  EXPECT_EQ(quorum_of(options, 3).value(), (QuorumSize{3, 2, 3}));
  EXPECT_TRUE(options.engine.sloppy_quorum);
  EXPECT_FALSE(options.engine.hints.enabled);
  EXPECT_EQ(options.engine.gossip.phi_threshold, 4.5);
  EXPECT_EQ(options.timeout, std::chrono::milliseconds(250));
  ASSERT_EQ(options.peers.size(), 3U);
  EXPECT_EQ(options.peers[2].name, "n3");
}

TEST_F(ConfigFile, GivesWayToTheCommandLine) {
  const std::string file = with(R"({"name": "n1", "data": "d", "read-mode": "none", "r": 1})");
  const Options options = accepted(file + "--read-mode async");
  EXPECT_EQ(options.engine.read_mode, ReadMode::kAsync);
  EXPECT_EQ(options.r, 1);
}

TEST_F(ConfigFile, IsRefusedByTheNameOfWhatIsWrong) {
  const auto said = [this](const std::string& member) {
    return refused(with("{\"name\": \"n1\", \"data\": \"d\"" + member + "}"));
  };
  EXPECT_EQ(said(""), "accepted");
  EXPECT_THAT(said(R"(, "read_mode": "none")"), HasSubstr("no option \"read_mode\""));
  EXPECT_THAT(said(R"(, "config": "other.json")"), HasSubstr("no option \"config\""));
  EXPECT_THAT(said(R"(, "read-mode": "sometimes")"), HasSubstr("read-mode \"sometimes\": must be"));
  EXPECT_THAT(said(R"(, "r": [1])"), HasSubstr("\"r\" cannot be [1]"));
  EXPECT_THAT(said(R"(, "r": null)"), HasSubstr("\"r\" cannot be null"));
  EXPECT_THAT(said(R"(, "peers": {"n1": 7})"), HasSubstr("\"peers\" cannot be"));
  EXPECT_THAT(said(R"(, "r": 1.5)"), HasSubstr("r \"1.5\""));
  EXPECT_THAT(said(","), HasSubstr("node.json"));
  EXPECT_THAT(refused(with("[]")), HasSubstr("must be a JSON object"));
}

}  // namespace
}  // namespace quorate::node
