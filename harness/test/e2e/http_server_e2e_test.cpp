// The server's limits, made small.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/run/event_loop.h"
#include "harness/serve/http_server.h"
#include "harness/serve/test/a_results_folder.h"
#include "harness/test/e2e/cli.h"
#include "harness/test/e2e/raw_client.h"

namespace quorate::e2e {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class HttpServerE2e : public testing::Test {
 protected:
  void start(const ServeLimits& limits) {
    SiteParts parts;
    parts.folder = &folder_;
    parts.index = &index_;
    site_ = std::make_unique<Site>(std::move(parts));
    state_ = std::shared_ptr<ServerState>(
        new ServerState{.site = *site_, .folder = folder_, .limits = limits, .workers = workers_});
    auto server = HttpServer::listen(loop_.io(), "127.0.0.1", 0, state_);
    ASSERT_TRUE(server);
    server_ = std::move(*server);
    thread_ = std::thread([this] { loop_.run_until([this] { return stopping_.load(); }); });
  }
  ~HttpServerE2e() override {
    boost::asio::post(loop_.io(), [this] { stopping_ = true; });
    if (thread_.joinable()) thread_.join();
    workers_.join();
  }
  std::uint16_t port() const { return server_->port(); }
  void follow(RawClient* client) const {
    client->say("GET /api/events/c HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }

  AResultsFolder results_;
  CampaignFolder campaign_ = results_.add_campaign("c");
  ServedFolder folder_ = results_.open();
  ResultsIndex index_{folder_};
  std::unique_ptr<Site> site_;
  EventLoop loop_;
  boost::asio::thread_pool workers_{2};
  std::shared_ptr<ServerState> state_;
  std::unique_ptr<HttpServer> server_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

TEST_F(HttpServerE2e, HangsUpOnASlowRequestHoweverItDrips) {
  start({.request_time = 300ms});
  RawClient silent(port());
  RawClient dripping(port());
  const Instant begun = monotonic_now();
  std::thread drip([&] {
    for (const char c : std::string("GET /api/runs HTTP/1.1\r\nX: ") + std::string(300, 'x')) {
      if (!dripping.say(std::string(1, c))) break;
      std::this_thread::sleep_for(20ms);
    }
  });
  EXPECT_TRUE(silent.hear_end(5s));
  EXPECT_TRUE(dripping.hear_end(5s));
  EXPECT_LT(monotonic_now() - begun, 5s);
  drip.join();
}

TEST_F(HttpServerE2e, HangsUpOnWhoeverTakesNothingOfAnAnswer) {
  results_.write("large.txt", std::string(64 << 20, 'x'));
  start({.answer_time = 300ms});
  RawClient client(port());
  client.say("GET /files/large.txt HTTP/1.1\r\nHost: localhost\r\n\r\n");
  ASSERT_TRUE(client.hear("xxxx"));
  EXPECT_TRUE(eventually([&] { return state_->connections == 0; }, 10s));
}

TEST_F(HttpServerE2e, TellsThatThereAreTooManyConnectionsOrStreams) {
  start({.connections = 3, .streams = 1});
  RawClient first(port());
  follow(&first);
  ASSERT_TRUE(first.hear("retry:"));
  RawClient second(port());
  follow(&second);
  ASSERT_TRUE(second.hear("too many streams"));
  EXPECT_EQ(reply_in(second.heard()).status, 503);
  const RawClient third(port());
  ASSERT_TRUE(eventually([&] { return state_->connections == 3; }, 10s));
  RawClient fourth(port());
  ASSERT_TRUE(fourth.hear_end());
  EXPECT_EQ(reply_in(fourth.heard()).status, 503);
  EXPECT_EQ(reply_in(fourth.heard()).body, "{\"error\":\"too many connections at this time\"}");
}

TEST_F(HttpServerE2e, SaysThatItIsStillThere) {
  start({.heartbeat = 50ms, .look = 10ms});
  RawClient client(port());
  follow(&client);
  EXPECT_TRUE(client.hear("\n:\n\n"));
  client.say("anything");
  EXPECT_TRUE(client.hear_end());
}

TEST_F(HttpServerE2e, KeepsNoMoreOfALedgerThanAFollowerTakes) {
  std::string line = "{\"run\":\"" + std::string(1000, 'x') + "\"}\n";
  std::string all;
  for (int i = 0; i < 40'000; ++i) all += line;
  results_.write("c/runs.jsonl", all);
  start({.answer_time = 500ms});
  RawClient slow(port());
  follow(&slow);
  ASSERT_TRUE(slow.hear("xxxx"));
  // It takes no more, so it is hung up on; another one gets everything meanwhile.
  RawClient quick(port());
  follow(&quick);
  ASSERT_TRUE(quick.hear("id: " + std::to_string(all.size()) + "\n", 30s));
  EXPECT_TRUE(eventually([&] { return state_->streams == 1; }, 10s));
}

TEST_F(HttpServerE2e, EndsAStreamWhoseLedgerCannotBeRead) {
  results_.write("c/runs.jsonl", std::string(300'000, 'x'));
  start({});
  RawClient client(port());
  follow(&client);
  EXPECT_TRUE(client.hear_end());
  EXPECT_THAT(client.heard(), HasSubstr("event: broken\ndata: \"c/runs.jsonl: the line at byte 0"));
}

}  // namespace
}  // namespace quorate::e2e
