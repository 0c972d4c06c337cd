#include "harness/systems/quorate/fan_out_client.h"

#include <thread>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using namespace std::chrono_literals;
using boost::asio::ip::tcp;

constexpr auto kPatience = 20s;  // reached only where something is broken

// Three nodes that can be connected to, and never answer.
class FanOutClientTest : public testing::Test {
 protected:
  FanOutClientTest() {
    for (std::size_t i = 0; i < 3; ++i) {
      silent_.emplace_back(loop_.io(), tcp::endpoint(tcp::v4(), 0));
      addresses_.set(
          i, {.name = "n", .host = "127.0.0.1", .port = silent_.back().local_endpoint().port()});
    }
    client_ = std::make_unique<FanOutClient>(std::make_shared<FanOutGroup>(
        loop_, config_, addresses_, -1, std::make_shared<node::RoundTrips>()));
  }

  static RunConfig config_of_three_nodes() {
    RunConfig config;
    config.nodes = 3;
    config.mode = Approach::kClient;
    return complete(config).value();
  }

  EventLoop loop_;
  const RunConfig config_ = config_of_three_nodes();
  AddressBook addresses_{3};
  std::vector<tcp::acceptor> silent_;
  std::unique_ptr<FanOutClient> client_;
};

// It asks for versions before it writes, and nobody told it any: nothing was written.
TEST_F(FanOutClientTest, AWriteThatNobodyTellsAVersionFailsAtItsDeadline) {
  std::optional<Completion> told;
  client_->invoke({.function = Function::kWrite, .key = "k1", .value = "1-1"}, 20ms,
                  [&told](Completion completion) { told = std::move(completion); });
  ASSERT_TRUE(loop_.run_until([&told] { return told.has_value(); }, monotonic_now() + kPatience));
  EXPECT_EQ(told->outcome, Outcome::kFail);
  EXPECT_EQ(told->error, "timeout");
}

// Both timers go off in one turn of the loop; asan tells if the second one's still touches the
// group.
TEST_F(FanOutClientTest, ATimeOutWhoseClientIsGoneTouchesNothing) {
  boost::asio::steady_timer first(loop_.io(), 1ms);
  first.async_wait([this](boost::system::error_code) { client_.reset(); });
  bool done = false;
  client_->invoke({.key = "k1", .value = {}}, 2ms, [&done](const Completion&) { done = true; });
  std::this_thread::sleep_for(10ms);
  loop_.run_until([this] { return client_ == nullptr; }, monotonic_now() + kPatience);
  loop_.run_until([] { return false; }, monotonic_now() + 10ms);
  EXPECT_EQ(client_, nullptr);
  EXPECT_FALSE(done);
}

}  // namespace
}  // namespace quorate
