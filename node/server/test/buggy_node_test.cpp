// quorate-node-buggy, and the planted bugs that lie in its shell: each beside the sound node.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "node/server/storage/power_cut.h"
#include "node/server/test/node_process.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;

constexpr int kKeys = 50;

class BuggyNode : public ::testing::Test {
 protected:
  // With the sound node where `bug` is empty.
  void start(const std::string& bug) {
    std::vector<std::string> options{"--peers", "n1=127.0.0.1:1"};
    if (!bug.empty()) options.insert(options.end(), {"--bug", bug});
    node_ = std::make_unique<NodeProcess>("n1", folder_.path(), options);
    ASSERT_NE(node_->await_ready(), 0) << node_->log();
  }
  void write() {
    RespClient client(node_->port());
    for (int i = 0; i < kKeys; ++i) {
      ASSERT_EQ(client.ask({"SET", "key" + std::to_string(i), "v"}).text, "OK");
    }
  }
  int found() {
    RespClient client(node_->port());
    int found = 0;
    for (int i = 0; i < kKeys; ++i) {
      found += client.ask({"GET", "key" + std::to_string(i)}).text == "v" ? 1 : 0;
    }
    return found;
  }
  void kill() {
    node_->signal(SIGKILL);
    ASSERT_EQ(node_->await_end(), 128 + SIGKILL);
  }
  // What is left of acknowledged writes after a loss of power.
  int left_by_a_power_cut(const std::string& bug) {
    start(bug);
    write();
    kill();
    EXPECT_TRUE(cut_power(folder_ / "data", {}));
    start("");
    return found();
  }

  TemporaryFolder folder_;
  std::unique_ptr<NodeProcess> node_;
};

TEST_F(BuggyNode, AckBeforeFsyncLosesWhatItAcknowledged) {
  EXPECT_LT(left_by_a_power_cut("ack_before_fsync"), kKeys);
}

TEST_F(BuggyNode, TheSoundNodeLosesNothing) { EXPECT_EQ(left_by_a_power_cut(""), kKeys); }

TEST_F(BuggyNode, WalTailSkipForgetsTheLastWriteAtEveryStart) {
  start("");
  write();
  kill();
  start("wal_tail_skip");
  EXPECT_EQ(found(), kKeys - 1);
}

TEST_F(BuggyNode, DeleteHardForgetsTheVersion) {
  for (const char* bug : {"", "delete_hard"}) {
    start(bug);
    RespClient client(node_->port());
    ASSERT_EQ(client.ask({"SET", "k", "v"}).text, "OK");
    ASSERT_EQ(client.ask({"DEL", "k"}).integer, 1);
    const bool forgets = client.ask({"GET", "k", "META"}).elements.at(1).type == REDIS_REPLY_NIL;
    EXPECT_EQ(forgets, *bug != '\0') << bug;
    kill();
  }
}

TEST_F(BuggyNode, RefusesABugThatThereIsNot) {
  node_ = std::make_unique<NodeProcess>("n1", folder_.path(),
                                        std::vector<std::string>{"--bug", "moth"});
  EXPECT_EQ(node_->await_end(), 254);
  EXPECT_THAT(node_->log(), HasSubstr("there is no bug \"moth\""));
}

TEST_F(BuggyNode, IsNotPartOfTheSoundNode) {
  node_ =
      std::make_unique<NodeProcess>("n1", folder_.path(), std::vector<std::string>{"--list-bugs"});
  EXPECT_EQ(node_->await_end(), 254) << "only quorate-node-buggy has that option";
}

}  // namespace
}  // namespace quorate::node
