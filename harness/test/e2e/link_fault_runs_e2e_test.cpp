// Whole runs under faults of links, and faults that come at a moment of a write: what the histories
// show of them.
#include <array>
#include <fstream>
#include <limits>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/test/e2e/cli.h"

namespace quorate::e2e {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Key;
using testing::Not;

struct Operation {
  std::int64_t from_ns = 0;
  std::int64_t to_ns = std::numeric_limits<std::int64_t>::max();
  std::string type;  // of its completion
  std::string node;
  std::set<std::string> replicas;
};

// From when the fault was in force until its heal began.
struct InForce {
  std::int64_t from_ns = 0;
  std::int64_t to_ns = 0;
  Json args;
};

class LinkFaultRun : public testing::Test {
 protected:
  void SetUp() override {
    if (!packet_network_works())
      GTEST_SKIP() << "no packet network here (needs root, /dev/net/tun)";
  }

  // Three nodes on the packet network, for three seconds, unless `more` says otherwise. Expects the
  // run to pass: what clients ask through a coordinator survives all of these faults.
  void run(const std::string& nemesis, const std::map<std::string, std::string>& more = {}) {
    std::map<std::string, std::string> options = more;
    options.insert({{"--out", folder().string()},
                    {"--nodes", "3"},
                    {"--time", "3"},
                    {"--network", "packet"},
                    {"--timeout", "3s"}});
    if (!nemesis.empty()) options.insert({"--nemesis", nemesis});
    std::vector<std::string> arguments{"run", "--quiet"};
    for (const auto& [name, value] : options) arguments.insert(arguments.end(), {name, value});
    finished_ = Cli(scratch_.path(), std::move(arguments)).wait();
    EXPECT_EQ(finished_.exit_code, 0) << finished_.out << finished_.err;
    read_history();
  }

  std::filesystem::path folder() const { return scratch_.path() / "run"; }
  Json exercised() const { return json_file(folder() / "results.json")["measures"]["exercised"]; }
  std::int64_t packets(const std::string& fault, const std::string& what) const {
    return exercised()["faults"][fault].value("packets", Json::object()).value(what, 0);
  }

  Finished finished_;
  std::vector<Operation> operations_;
  std::map<std::string, std::vector<InForce>> faults_;
  std::map<std::string, std::vector<Json>> heals_;  // what they say
  std::vector<Json> moments_;                       // of the aimed ones; null: by the clock
  TemporaryFolder scratch_;

 private:
  void read_history() {
    std::map<std::string, Operation> under_way;
    std::ifstream file(folder() / "history.jsonl");
    for (std::string line; std::getline(file, line);) {
      const Json event = Json::parse(line);
      if (event.at("process") == "nemesis") {
        take_mark(event);
      } else if (event.at("process").is_number()) {
        take_event(event, &under_way);
      }
    }
  }

  void take_mark(const Json& event) {
    const auto f = event.at("f").get<std::string>();
    const std::string fault = f.substr(f.find('-') + 1);
    const auto time = event.at("time").get<std::int64_t>();
    if (f.starts_with("inject-") && event.at("type") == "ok") {
      faults_[fault].push_back({time, std::numeric_limits<std::int64_t>::max(), event.at("value")});
    }
    if (f.starts_with("inject-") && event.at("type") == "invoke") {
      moments_.push_back(event.at("value").value("moment", Json()));
    }
    if (f.starts_with("heal-") && event.at("type") == "invoke") faults_[fault].back().to_ns = time;
    if (f.starts_with("heal-") && event.at("type") == "ok") {
      heals_[fault].push_back(event.at("value"));
    }
  }

  void take_event(const Json& event, std::map<std::string, Operation>* under_way) {
    Operation& operation = (*under_way)[event.at("process").dump()];
    const auto time = event.at("time").get<std::int64_t>();
    if (event.at("type") == "invoke") {
      operation = Operation();
      operation.from_ns = time;
      operation.node = event.at("node").get<std::string>();
      return;
    }
    operation.to_ns = time;
    operation.type = event.at("type").get<std::string>();
    if (event.contains("replicas")) {
      for (const Json& replica : event.at("replicas")) {
        operation.replicas.insert(replica.get<std::string>());
      }
    }
    operations_.push_back(operation);
  }
};

// Two round trips for a write, one at least for a read: each way takes 40 ms.
TEST_F(LinkFaultRun, SlowLinksMakeOperationsWait) {
  run("slow-links:delay=40ms:links=all");
  ASSERT_THAT(faults_, Contains(Key("slow-links")));
  int within = 0;
  for (const InForce& slow : faults_["slow-links"]) {
    for (const Operation& operation : operations_) {
      if (operation.from_ns < slow.from_ns || operation.to_ns > slow.to_ns) continue;
      if (operation.type != "ok") continue;
      EXPECT_GE(operation.to_ns - operation.from_ns, 80'000'000);
      ++within;
    }
  }
  EXPECT_GT(within, 0);
}

// Those that are let go may still run into their time-out: a node gives a silent connection up
// after a while, and asks nobody twice.
TEST_F(LinkFaultRun, HeldLinksKeepOperationsUntilTheyAreLetGo) {
  run("held-links:links=all");
  ASSERT_THAT(faults_, Contains(Key("held-links")));
  int waited = 0;
  for (const InForce& held : faults_["held-links"]) {
    for (const Operation& operation : operations_) {
      const bool within = operation.from_ns > held.from_ns && operation.to_ns < held.to_ns;
      EXPECT_FALSE(within && operation.type == "ok") << "no quorum could be reached";
      if (operation.from_ns < held.to_ns && operation.to_ns > held.to_ns) ++waited;
    }
  }
  EXPECT_GT(waited, 0);
}

TEST_F(LinkFaultRun, ASteeredOutNodeIsInNobodyElsesQuorum) {
  run("steered-out:delay=800ms");
  ASSERT_THAT(faults_, Contains(Key("steered-out")));
  int others = 0;
  for (const InForce& fault : faults_["steered-out"]) {
    const auto steered = fault.args.at("links").at(0).at(0).get<std::string>();
    for (const Operation& operation : operations_) {
      if (operation.from_ns < fault.from_ns || operation.to_ns > fault.to_ns) continue;
      if (operation.type != "ok" || operation.node == steered) continue;
      EXPECT_FALSE(operation.replicas.contains(steered));
      ++others;
    }
  }
  EXPECT_GT(others, 0);
}

class BadLinks : public LinkFaultRun,
                 public testing::WithParamInterface<std::pair<const char*, const char*>> {};

TEST_P(BadLinks, HarmPacketsAndNotTheStore) {
  const auto& [fault, harm] = GetParam();
  run(std::string(fault) + ":links=all");
  EXPECT_GT(packets(fault, harm), 0) << finished_.out;
  EXPECT_THAT(finished_.out, HasSubstr(std::string("packets ") + harm));
}

INSTANTIATE_TEST_SUITE_P(, BadLinks,
                         testing::Values(std::pair("lossy-links", "lost"),
                                         std::pair("duplicating-links", "duplicated"),
                                         std::pair("reordering-links", "reordered"),
                                         std::pair("corrupting-links", "corrupted"),
                                         std::pair("flapping-links", "cut")),
                         [](const auto& of) {
                           const std::string name = of.param.first;
                           return name.substr(0, name.find('-'));
                         });

// 4 KiB/s for what needs far more: either it is dropped, or operations take their time.
TEST_F(LinkFaultRun, NarrowLinksLetLittleThrough) {
  run("narrow-links:rate=4:links=all");
  ASSERT_THAT(faults_, Contains(Key("narrow-links")));
  double before = 0;
  double within = 0;
  const InForce& narrow = faults_["narrow-links"].front();
  for (const Operation& operation : operations_) {
    if (operation.type != "ok") continue;
    if (operation.to_ns < narrow.from_ns) before += 1;
    if (operation.from_ns > narrow.from_ns && operation.to_ns < narrow.to_ns) within += 1;
  }
  const auto seconds = [](std::int64_t ns) { return static_cast<double>(ns) / 1e9; };
  const double rate_before = before / seconds(narrow.from_ns - operations_.front().from_ns);
  EXPECT_LT(within / seconds(narrow.to_ns - narrow.from_ns), rate_before / 2);
}

TEST_F(LinkFaultRun, ResetConnectionsEndAndComeBack) {
  run("reset-connections:links=all:every=100ms");
  ASSERT_THAT(heals_, Contains(Key("reset-connections")));
  EXPECT_GE(heals_["reset-connections"].front().at("connections_reset").get<int>(), 3);
  const std::int64_t healed = faults_["reset-connections"].front().to_ns;
  int after = 0;
  for (const Operation& operation : operations_) {
    if (operation.from_ns > healed && operation.type == "ok") ++after;
  }
  EXPECT_GT(after, 0);
}

TEST_F(LinkFaultRun, SwizzleClogTakesNodesOneByOne) {
  run("swizzle-clog:step=50ms");
  ASSERT_THAT(heals_, Contains(Key("swizzle-clog")));
  for (std::size_t i = 0; i < heals_["swizzle-clog"].size(); ++i) {
    const std::size_t planned = faults_["swizzle-clog"][i].args.at("turns").size();
    EXPECT_EQ(heals_["swizzle-clog"][i].at("turns").get<std::size_t>(), planned);
  }
}

class NewPartitions : public LinkFaultRun, public testing::WithParamInterface<const char*> {};

// Whatever is cut off, no operation that a node coordinates counts an answer over a link that is
// cut.
TEST_P(NewPartitions, LetNoAnswerThrough) {
  const std::string fault = std::string("partition:") + GetParam();
  run(fault, {{"--timeout", "500ms"}});
  ASSERT_THAT(faults_, Contains(Key(fault)));
  EXPECT_GT(packets(fault, "cut"), 0);
  for (const InForce& apart : faults_[fault]) {
    std::set<std::pair<std::string, std::string>> cut;
    for (const Json& link : apart.args.at("cut")) {
      cut.emplace(link.at(0).get<std::string>(), link.at(1).get<std::string>());
    }
    for (const Operation& operation : operations_) {
      if (operation.from_ns < apart.from_ns || operation.to_ns > apart.to_ns) continue;
      for (const std::string& replica : operation.replicas) {
        EXPECT_FALSE(cut.contains({operation.node, replica}));
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, NewPartitions, testing::Values("bipartition", "bridge", "random"),
                         [](const auto& of) { return std::string(of.param); });

class AimedFaults : public LinkFaultRun, public testing::WithParamInterface<const char*> {};

// A moment comes many times a second, and each fault finds it and strikes who stands in it.
TEST_P(AimedFaults, StrikeAtTheirMoment) {
  run(GetParam(), {{"--nodes", "5"}, {"--nemesis-interval", "1s"}});
  int struck = 0;
  for (const auto& [fault, times] : faults_) {
    for (const InForce& in_force : times) {
      ASSERT_TRUE(in_force.args.contains("nodes") || in_force.args.contains("cut"));
      ++struck;
    }
  }
  EXPECT_GE(struck, 1) << finished_.out;
  EXPECT_GT(exercised()["writes-seen"]["writes"].get<int>(), 100);
  EXPECT_THAT(finished_.out, Not(HasSubstr("never came")));
}

INSTANTIATE_TEST_SUITE_P(, AimedFaults,
                         testing::Values("kill:when=first-ack",
                                         "kill:when=last-ack-awaited:who=have",
                                         "pause:when=fan-out",
                                         "partition:one-node:when=first-ack:who=lack"),
                         [](const auto& of) {
                           std::string name = of.param;
                           for (char& c : name) {
                             if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
                           }
                           return name;
                         });

// Killed when the first replica has a write, a coordinator leaves writes behind that never got
// their quorum: by the clock that is rare.
TEST_F(LinkFaultRun, AnAimedKillCutsWritesInBetween) {
  run("kill:when=first-ack",
      {{"--nodes", "5"}, {"--nemesis-interval", "500ms"}, {"--w", "4"}, {"--r", "2"}});
  EXPECT_GE(exercised()["writes-seen"]["cut-in-between"].get<int>(), 1) << finished_.out;
  EXPECT_THAT(finished_.out, HasSubstr("writes cut between first and last acknowledgement"));
}

TEST_F(LinkFaultRun, AFaultStrikesAtTheVeryWriteThatItWaitsFor) {
  const auto plan = scratch_.path() / "plan.json";
  std::ofstream(plan) << R"({"steps": [{"at_us": 1000, "do": "inject", "fault": "pause",
                            "when": "first-ack", "key": "k1", "write": 40}]})";
  run("", {{"--plan", plan.string()}, {"--rate", "1000"}});
  ASSERT_THAT(faults_, Contains(Key("pause"))) << finished_.out;
  ASSERT_EQ(moments_.size(), 1U);
  EXPECT_EQ(moments_[0].value("key", ""), "k1");
  EXPECT_EQ(moments_[0].value("write", 0), 40);
}

TEST_F(LinkFaultRun, SeveralFaultsWaitForTheirMomentsTogether) {
  run("kill:when=first-ack,pause:when=last-ack-awaited:who=have",
      {{"--nodes", "5"}, {"--nemesis-interval", "1s"}, {"--nemesis-at-once", "2"}});
  EXPECT_THAT(faults_, AllOf(Contains(Key("kill")), Contains(Key("pause")))) << finished_.out;
  EXPECT_THAT(finished_.out, Not(HasSubstr("never came")));
}

TEST_F(LinkFaultRun, AMomentNeedsANetworkThatCanBeWatched) {
  const Finished refused =
      Cli(scratch_.path(), {"run", "--network", "none", "--nemesis", "kill:when=first-ack"}).wait();
  EXPECT_EQ(refused.exit_code, 254);
  EXPECT_THAT(refused.err, AllOf(HasSubstr("cannot watch packets"), HasSubstr("--network packet")));
  const Finished client =
      Cli(scratch_.path(), {"run", "--mode", "client", "--nemesis", "kill:when=first-ack"}).wait();
  EXPECT_EQ(client.exit_code, 254);
  EXPECT_THAT(client.err, HasSubstr("add who=have or who=lack"));
  const Finished nobody =
      Cli(scratch_.path(), {"run", "--nemesis", "kill:when=first-ack:has=n9"}).wait();
  EXPECT_EQ(nobody.exit_code, 254);
  EXPECT_THAT(nobody.err, HasSubstr("there is no node \"n9\""));
}

TEST_F(LinkFaultRun, SeveralFaultsAtOnceMeet) {
  run("kill,slow-links:delay=5ms,partition:one-node,pause",
      {{"--nemesis-at-once", "2"}, {"--nemesis-interval", "1s"}, {"--seed", "11"}});
  EXPECT_FALSE(exercised().value("met", Json::object()).empty()) << finished_.out;
}

TEST_F(LinkFaultRun, ExercisedTellsWhatRunsDidAndWhatNeverHappened) {
  run("kill", {{"--time", "2"}});
  const Finished told = Cli(scratch_.path(), {"exercised", folder().string()}).wait();
  EXPECT_EQ(told.exit_code, 0) << told.err;
  EXPECT_THAT(told.out,
              AllOf(HasSubstr("1 runs: "), HasSubstr("kill "), HasSubstr("never happened")));
  const Finished json =
      Cli(scratch_.path(), {"exercised", "--json", scratch_.path().string()}).wait();
  const Json sum = Json::parse(json.out);
  EXPECT_GE(sum["faults"]["kill"]["injected"].get<int>(), 1);
  EXPECT_THAT(sum["never"]["faults"].get<std::vector<std::string>>(), Contains("pause"));
  const Finished nothing = Cli(scratch_.path(), {"exercised", "/nonexistent"}).wait();
  EXPECT_EQ(nothing.exit_code, 254);
  EXPECT_THAT(nothing.err, HasSubstr("no run below /nonexistent"));
}

TEST_F(LinkFaultRun, CapturesTheLinksThatItIsAskedFor) {
  run("", {{"--capture", "n1-n2"}, {"--time", "1"}});
  std::ifstream file(folder() / "capture" / "n1-n2.pcap", std::ios::binary);
  std::array<unsigned char, 4> magic{};
  file.read(reinterpret_cast<char*>(magic.data()), magic.size());
  const std::array<unsigned char, 4> nanoseconds{0x4d, 0x3c, 0xb2, 0xa1};
  EXPECT_EQ(magic, nanoseconds);
  EXPECT_GT(std::filesystem::file_size(folder() / "capture" / "n1-n2.pcap"), 1000U);
  const Finished refused = Cli(scratch_.path(), {"run", "--capture", "n1-n9"}).wait();
  EXPECT_EQ(refused.exit_code, 254);
  EXPECT_THAT(refused.err, HasSubstr("--capture n1-n9: must be two of n1 to n5"));
}

// What happened is what the saved plan says, whoever gives it.
TEST_F(LinkFaultRun, ASavedPlanIsFollowedAgain) {
  run("kill,partition", {{"--nemesis-interval", "1s"}});
  const std::map<std::string, std::vector<InForce>> first = faults_;
  const auto plan = scratch_.path() / "plan.json";
  std::filesystem::copy_file(folder() / "plan.json", plan);
  std::filesystem::remove_all(folder());
  faults_.clear();
  run("", {{"--plan", plan.string()}});
  ASSERT_EQ(faults_.size(), first.size());
  for (const auto& [fault, times] : first) {
    ASSERT_EQ(faults_[fault].size(), times.size()) << fault;
    for (std::size_t i = 0; i < times.size(); ++i) {
      EXPECT_EQ(faults_[fault][i].args.value("nodes", Json()),
                times[i].args.value("nodes", Json()));
      EXPECT_EQ(faults_[fault][i].args.value("cut", Json()), times[i].args.value("cut", Json()));
    }
  }
}

TEST_F(LinkFaultRun, APlanOfOnesOwnHandIsRefusedWithThePlaceWhereItIsWrong) {
  const auto plan = scratch_.path() / "plan.json";
  std::ofstream(plan) << R"({"steps": [{"at_us": 5, "do": "inject", "fault": "meteor"}]})";
  const Finished refused = Cli(scratch_.path(), {"run", "--plan", plan.string()}).wait();
  EXPECT_EQ(refused.exit_code, 254);
  EXPECT_THAT(refused.err, AllOf(HasSubstr(plan.string()), HasSubstr("no fault \"meteor\"")));
}

}  // namespace
}  // namespace quorate::e2e
