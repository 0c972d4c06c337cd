#include "harness/run/network_cost.h"

#include <gtest/gtest.h>

#include "harness/test/fake_system.h"

namespace quorate {
namespace {

using namespace std::chrono_literals;

NodeAccess at(const std::string& name, int namespace_fd) {
  return {.address = {.name = name, .host = "10.0.0.1", .port = 1}, .namespace_fd = namespace_fd};
}

TEST(NetworkCost, IsWhatTheMedianRoundTripThroughTheNetworkTakesLonger) {
  FakeSystem system;
  system.answer_pings([](const NodeAccess& node, int times) -> Result<std::vector<Duration>> {
    std::vector<Duration> took(static_cast<std::size_t>(times),
                               node.namespace_fd == 1 ? 90us : 30us);
    took.front() = 7ms;  // the first of a connection
    return took;
  });
  const Json cost = network_cost(system, {at("n1", 1), at("n2", 1)}, {at("n1", 2), at("n2", 2)});
  EXPECT_EQ(cost["samples"], 100);
  EXPECT_EQ(cost["through-us"], 90.0);
  EXPECT_EQ(cost["past-us"], 30.0);
  EXPECT_EQ(cost["added-us"], 60.0);
}

TEST(NetworkCost, LeavesOutANodeThatDoesNotAnswerBothWays) {
  FakeSystem system;
  system.answer_pings([](const NodeAccess& node, int) -> Result<std::vector<Duration>> {
    if (node.address.name == "n2" && node.namespace_fd == 2) return Error{ErrorCode::kIo, "gone"};
    return std::vector<Duration>{node.address.name == "n1" ? 50us : 5s};
  });
  const Json cost = network_cost(system, {at("n1", 1), at("n2", 1)}, {at("n1", 2), at("n2", 2)});
  EXPECT_EQ(cost["samples"], 1);
  EXPECT_EQ(cost["through-us"], 50.0);
}

TEST(NetworkCost, IsNullWhereTheSystemHasNoSuchRequestOrNobodyAnswers) {
  FakeSystem system;
  EXPECT_TRUE(network_cost(system, {at("n1", 1)}, {at("n1", 2)}).is_null());
  EXPECT_TRUE(network_cost(system, {}, {}).is_null());
}

}  // namespace
}  // namespace quorate
