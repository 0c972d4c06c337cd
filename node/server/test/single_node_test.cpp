// One real node: what clients see, and what survives its ends.
#include <algorithm>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdio.h>

#include "node/core/key_position.h"
#include "node/server/test/node_process.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;

const std::vector<std::string> kAlone{"--peers", "n1=127.0.0.1:0"};

class SingleNode : public ::testing::Test {
 protected:
  std::unique_ptr<NodeProcess> start(std::vector<std::string> options = kAlone) {
    auto node = std::make_unique<NodeProcess>("n1", folder_.path() / "n1", options);
    EXPECT_NE(node->await_ready(), 0) << node->log();
    return node;
  }
  const TemporaryFolder folder_;
};

TEST_F(SingleNode, AnswersSetGetAndDel) {
  const auto node = start();
  RespClient client(node->port());
  EXPECT_EQ(client.ask({"GET", "k"}).type, REDIS_REPLY_NIL);
  EXPECT_EQ(client.ask({"SET", "k", "v"}).text, "OK");
  EXPECT_EQ(client.ask({"get", "k"}).text, "v");
  EXPECT_EQ(client.ask({"DEL", "k"}).integer, 1);
  EXPECT_EQ(client.ask({"GET", "k"}).type, REDIS_REPLY_NIL);
  const std::string bytes("\0\r\n\xff", 4);
  EXPECT_EQ(client.ask({"SET", bytes, bytes, "R", "1", "W", "1", "TIMEOUT", "500"}).text, "OK");
  EXPECT_EQ(client.ask({"GET", bytes}).text, bytes);
}

TEST_F(SingleNode, TellsVersionAndReplicasWithMeta) {
  const auto node = start();
  RespClient client(node->port());
  const Answer written = client.ask({"SET", "k", "v", "META"});
  ASSERT_EQ(written.elements.size(), 3U);
  EXPECT_THAT(written.elements[1].text, ::testing::StartsWith("1."));
  const Answer read = client.ask({"GET", "k", "META"});
  ASSERT_EQ(read.elements.size(), 3U);
  EXPECT_EQ(read.elements[0].text, "v");
  EXPECT_EQ(read.elements[1].text, written.elements[1].text);
  ASSERT_EQ(read.elements[2].elements.size(), 1U);
  EXPECT_EQ(read.elements[2].elements[0].text, "n1");
}

TEST_F(SingleNode, AnswersPipelinedCommandsInTheirOrder) {
  const auto node = start();
  RespClient client(node->port());
  constexpr int kRounds = 2000;  // far beyond what one connection may have in flight
  for (int i = 0; i < kRounds; ++i) {
    const std::string number = std::to_string(i);
    client.write({"SET", "k" + number, number});
    client.write({"PING", number});
    client.write({"GET", "k" + number});
    client.write({"NONSENSE"});
  }
  for (int i = 0; i < kRounds; ++i) {
    const std::string number = std::to_string(i);
    ASSERT_EQ(client.read_answer().text, "OK") << i;
    ASSERT_EQ(client.read_answer().text, number);
    ASSERT_EQ(client.read_answer().text, number) << "a read overtook the write before it";
    ASSERT_TRUE(client.read_answer().is_error("ERR unknown command 'NONSENSE'"));
  }
}

TEST_F(SingleNode, RefusesWhatIsTooLargeAndGoesOn) {
  const auto node = start();
  RespClient client(node->port());
  EXPECT_TRUE(client.ask({"SET", std::string(1025, 'k'), "v"}).is_error("ERR"));
  EXPECT_TRUE(client.ask({"SET", "k", std::string((1U << 20U) + 1, 'v')}).is_error("ERR"));
  EXPECT_TRUE(client.ask({"SET", "", "v"}).is_error("ERR"));
  EXPECT_TRUE(client.ask({"SET", "k", "v", "R", "2"}).is_error("ERR"));
  const std::string largest(1U << 20U, 'v');
  EXPECT_EQ(client.ask({"SET", "k", largest}).text, "OK");
  EXPECT_EQ(client.ask({"GET", "k"}).text, largest);
}

TEST_F(SingleNode, FailsForCertainBeforeItKnowsThePeers) {
  const auto node = start({});
  RespClient client(node->port());
  EXPECT_TRUE(client.ask({"SET", "k", "v"}).is_error("FAILED not ready"));
  EXPECT_TRUE(client.ask({"PEERS", "n2=127.0.0.1:1"}).is_error("ERR n1 is not in"));
  EXPECT_EQ(client.ask({"PEERS", "n1=127.0.0.1:0"}).text, "OK");
  EXPECT_EQ(client.ask({"SET", "k", "v"}).text, "OK");
  EXPECT_TRUE(client.ask({"PEERS", "n1=127.0.0.1:0,n2=127.0.0.1:1"}).is_error("ERR the nodes"));
}

TEST_F(SingleNode, PublishesAReadyFileThatTellsItsAddress) {
  const std::string file = (folder_.path() / "ready.json").string();
  const auto node = start({"--peers", "n1=127.0.0.1:0", "--ready-file", file});
  const Json note = parse_json(read_file(file).value(), file).value();
  EXPECT_EQ(note.at("name").get<std::string>(), "n1");
  EXPECT_EQ(note.at("pid").get<int>(), node->pid());
  EXPECT_EQ(note.at("address").get<std::string>(), "127.0.0.1:" + std::to_string(node->port()));
  EXPECT_EQ(note.at("incarnation").get<std::string>().size(), 16U);
}

TEST_F(SingleNode, DumpsItsRecordsInPages) {
  const auto node = start();
  RespClient client(node->port());
  std::vector<std::string> keys{"a", "b", "c"};
  for (const std::string& key : keys) client.ask({"SET", key, "v" + key});
  std::sort(keys.begin(), keys.end(), [](const std::string& one, const std::string& other) {
    return record_key(one) < record_key(other);
  });
  client.ask({"DEL", keys[1]});
  const Answer first = client.ask({"DUMP", "", "2"});
  ASSERT_EQ(first.elements.size(), 2U);
  EXPECT_EQ(first.elements[0].text, keys[1]);
  ASSERT_EQ(first.elements[1].elements.size(), 2U);
  const Answer& deleted = first.elements[1].elements[1];
  ASSERT_EQ(deleted.elements.size(), 4U);
  EXPECT_EQ(deleted.elements[0].text, keys[1]);
  EXPECT_THAT(deleted.elements[1].text, ::testing::StartsWith("2."));
  EXPECT_EQ(deleted.elements[2].integer, 1);
  const Answer last = client.ask({"DUMP", keys[1], "2"});
  EXPECT_EQ(last.elements.at(0).text, "");
  EXPECT_EQ(last.elements.at(1).elements.at(0).elements.at(3).text, "v" + keys[2]);
  EXPECT_TRUE(client.ask({"DUMP", "", "many"}).is_error("ERR"));
}

TEST_F(SingleNode, LosesNothingAcknowledgedWhenItIsKilled) {
  auto node = start();
  std::string first_incarnation;
  {
    RespClient client(node->port());
    first_incarnation = client.ask({"SET", "who", "v", "META"}).elements.at(1).text;
    for (int i = 0; i < 300; ++i) client.write({"SET", "k" + std::to_string(i), "v"});
    for (int i = 0; i < 300; ++i) ASSERT_EQ(client.read_answer().text, "OK");
  }
  node->signal(SIGKILL);
  ASSERT_EQ(node->await_end(), 128 + SIGKILL);
  node = start();
  RespClient client(node->port());
  for (int i = 0; i < 300; ++i) ASSERT_EQ(client.ask({"GET", "k" + std::to_string(i)}).text, "v");
  const std::string second = client.ask({"SET", "who", "v", "META"}).elements.at(1).text;
  EXPECT_NE(second.substr(second.find('.')), first_incarnation.substr(first_incarnation.find('.')))
      << "two starts share one identity, so a version could repeat";
}

TEST_F(SingleNode, LosesNothingAcknowledgedOnSigterm) {
  auto node = start();
  RespClient client(node->port());
  constexpr int kWrites = 5000;
  for (int i = 0; i < kWrites; ++i) client.write({"SET", "k" + std::to_string(i), "v"});
  client.flush();
  node->signal(SIGTERM);
  int acknowledged = 0;
  while (client.read_answer().text == "OK") ++acknowledged;
  EXPECT_EQ(node->await_end(), 0) << node->log();
  node = start();
  RespClient again(node->port());
  for (int i = 0; i < acknowledged; ++i) {
    ASSERT_EQ(again.ask({"GET", "k" + std::to_string(i)}).text, "v") << i << " of " << acknowledged;
  }
}

TEST_F(SingleNode, StopsOnTheShutdownCommand) {
  const auto node = start();
  RespClient(node->port()).ask({"SHUTDOWN"});
  EXPECT_EQ(node->await_end(), 0);
}

TEST_F(SingleNode, RefusesADataFolderThatAnotherNodeHas) {
  const auto first = start();
  NodeProcess second("n1", folder_.path() / "n1", kAlone);
  EXPECT_EQ(second.await_ready(), 0);
  EXPECT_EQ(second.await_end(), 255);
  EXPECT_THAT(second.log(), HasSubstr("in use by another node"));
  EXPECT_EQ(RespClient(first->port()).ask({"SET", "k", "v"}).text, "OK");
}

TEST_F(SingleNode, RefusesToStartOnADamagedStore) {
  auto node = start();
  RespClient(node->port()).ask({"SET", "k", "v"});
  node->signal(SIGKILL);
  node->await_end();
  std::ofstream(folder_.path() / "n1" / "data" / "CURRENT") << "MANIFEST-999999\n";
  node = std::make_unique<NodeProcess>("n1", folder_.path() / "n1", kAlone);
  EXPECT_EQ(node->await_ready(), 0);
  EXPECT_EQ(node->await_end(), 255);
  EXPECT_THAT(node->log(), HasSubstr((folder_.path() / "n1" / "data").string()));
}

TEST_F(SingleNode, RefusesWrongOptionsWithExit254) {
  NodeProcess node("n1", folder_.path() / "n1", {"--read-mode", "sometimes"});
  EXPECT_EQ(node.await_end(), 254);
  EXPECT_THAT(node.log(), HasSubstr("--read-mode \"sometimes\": must be one of"));
}

TEST_F(SingleNode, WorksWithRedisCli) {
  if (::system("command -v redis-cli >/dev/null") != 0)
    GTEST_SKIP() << "redis-cli is not installed";
  const auto node = start();
  const std::string cli = "redis-cli -p " + std::to_string(node->port());
  const auto run = [&](const std::string& command) {
    std::string text;
    FILE* output = ::popen((cli + " " + command + " 2>&1").c_str(), "r");
    char bytes[256];
    while (::fgets(bytes, sizeof bytes, output) != nullptr) text += bytes;
    ::pclose(output);
    return text;
  };
  EXPECT_EQ(run("SET k hello W 1 TIMEOUT 500"), "OK\n");
  EXPECT_EQ(run("GET k"), "hello\n");
  EXPECT_EQ(run("COMMAND DOCS"), "\n");
  EXPECT_THAT(run("INFO"), HasSubstr("name:n1"));
  EXPECT_THAT(run("FLUSHALL"), HasSubstr("ERR unknown command 'FLUSHALL'"));
}

}  // namespace
}  // namespace quorate::node
