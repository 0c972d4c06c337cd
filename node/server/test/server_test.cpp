// The server in this process, on loopback, with a store whose syncs the test holds.
#include "node/server/server.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/core/test/held_store.h"
#include "node/core/wire.h"
#include "node/server/test/resp_client.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;

class HeldServer : public ::testing::Test {
 protected:
  HeldServer() : server_(options(), &store_, 0) {
    const Result<Address> address = server_.listen();
    EXPECT_TRUE(address);
    port_ = address->port;
    epoch_ = to_string(server_.engine().epoch());
    thread_ = std::thread([this] { ran_ = server_.run(); });
    EXPECT_TRUE(store_.await_end_of_write(1)) << "the list of nodes";
  }
  ~HeldServer() override {
    store_.release();
    server_.stop();
    thread_.join();
  }
  static Options options() {
    Options options;
    options.name = "n1";
    options.peers = {{"n1", {"127.0.0.1", 0}}};
    options.timeout = std::chrono::seconds(10);
    options.engine.start = {1, 1, 7};
    options.engine.incarnation = 7;
    return options;
  }
  // When these are answered, the loop has sent all that was ready before.
  void let_the_loop_turn() {
    RespClient other(port_);
    for (int i = 0; i < 5; ++i) ASSERT_EQ(other.ask({"PING"}).text, "PONG");
  }

  HeldStore store_;
  Server server_;
  int port_ = 0;
  std::string epoch_;
  Result<void> ran_;
  std::thread thread_;
};

TEST_F(HeldServer, RepliesToNoWriteBeforeItsSync) {
  store_.hold();
  RespClient writer(port_);
  writer.write({"SET", "k", "v"});
  writer.flush();
  ASSERT_TRUE(store_.await_write(2));
  let_the_loop_turn();
  EXPECT_FALSE(writer.has_bytes()) << "acknowledged before the sync";
  store_.release();
  EXPECT_EQ(writer.read_answer().text, "OK");
}

TEST_F(HeldServer, ShowsAPendingRecordToNoReader) {
  store_.hold();
  RespClient writer(port_);
  writer.write({"SET", "k", "v"});
  writer.flush();
  ASSERT_TRUE(store_.await_write(2));
  RespClient reader(port_);
  reader.write({"GET", "k"});
  reader.flush();
  RespClient peer(port_);
  peer.write({"REPLICA.VERSION", "1", epoch_, "k"});
  peer.write({"REPLICA.VERSION", "2", epoch_, "other"});
  peer.flush();
  EXPECT_EQ(peer.read_answer().elements.at(0).integer, 2) << "held up behind a read that waits";
  let_the_loop_turn();
  EXPECT_FALSE(reader.has_bytes()) << "a record was read before its sync";
  EXPECT_FALSE(peer.has_bytes()) << "a version was told before its sync";
  EXPECT_EQ(RespClient(port_).ask({"DUMP", "", "10"}).elements.at(1).elements.size(), 0U);
  store_.release();
  EXPECT_EQ(reader.read_answer().text, "v");
}

TEST_F(HeldServer, HoldsBackLaterRepliesOfAConnectionOnly) {
  store_.hold();
  RespClient writer(port_);
  writer.write({"SET", "k", "v"});
  writer.write({"PING"});
  writer.flush();
  ASSERT_TRUE(store_.await_write(2));
  let_the_loop_turn();
  EXPECT_FALSE(writer.has_bytes()) << "a reply overtook the one before it";
  store_.release();
  EXPECT_EQ(writer.read_answer().text, "OK");
  EXPECT_EQ(writer.read_answer().text, "PONG");
}

TEST_F(HeldServer, StopsWithoutAnAcknowledgementWhenTheSyncFails) {
  store_.fail();
  RespClient writer(port_);
  writer.write({"SET", "k", "v"});
  writer.flush();
  thread_.join();
  EXPECT_EQ(writer.read_answer().type, 0) << "something was answered";
  ASSERT_FALSE(ran_);
  EXPECT_THAT(ran_.error().to_string(), HasSubstr("the test's disk refuses"));
  thread_ = std::thread([] {});
}

TEST_F(HeldServer, FinishesWhatWaitsForItsSyncBeforeItStops) {
  store_.hold();
  RespClient writer(port_);
  writer.write({"SET", "k", "v"});
  writer.flush();
  ASSERT_TRUE(store_.await_write(2));
  server_.stop();
  store_.release();
  EXPECT_EQ(writer.read_answer().text, "OK");
  EXPECT_EQ(writer.read_answer().type, 0);
}

}  // namespace
}  // namespace quorate::node
