#include "harness/systems/quorate/fan_out_client.h"

#include <boost/asio/ip/tcp.hpp>
#include <gtest/gtest.h>

#include "harness/test/owner_gone_first.h"

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

TEST_F(FanOutClientTest, ATimeOutWhoseClientIsGoneTouchesNothing) {
  bool done = false;
  destroy_before_its_timer(&loop_, &client_, [this, &done] {
    client_->invoke({.key = "k1", .value = {}}, 2ms, [&done](const Completion&) { done = true; });
  });
  EXPECT_FALSE(done);
}

}  // namespace
}  // namespace quorate
