// Real nodes with a disk that fails, hints that are held or dropped, and anti-entropy that is held.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "node/server/test/node_process.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class TroubledNode : public ::testing::Test {
 protected:
  void start(const std::string& durability = "batch") {
    const std::vector<std::string> options{"--peers", "n1=127.0.0.1:1", "--durability", durability};
    node_ = std::make_unique<NodeProcess>("n1", folder_.path(), options);
    ASSERT_NE(node_->await_ready(), 0) << node_->log();
  }
  Answer ask(const std::vector<std::string>& command) {
    return RespClient(node_->port()).ask(command);
  }

  TemporaryFolder folder_;
  std::unique_ptr<NodeProcess> node_;
};

TEST_F(TroubledNode, EndsItselfOverAFullDiskAndServesAgainWhenThereIsSpace) {
  start();
  ASSERT_EQ(ask({"SET", "k", "1"}).text, "OK");
  ASSERT_EQ(ask({"DISK", "full"}).text, "OK");
  EXPECT_EQ(ask({"GET", "k"}).text, "1") << "it reads until it has to write";
  EXPECT_EQ(ask({"SET", "k", "2"}).type, 0) << "something was answered";
  EXPECT_EQ(node_->await_end(), 255);
  EXPECT_THAT(node_->log(), HasSubstr("No space left on device"));
  start();
  EXPECT_EQ(ask({"GET", "k"}).text, "1") << "what a killed process has not synced may be there";
  EXPECT_EQ(ask({"SET", "k", "3"}).text, "OK");
}

TEST_F(TroubledNode, EndsItselfOverASyncThatFails) {
  for (const char* durability : {"batch", "periodic:1ms"}) {
    start(durability);
    ASSERT_EQ(ask({"DISK", "fail-sync"}).text, "OK");
    while (ask({"SET", "k", "2"}).type != 0) {
    }
    EXPECT_EQ(node_->await_end(), 255) << durability;
    EXPECT_THAT(node_->log(), HasSubstr("Input/output error"));
  }
}

TEST_F(TroubledNode, WaitsForASlowDiskUntilItIsHealthyAgain) {
  start();
  ASSERT_EQ(ask({"DISK", "slow", "200"}).text, "OK");
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(ask({"SET", "k", "1"}).text, "OK");
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(200));
  ASSERT_EQ(ask({"DISK", "healthy"}).text, "OK");
  EXPECT_EQ(ask({"SET", "k", "1"}).text, "OK");
}

TEST_F(TroubledNode, RefusesTroubleThatDoesNotExist) {
  start();
  const std::vector<std::vector<std::string>> wrong{{"DISK", "broken"},
                                                    {"DISK", "slow"},
                                                    {"DISK", "slow", "0"},
                                                    {"DISK", "slow", "70000"},
                                                    {"DISK", "healthy", "full"},
                                                    {"STALL", "hints", "lose"},
                                                    {"STALL", "anti-entropy", "drop"},
                                                    {"STALL", "gossip", "hold"}};
  for (const auto& command : wrong) {
    EXPECT_TRUE(ask(command).is_error("ERR ")) << command[1];
  }
  EXPECT_EQ(ask({"SET", "k", "1"}).text, "OK") << "nothing of it was done";
}

// Three nodes with one copy too few at n3: written while it stood still.
class MissedWrite : public ::testing::Test {
 protected:
  static std::vector<std::string> options(const char* hints) {
    return {"--hinted-handoff", hints,   "--anti-entropy-interval", "off", "--read-mode", "none",
            "--timeout",        "300ms", "--gossip-interval",       "50ms"};
  }
  void write_behind_the_back_of_n3() {
    for (const int node : {0, 1, 2}) ASSERT_TRUE(cluster_->await_voting(node));
    cluster_->node(2).signal(SIGSTOP);
    ASSERT_EQ(ask(0, {"SET", "k", "v"}).text, "OK");
  }
  Answer ask(int node, const std::vector<std::string>& command) {
    return RespClient(cluster_->port(node)).ask(command);
  }
  std::size_t records_of_n3() {
    return ask(2, {"DUMP", "", "1000"}).elements.at(1).elements.size();
  }
  bool await_hints(const char* what, int at_least) {
    return cluster_->await(
        0, [=](const Json& now) { return now.at("hints").at(what).get<int>() >= at_least; });
  }

  std::unique_ptr<TestCluster> cluster_;
};

TEST_F(MissedWrite, StaysInAHeldHintUntilHintsGoOn) {
  cluster_ = std::make_unique<TestCluster>(3, options("on"));
  ASSERT_EQ(ask(0, {"STALL", "hints", "hold"}).text, "OK");
  write_behind_the_back_of_n3();
  ASSERT_TRUE(await_hints("kept", 1));
  cluster_->kill(2);  // and the request that waits for it
  cluster_->restart(2);
  cluster_->introduce();
  ASSERT_TRUE(cluster_->await_voting(2));
  EXPECT_EQ(cluster_->status(0).at("stalled").at("hints"), "hold");
  EXPECT_EQ(cluster_->status(0).at("hints").at("delivered"), 0);
  EXPECT_EQ(records_of_n3(), 0U);
  ASSERT_EQ(ask(0, {"STALL", "hints", "none"}).text, "OK");
  ASSERT_TRUE(await_hints("delivered", 1));
  EXPECT_EQ(records_of_n3(), 1U);
}

TEST_F(MissedWrite, IsMissedForEverWhereHintsAreDropped) {
  cluster_ = std::make_unique<TestCluster>(3, options("on"));
  ASSERT_EQ(ask(0, {"STALL", "hints", "hold"}).text, "OK");
  write_behind_the_back_of_n3();
  ASSERT_TRUE(await_hints("kept", 1));
  cluster_->kill(2);
  ASSERT_EQ(ask(0, {"STALL", "hints", "drop"}).text, "OK");
  ASSERT_TRUE(cluster_->await(0, [](const Json& now) { return now.at("hints").at("held") == 0; }));
  ASSERT_EQ(ask(0, {"STALL", "hints", "none"}).text, "OK");
  cluster_->restart(2);
  cluster_->introduce();
  ASSERT_TRUE(cluster_->await_voting(2));
  EXPECT_EQ(records_of_n3(), 0U);
}

TEST_F(MissedWrite, ComesWithAntiEntropyOnceThatIsHeldNoMore) {
  cluster_ = std::make_unique<TestCluster>(3, options("off"));
  write_behind_the_back_of_n3();
  cluster_->kill(2);
  cluster_->restart(2);
  cluster_->introduce();
  ASSERT_TRUE(cluster_->await_voting(2));
  ASSERT_EQ(ask(2, {"STALL", "anti-entropy", "hold"}).text, "OK");
  ASSERT_EQ(ask(0, {"REPAIR"}).text, "OK");  // n3 refuses, so only n2 is compared
  ASSERT_TRUE(cluster_->await(0, [](const Json& now) {
    return now.at("anti_entropy").at("failed") == 1 && now.at("anti_entropy").at("completed") == 1;
  }));
  ASSERT_EQ(ask(2, {"REPAIR"}).text, "OK");  // is demanded, and does not begin
  EXPECT_FALSE(cluster_->status(2).at("anti_entropy").at("idle").get<bool>());
  EXPECT_EQ(cluster_->status(2).at("anti_entropy").at("begun"), 0);
  EXPECT_EQ(records_of_n3(), 0U);
  ASSERT_EQ(ask(2, {"STALL", "anti-entropy", "none"}).text, "OK");
  ASSERT_TRUE(cluster_->await(2, [](const Json& now) {
    return now.at("anti_entropy").at("completed").get<int>() >= 1 &&
           now.at("anti_entropy").at("idle").get<bool>();
  }));
  EXPECT_EQ(records_of_n3(), 1U);
}

}  // namespace
}  // namespace quorate::node
