// Five real nodes on loopback, three replicas of a key: the ring, hints, and repair on demand.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "node/server/test/node_process.h"

namespace quorate::node {
namespace {

using ::testing::IsSupersetOf;

constexpr int kKeys = 40;

std::string key(int i) { return "k" + std::to_string(i); }

// How many of the keys each node holds, by its own DUMP.
int held_by(TestCluster* cluster, int index, const std::string& value) {
  const Answer dump = RespClient(cluster->port(index)).ask({"DUMP", "", "1000"});
  int held = 0;
  for (const Answer& record : dump.elements.at(1).elements) {
    held += record.elements.at(3).text == value ? 1 : 0;
  }
  return held;
}

int held_by_all(TestCluster* cluster, const std::string& value) {
  int held = 0;
  for (int i = 0; i < 5; ++i) held += held_by(cluster, i, value);
  return held;
}

TEST(RingCluster, CoordinatesAnyKeyOnAnyNodeAndHandsOverWhatADeadOneMissed) {
  TestCluster cluster(5,
                      {"--n", "3", "--gossip-interval", "50ms", "--anti-entropy-interval", "off"});
  for (int i = 0; i < kKeys; ++i) {
    RespClient writer(cluster.port(i % 5));
    ASSERT_EQ(writer.ask({"SET", key(i), "old", "W", "ALL"}).text, "OK");
    ASSERT_EQ(RespClient(cluster.port((i + 2) % 5)).ask({"GET", key(i)}).text, "old");
  }
  EXPECT_EQ(held_by_all(&cluster, "old"), 3 * kKeys) << "each key has three replicas, no more";
  const int missed = held_by(&cluster, 4, "old");
  EXPECT_GT(missed, 0);
  EXPECT_LT(missed, kKeys);

  const int port = cluster.port(4);
  cluster.kill(4);
  ASSERT_TRUE(cluster.await_links(0, 3));
  RespClient client(cluster.port(0));
  for (int i = 0; i < kKeys; ++i) ASSERT_EQ(client.ask({"SET", key(i), "new"}).text, "OK") << i;
  ASSERT_TRUE(cluster.await(
      0, [missed](const Json& now) { return now.at("hints").at("held").get<int>() == missed; }));
  cluster.restart(4, port);
  cluster.introduce();
  ASSERT_TRUE(cluster.await_voting(4));
  ASSERT_TRUE(
      cluster.await(0, [](const Json& now) { return now.at("hints").at("held").get<int>() == 0; }));
  EXPECT_EQ(held_by_all(&cluster, "new"), 3 * kKeys);
  EXPECT_EQ(cluster.status(0).at("hints").at("delivered").get<int>(), missed);
}

TEST(RingCluster, RepairMakesReplicasAgree) {
  TestCluster cluster(
      3, {"--hinted-handoff", "off", "--anti-entropy-interval", "off", "--read-mode", "none"});
  RespClient client(cluster.port(0));
  for (int i = 0; i < kKeys; ++i) ASSERT_EQ(client.ask({"SET", key(i), "v", "W", "3"}).text, "OK");
  cluster.kill(2);
  ASSERT_TRUE(cluster.await_links(0, 1));
  for (int i = 0; i < 10; ++i) ASSERT_EQ(client.ask({"SET", key(i), "new"}).text, "OK");
  ASSERT_EQ(client.ask({"DEL", key(39)}).integer, 1);
  cluster.restart(2);
  cluster.introduce();
  ASSERT_TRUE(cluster.await_voting(2));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(cluster.await_links(i, 2));
  EXPECT_EQ(held_by(&cluster, 2, "new"), 0);
  RespClient third(cluster.port(2));
  EXPECT_EQ(third.ask({"REPAIR"}).text, "OK");
  ASSERT_TRUE(cluster.await(2, [](const Json& now) {
    const Json& repair = now.at("anti_entropy");
    return repair.at("idle").get<bool>() && repair.at("completed").get<int>() >= 2;
  }));
  std::vector<std::string> dumps;
  for (int i = 0; i < 3; ++i) {
    dumps.emplace_back();
    const Answer dump = RespClient(cluster.port(i)).ask({"DUMP", "", "1000"});
    for (const Answer& record : dump.elements.at(1).elements) {
      for (const Answer& field : record.elements) dumps.back() += field.text + " ";
    }
  }
  EXPECT_EQ(dumps[0], dumps[2]);
  EXPECT_EQ(dumps[1], dumps[2]);
  const Json repair = cluster.status(2).at("anti_entropy");
  EXPECT_EQ(repair.at("keys_fetched").get<int>(), 11);
  EXPECT_EQ(repair.at("last").size(), 2U);
  EXPECT_TRUE(repair.at("last").at(0).at("error").is_null());
}

TEST(RingCluster, LosesNothingAcknowledgedWhenItIsStoppedUnderLoad) {
  TestCluster cluster(3, {"--durability", "batch"});
  constexpr int kWrites = 3000;
  RespClient client(cluster.port(0));
  for (int i = 0; i < kWrites; ++i) client.write({"SET", key(i), "v"});
  client.flush();
  for (int i = 0; i < 3; ++i) cluster.node(i).signal(SIGTERM);
  std::vector<int> acknowledged;
  for (int i = 0; i < kWrites; ++i) {
    const Answer answer = client.read_answer();
    if (answer.type == 0) break;
    if (answer.text == "OK") acknowledged.push_back(i);
  }
  for (int i = 0; i < 3; ++i) EXPECT_EQ(cluster.node(i).await_end(), 0) << cluster.node(i).log();
  for (int i = 0; i < 3; ++i) cluster.restart(i);
  cluster.introduce();
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(cluster.await_voting(i));
    ASSERT_TRUE(cluster.await_links(i, 2));
  }
  RespClient reader(cluster.port(1));
  for (const int i : acknowledged) reader.write({"GET", key(i)});
  for (const int i : acknowledged) ASSERT_EQ(reader.read_answer().text, "v") << i;
}

}  // namespace
}  // namespace quorate::node
