// Three real nodes on loopback.
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "node/server/test/node_process.h"

namespace quorate::node {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::HasSubstr;

TEST(Cluster, ReadsOnOneNodeWhatWasWrittenThroughAnother) {
  TestCluster cluster(3);
  RespClient first(cluster.port(0));
  RespClient third(cluster.port(2));
  for (int i = 0; i < 100; ++i) {
    const std::string value = std::to_string(i);
    ASSERT_EQ(first.ask({"SET", "k", value}).text, "OK");
    ASSERT_EQ(third.ask({"GET", "k"}).text, value);
  }
  const Answer all = first.ask({"SET", "k", "v", "W", "3", "R", "3", "META"});
  ASSERT_EQ(all.elements.size(), 3U) << all.text;
  EXPECT_EQ(all.elements[2].elements.size(), 3U);
  EXPECT_TRUE(first.ask({"SET", "k", "v", "W", "4"}).is_error("ERR"));
}

TEST(Cluster, KeepsServingWhileOnePeerIsDownAndFailsForCertainWithoutAQuorum) {
  TestCluster cluster(3);
  cluster.kill(2);
  ASSERT_TRUE(cluster.await_links(0, 1));
  RespClient client(cluster.port(0));
  EXPECT_EQ(client.ask({"SET", "k", "v"}).text, "OK");
  EXPECT_TRUE(client.ask({"SET", "k", "w", "R", "3"}).is_error("NOQUORUM"));
  EXPECT_EQ(client.ask({"GET", "k"}).text, "v");
  cluster.kill(1);
  ASSERT_TRUE(cluster.await_links(0, 0));
  const auto asked = steady_clock::now();
  EXPECT_TRUE(client.ask({"GET", "k"}).is_error("NOQUORUM"));
  EXPECT_LT(steady_clock::now() - asked, milliseconds(500)) << "it waited for peers that are down";
}

TEST(Cluster, FindsARestartedPeerAtItsOldAddressByItself) {
  TestCluster cluster(3);
  RespClient client(cluster.port(0));
  EXPECT_EQ(client.ask({"SET", "k", "old", "W", "3"}).text, "OK");
  const int port = cluster.port(1);
  cluster.kill(1);
  ASSERT_TRUE(cluster.await_links(0, 1));
  cluster.restart(1, port);
  const auto restarted = steady_clock::now();
  ASSERT_TRUE(cluster.await_links(0, 2));
  EXPECT_LT(steady_clock::now() - restarted, milliseconds(1000));
  cluster.introduce();
  ASSERT_TRUE(cluster.await_voting(1));
  EXPECT_EQ(client.ask({"SET", "k", "new", "W", "3"}).text, "OK");
}

TEST(Cluster, LearnsTheNewAddressOfARestartedPeer) {
  TestCluster cluster(3);
  cluster.kill(1);
  cluster.restart(1);
  cluster.introduce();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(cluster.await_links(i, 2)) << i;
  ASSERT_TRUE(cluster.await_voting(1));
  EXPECT_EQ(RespClient(cluster.port(1)).ask({"SET", "k", "v", "W", "3"}).text, "OK");
}

TEST(Cluster, IsNotHeldUpByAPeerThatIsPaused) {
  TestCluster cluster(3);
  RespClient client(cluster.port(0));
  cluster.node(2).signal(SIGSTOP);
  for (int i = 0; i < 20; ++i) ASSERT_EQ(client.ask({"SET", "k", std::to_string(i)}).text, "OK");
  const auto asked = steady_clock::now();
  EXPECT_TRUE(client.ask({"SET", "k", "all", "W", "3", "TIMEOUT", "200"}).is_error("UNKNOWN"));
  EXPECT_GE(steady_clock::now() - asked, milliseconds(190));
  EXPECT_LT(steady_clock::now() - asked, milliseconds(1500));
  cluster.node(2).signal(SIGCONT);
  EXPECT_EQ(client.ask({"SET", "k", "back", "W", "3", "TIMEOUT", "5000"}).text, "OK");
}

TEST(Cluster, KeepsWhatWasAcknowledgedWhenAllNodesAreKilled) {
  TestCluster cluster(3);
  {
    RespClient client(cluster.port(0));
    for (int i = 0; i < 200; ++i) client.write({"SET", "k" + std::to_string(i), "v"});
    for (int i = 0; i < 200; ++i) ASSERT_EQ(client.read_answer().text, "OK");
  }
  for (int i = 0; i < 3; ++i) cluster.kill(i);
  for (int i = 0; i < 3; ++i) cluster.restart(i);
  cluster.introduce();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(cluster.await_voting(i)) << i;
  RespClient client(cluster.port(1));
  for (int i = 0; i < 200; ++i) ASSERT_EQ(client.ask({"GET", "k" + std::to_string(i)}).text, "v");
}

TEST(Cluster, NeverSendsRecordsToANodeOfAnotherCluster) {
  TestCluster cluster(2);
  const TemporaryFolder folder;
  NodeProcess stranger("n2", folder.path(), {"--cluster", "other", "--peers", "n2=127.0.0.1:0"});
  ASSERT_NE(stranger.await_ready(), 0);
  RespClient client(cluster.port(0));
  const std::string own = std::to_string(cluster.port(0));
  client.ask({"PEERS", "n1=127.0.0.1:" + own + ",n2=127.0.0.1:" + std::to_string(stranger.port())});
  EXPECT_FALSE(client.ask({"SET", "k", "v"}).text == "OK");
  const auto deadline = steady_clock::now() + std::chrono::seconds(5);
  std::string status;
  while (steady_clock::now() < deadline && status.find("cluster other") == std::string::npos) {
    status = client.ask({"STATUS"}).text;
  }
  EXPECT_THAT(status, HasSubstr("this is node n2 of cluster other"));
  EXPECT_EQ(RespClient(stranger.port()).ask({"GET", "k"}).type, REDIS_REPLY_NIL);
}

TEST(Cluster, AnswersForOneReplicaAlone) {
  TestCluster cluster(3);
  EXPECT_EQ(RespClient(cluster.port(0)).ask({"SET", "k", "v", "W", "3"}).text, "OK");
  const std::string epoch = cluster.status(2).at("epoch").get<std::string>();
  const Answer held = RespClient(cluster.port(2)).ask({"REPLICA.READ", "41", epoch, "k"});
  ASSERT_EQ(held.elements.size(), 5U);
  EXPECT_EQ(held.elements[1].text, "read");
  EXPECT_EQ(held.elements[4].text, "v");
}

}  // namespace
}  // namespace quorate::node
