// Real nodes on real folders: SIGKILL, quorate-node --cut-power, and a start after it.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "node/server/server.h"
#include "node/server/storage/test/failing_disk.h"
#include "node/server/storage/test/store_folder.h"
#include "node/server/test/node_process.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;

struct Said {
  int exit_code = -1;
  std::string text;  // stdout and stderr
};

Said run(const std::string& arguments) {
  const char* folder = std::getenv("QUORATE_BIN");
  const std::string command =
      std::string(folder == nullptr ? "." : folder) + "/quorate-node " + arguments + " 2>&1";
  FILE* output = ::popen(command.c_str(), "r");
  Said said;
  char bytes[4096];
  while (std::fgets(bytes, sizeof bytes, output) != nullptr) said.text += bytes;
  said.exit_code = WEXITSTATUS(::pclose(output));
  return said;
}

class OneNode : public ::testing::Test {
 protected:
  void start(const std::string& durability) {
    const std::vector<std::string> options{"--peers", "n1=127.0.0.1:1", "--durability", durability};
    node_ = std::make_unique<NodeProcess>("n1", folder_.path(), options);
    ASSERT_NE(node_->await_ready(), 0) << node_->log();
  }
  void write(int count) {
    RespClient client(node_->port());
    for (int i = 0; i < count; ++i) client.write({"SET", "key" + std::to_string(i), "v"});
    for (int i = 0; i < count; ++i) ASSERT_EQ(client.read_answer().text, "OK");
  }
  int count(int of) {
    RespClient client(node_->port());
    int found = 0;
    for (int i = 0; i < of; ++i) client.write({"GET", "key" + std::to_string(i)});
    for (int i = 0; i < of; ++i) found += client.read_answer().text == "v" ? 1 : 0;
    return found;
  }
  std::uint64_t syncs() {
    const Json status =
        parse_json(RespClient(node_->port()).ask({"STATUS"}).text, "STATUS").value();
    return status.at("counters").at("syncs").get<std::uint64_t>();
  }
  void kill() {
    node_->signal(SIGKILL);
    ASSERT_EQ(node_->await_end(), 128 + SIGKILL);
  }
  Json cut_power(const std::string& more = "") {
    const Said said = run("--cut-power --data " + (folder_ / "data").string() + more);
    EXPECT_EQ(said.exit_code, 0) << said.text;
    return parse_json(said.text, "the cut").value();
  }

  TemporaryFolder folder_;
  std::unique_ptr<NodeProcess> node_;
};

TEST_F(OneNode, KeepsEveryAcknowledgedWriteWithDurabilityBatch) {
  start("batch");
  write(1000);
  kill();
  EXPECT_EQ(cut_power().at("log_changes_cut"), 0);
  start("batch");
  EXPECT_EQ(count(1000), 1000);
}

TEST_F(OneNode, LosesAcknowledgedWritesToACutWithDurabilityNoneAndNotToAKill) {
  start("none");
  write(1000);
  EXPECT_EQ(syncs(), 0U);
  kill();
  start("none");
  ASSERT_EQ(count(1000), 1000) << "a killed process loses nothing that it gave to the kernel";
  RespClient client(node_->port());
  ASSERT_EQ(client.ask({"SET", "late", "v"}).text, "OK");
  kill();
  const Json cut = cut_power();
  EXPECT_EQ(cut.at("log_changes_cut"), 1) << cut.dump();
  start("none");
  EXPECT_EQ(RespClient(node_->port()).ask({"GET", "late"}).type, REDIS_REPLY_NIL);
}

TEST_F(OneNode, LosesEverythingUnsyncedWithDurabilityNone) {
  start("none");
  write(1000);
  kill();
  EXPECT_EQ(cut_power().at("log_changes_cut"), 1001) << "and the list of nodes";
  start("none");
  EXPECT_EQ(count(1000), 0);
}

TEST_F(OneNode, KeepsWithDurabilityPeriodicWhatIsOlderThanThePeriod) {
  start("periodic:20ms");
  write(1000);
  const std::uint64_t before = syncs();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  RespClient client(node_->port());
  // Whatever was acknowledged before this write is synced with it, or before it.
  ASSERT_EQ(client.ask({"SET", "later", "v"}).text, "OK");
  while (syncs() < before + 2 && std::chrono::steady_clock::now() < deadline) {
    ASSERT_EQ(client.ask({"SET", "later", "v"}).text, "OK");
  }
  kill();
  cut_power();
  start("periodic:20ms");
  EXPECT_EQ(count(1000), 1000);
}

TEST_F(OneNode, CutsATornEndAtItsStartAndSaysSo) {
  start("none");
  write(300);
  kill();
  const Json cut = cut_power(" --tear --seed 7");
  start("none");
  EXPECT_THAT(node_->log(), HasSubstr("cut a torn end of the log"));
  // The first change is the list of nodes.
  EXPECT_EQ(count(300), std::max(0, 300 - cut.at("log_changes_cut").get<int>())) << cut.dump();
}

TEST_F(OneNode, RefusesToStartOnADamagedStoreAndNamesTheFile) {
  start("batch");
  write(100);
  kill();
  const auto log = newest(folder_ / "data", "", ".log");
  flip_byte(log, std::filesystem::file_size(log) / 2);
  node_ = std::make_unique<NodeProcess>("n1", folder_.path(), std::vector<std::string>());
  EXPECT_EQ(node_->await_end(), 255);
  EXPECT_THAT(node_->log(), HasSubstr(log.string()));
}

TEST_F(OneNode, RefusesToCutThePowerOfARunningNodeOrOfNoNode) {
  start("batch");
  const Said running = run("--cut-power --data " + (folder_ / "data").string());
  EXPECT_EQ(running.exit_code, 255);
  EXPECT_THAT(running.text, HasSubstr("in use"));
  EXPECT_EQ(run("--cut-power --data /nowhere").exit_code, 255);
  EXPECT_EQ(run("--cut-power").exit_code, 254);
  EXPECT_EQ(run("--cut-power --data x --seed y").exit_code, 254);
}

// The server in this process, on a disk whose syncs fail when the test says so.
TEST(FailingSync, StopsTheNodeBeforeAnythingIsAcknowledged) {
  for (const StoreOptions& storage :
       {StoreOptions{}, StoreOptions{Durability::kPeriodic, std::chrono::milliseconds(1)}}) {
    const TemporaryFolder folder;
    const auto disk = std::make_shared<FailingDisk>();
    const auto opened = open_rocksdb_store(folder.path(), storage, disk);
    ASSERT_TRUE(opened);
    Options options;
    options.name = "n1";
    options.peers = {{"n1", {"127.0.0.1", 0}}};
    options.storage = storage;
    Server server(options, opened->store.get(), 7);
    const int port = server.listen().value().port;
    Result<void> ran;
    std::thread loop([&] { ran = server.run(); });
    RespClient client(port);
    EXPECT_EQ(client.ask({"SET", "k", "1"}).text, "OK");
    disk->fail(true);
    if (storage.durability == Durability::kBatch) {
      EXPECT_EQ(client.ask({"SET", "k", "2"}).type, 0) << "something was answered";
    } else {
      while (client.ask({"SET", "k", "2"}).type != 0) {
      }
    }
    loop.join();
    ASSERT_FALSE(ran);
    EXPECT_THAT(ran.error().to_string(), HasSubstr("refuses to sync"));
  }
}

}  // namespace
}  // namespace quorate::node
