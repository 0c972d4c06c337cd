// Real nodes on loopback: who is refused by name, and what a node does that lost its disk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "base/file.h"
#include "node/core/wire.h"
#include "node/server/test/node_process.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(RejoinCluster, AbstainsAfterALostDiskUntilItHasCaughtUp) {
  TestCluster cluster(3, {"--hinted-handoff", "off", "--anti-entropy-interval", "off",
                          "--read-mode", "none", "--gossip-interval", "50ms"});
  RespClient client(cluster.port(0));
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(client.ask({"SET", "k" + std::to_string(i), "v", "W", "3"}).text, "OK");
  }
  const Json before = cluster.status(2);
  cluster.kill(2);
  cluster.wipe(2);
  const int second = cluster.port(1);
  cluster.node(1).signal(SIGSTOP);  // one replica alone is not enough to catch up from
  cluster.restart(2);
  const std::string list = "n1=127.0.0.1:" + std::to_string(cluster.port(0)) +
                           ",n2=127.0.0.1:" + std::to_string(second) +
                           ",n3=127.0.0.1:" + std::to_string(cluster.port(2));
  for (const int node : {0, 2}) RespClient(cluster.port(node)).ask({"PEERS", list});
  ASSERT_TRUE(cluster.await(2, [](const Json& now) {
    return now.at("rejoin").at("state").get<std::string>() == "catching-up";
  }));
  const Json after = cluster.status(2);
  EXPECT_FALSE(after.at("voting").get<bool>());
  EXPECT_NE(after.at("disk"), before.at("disk"));
  EXPECT_EQ(after.at("generation").get<int>(), 1);
  const std::string epoch = after.at("epoch").get<std::string>();
  const Answer refused = RespClient(cluster.port(2)).ask({"REPLICA.READ", "1", epoch, "k1"});
  EXPECT_THAT(refused.elements.at(3).text, StartsWith("rejoining: "));

  cluster.node(1).signal(SIGCONT);
  cluster.introduce();
  ASSERT_TRUE(cluster.await_voting(2)) << cluster.node(2).log();
  EXPECT_EQ(RespClient(cluster.port(2)).ask({"DUMP", "", "1000"}).elements.at(1).elements.size(),
            20U);
  EXPECT_TRUE(cluster.await(0, [&](const Json& now) {
    return now.at("peers").at(2).at("voting").get<bool>() &&
           now.at("peers").at(2).at("generation").get<int>() == 1;
  })) << "the others hear of it by gossip";
}

class Refusals : public ::testing::Test {
 protected:
  Refusals()
      : node_("n1", folder_.path(),
              {"--peers", "n1=127.0.0.1:0,n2=127.0.0.1:1", "--cluster", "blue"}) {
    EXPECT_NE(node_.await_ready(), 0) << node_.log();
  }
  std::string greet(const std::vector<std::string>& words) {
    RespClient client(node_.port());
    std::vector<std::string> greeting{"REPLICA.HELLO"};
    greeting.insert(greeting.end(), words.begin(), words.end());
    const Answer answer = client.ask(greeting);
    if (answer.type != REDIS_REPLY_ERROR) return answer.text;
    EXPECT_EQ(client.ask({"PING"}).type, 0) << "the connection stayed open";
    return answer.text;
  }
  TemporaryFolder folder_;
  NodeProcess node_;
};

TEST_F(Refusals, NameTheProtocolTheClusterTheNodeAndTheEpoch) {
  const std::string spoken(kProtocolVersion);
  RespClient client(node_.port());
  const std::string epoch =
      parse_json(client.ask({"STATUS"}).text, "STATUS")->at("epoch").get<std::string>();
  EXPECT_EQ(greet({spoken, "blue", "n2", "n1", epoch}), "OK");
  EXPECT_THAT(greet({"1", "blue", "n2", "n1", epoch}), HasSubstr("protocol 1 is not spoken here"));
  EXPECT_THAT(greet({spoken, "red", "n2", "n1", epoch}),
              HasSubstr("this is node n1 of cluster blue"));
  EXPECT_THAT(greet({spoken, "blue", "n2", "n3", epoch}),
              HasSubstr("this is node n1 of cluster blue"));
  EXPECT_THAT(greet({spoken, "blue", "n9", "n1", epoch}), HasSubstr("node n1 knows no node n9"));
  EXPECT_THAT(greet({spoken, "blue", "n2", "n1", "9" + epoch.substr(1)}),
              HasSubstr("node n1 is at epoch " + epoch + ", node n2 at 9"));
}

TEST_F(Refusals, NameTheEpochInEveryRequest) {
  RespClient client(node_.port());
  const std::string epoch =
      parse_json(client.ask({"STATUS"}).text, "STATUS")->at("epoch").get<std::string>();
  for (const std::string& other :
       {"2" + epoch.substr(1), epoch.substr(0, 2) + "0123456789abcdef"}) {
    const Answer answer = client.ask({"REPLICA.READ", "7", other, "k"});
    ASSERT_EQ(answer.elements.size(), 4U) << answer.text;
    EXPECT_EQ(answer.elements[0].integer, 7);
    EXPECT_EQ(answer.elements[3].text,
              "epoch: this node is at " + epoch + ", the request at " + other);
  }
  EXPECT_TRUE(
      client.ask({"REPLICA.READ", "7", "latest", "k"}).is_error("ERR REPLICA.READ: not an"));
}

TEST_F(Refusals, KeepBackgroundRequestsForPeers) {
  RespClient client(node_.port());
  const std::string epoch =
      parse_json(client.ask({"STATUS"}).text, "STATUS")->at("epoch").get<std::string>();
  const Answer stranger = client.ask({"REPLICA.TREE", "7", epoch, ""});
  EXPECT_THAT(stranger.elements.at(3).text, HasSubstr("only a node of the cluster"));
}

TEST(TwoViews, NeverMix) {
  const TemporaryFolder folder;
  NodeProcess first("n1", folder.path() / "1", {});
  NodeProcess second("n2", folder.path() / "2", {"--epoch", "2"});
  ASSERT_NE(first.await_ready(), 0);
  ASSERT_NE(second.await_ready(), 0);
  const std::string list = "n1=127.0.0.1:" + std::to_string(first.port()) +
                           ",n2=127.0.0.1:" + std::to_string(second.port());
  RespClient client(first.port());
  RespClient other(second.port());
  client.ask({"PEERS", list});
  other.ask({"PEERS", list});
  Json status;
  const auto asked = std::chrono::steady_clock::now();
  do {
    status = parse_json(client.ask({"STATUS"}).text, "STATUS").value();
  } while (status.at("peers").at(1).at("error").get<std::string>().find("epoch") ==
               std::string::npos &&
           std::chrono::steady_clock::now() - asked < std::chrono::seconds(5));
  EXPECT_THAT(status.at("peers").at(1).at("error").get<std::string>(),
              HasSubstr("node n2 is at epoch 2-"));
  EXPECT_FALSE(status.at("peers").at(1).at("connected").get<bool>());
  EXPECT_FALSE(client.ask({"SET", "k", "v", "R", "1", "W", "1", "TIMEOUT", "500"}).text == "OK");
  EXPECT_EQ(other.ask({"DUMP", "", "10"}).elements.at(1).elements.size(), 0U);
  EXPECT_FALSE(status.at("voting").get<bool>()) << "no majority of its own view knows it";
}

TEST(ConfigFile, StartsANodeOrIsRefusedByName) {
  const TemporaryFolder folder;
  const std::string file = (folder / "node.json").string();
  ASSERT_TRUE(write_file_atomically(
      file, R"({"peers": {"n1": "127.0.0.1:0"}, "read-mode": "blocking", "rejoin": "vote"})"));
  NodeProcess good("n1", folder / "good", {"--config", file});
  ASSERT_NE(good.await_ready(), 0) << good.log();
  const Json options =
      parse_json(RespClient(good.port()).ask({"STATUS"}).text, "STATUS")->at("options");
  EXPECT_EQ(options.at("read_mode").get<std::string>(), "blocking");
  EXPECT_EQ(options.at("rejoin").get<std::string>(), "vote");
  EXPECT_EQ(RespClient(good.port()).ask({"SET", "k", "v"}).text, "OK");
  ASSERT_TRUE(write_file_atomically(file, R"({"read-moed": "blocking"})"));
  NodeProcess unknown("n1", folder / "unknown", {"--config", file});
  EXPECT_EQ(unknown.await_end(), 254);
  EXPECT_THAT(unknown.log(), HasSubstr("there is no option \"read-moed\""));
  ASSERT_TRUE(write_file_atomically(file, R"({"read-mode": "sometimes"})"));
  NodeProcess wrong("n1", folder / "wrong", {"--config", file});
  EXPECT_EQ(wrong.await_end(), 254);
  EXPECT_THAT(wrong.log(), HasSubstr("read-mode \"sometimes\": must be one of"));
}

TEST(Status, TellsEveryMechanism) {
  TestCluster cluster(
      3, {"--gossip-interval", "50ms", "--rumour-interval", "50ms", "--r", "1", "--w", "1"});
  EXPECT_EQ(RespClient(cluster.port(0)).ask({"SET", "k", "v"}).text, "OK");
  const Json status = cluster.status(0);
  for (const char* field :
       {"name",    "pid",    "address", "incarnation", "cluster",      "disk",     "generation",
        "options", "quorum", "peers",   "connections", "in_flight",    "counters", "latencies",
        "epoch",   "voting", "rejoin",  "hints",       "anti_entropy", "repairs"}) {
    EXPECT_TRUE(status.contains(field)) << field;
  }
  for (const char* field : {"name", "address", "connected", "suspected", "phi", "voting",
                            "generation", "hints", "refused", "error"}) {
    EXPECT_TRUE(status.at("peers").at(1).contains(field)) << field;
  }
  EXPECT_GE(status.at("counters").at("syncs").get<int>(), 1);
  EXPECT_EQ(status.at("latencies").at("writes").at("count").get<int>(), 1);
  // One of them tells the others of the write; who hears of it first need not.
  EXPECT_TRUE(cluster.await(0, [&](const Json& now) {
    int told = 0;
    for (int i = 0; i < 3; ++i) {
      told += cluster.status(i).at("repairs").at("rumours_told").get<int>();
    }
    return now.at("repairs").at("gossip_rounds").get<int>() > 2 && told > 0;
  }));
  const std::string info = RespClient(cluster.port(0)).ask({"INFO"}).text;
  EXPECT_THAT(info, HasSubstr("\nvoting:true\r"));
  EXPECT_THAT(info, HasSubstr("# hints\r\nheld:0\r"));
  EXPECT_THAT(info, HasSubstr("# peer n2\r"));
  EXPECT_THAT(info, HasSubstr("writes_count:1\r"));
  EXPECT_THAT(cluster.node(0).log(), HasSubstr("r + w = 1 + 1 is not greater than n = 3"));
}

TEST(Clock, IsChangedByACommand) {
  const TemporaryFolder folder;
  NodeProcess node("n1", folder.path(), {"--peers", "n1=127.0.0.1:0", "--version-scheme", "clock"});
  ASSERT_NE(node.await_ready(), 0) << node.log();
  RespClient client(node.port());
  const auto counter = [&client] {
    return std::stoull(client.ask({"SET", "k", "v", "META"}).elements.at(1).text);
  };
  const auto before = counter();
  EXPECT_EQ(client.ask({"CLOCK", "1m", "0"}).text, "OK");
  const auto ahead = counter();
  EXPECT_GT(ahead, before + 59'000'000);
  EXPECT_LT(ahead, before + 70'000'000);
  EXPECT_EQ(client.ask({"CLOCK", "-250ms", "20"}).text, "OK");
  EXPECT_LT(counter(), ahead);
  EXPECT_TRUE(client.ask({"CLOCK", "soon", "0"}).is_error("ERR clock-offset \"soon\""));
  EXPECT_TRUE(client.ask({"CLOCK", "0s", "fast"}).is_error("ERR clock-drift \"fast\""));
}

}  // namespace
}  // namespace quorate::node
