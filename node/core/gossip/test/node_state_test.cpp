#include "node/core/gossip/node_state.h"

#include <gtest/gtest.h>

#include "node/core/limits.h"

namespace quorate::node {
namespace {

const std::vector<NodeReport> kReports{{0, {1'700'000'000'000, 5, true, 9}},
                                       {2, {1, 0, false, 0}},
                                       {7, {kMaxIncarnation, ~std::uint64_t{0}, true, 1}}};

TEST(NodeState, OrdersByIncarnationThenHeartbeat) {
  const NodeState state{5, 5, false, 0};
  EXPECT_TRUE((NodeState{6, 0, false, 0}).is_later_than(state));
  EXPECT_TRUE((NodeState{5, 6, false, 0}).is_later_than(state));
  EXPECT_FALSE((NodeState{5, 5, true, 1}).is_later_than(state));
  EXPECT_FALSE((NodeState{4, 9, false, 0}).is_later_than(state));
  EXPECT_TRUE(state.is_later_than({}));
}

TEST(NodeState, ReportsReadBackAsTheyWereWritten) {
  const auto read = decode_reports(encode_reports(kReports), 8);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, kReports);
  EXPECT_TRUE(decode_reports(encode_reports({}), 1)->empty());
}

TEST(NodeState, ReportsOfAFullClusterFit) {
  std::vector<NodeReport> reports;
  for (ReplicaIndex node = 0; node < kMaxReplicas; ++node) reports.push_back({node, {1, 1}});
  const auto read = decode_reports(encode_reports(reports), kMaxReplicas);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, reports);
}

TEST(NodeState, RefusesReportsThatAreCutOffOrTooLong) {
  const std::string whole = encode_reports(kReports);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = decode_reports(std::string_view(whole).substr(0, size), 8);
    ASSERT_FALSE(read.has_value()) << size;
    EXPECT_EQ(read.error().code, ErrorCode::kProtocol) << size;
  }
  EXPECT_FALSE(decode_reports(whole + '\0', 8).has_value());
}

TEST(NodeState, RefusesWhatNobodyWrites) {
  const auto refuses = [](const std::vector<NodeReport>& reports) {
    return !decode_reports(encode_reports(reports), 8);
  };
  EXPECT_TRUE(refuses({{8, {1, 1}}}));            // no such node
  EXPECT_TRUE(refuses({{1, {1, 1}}, {1, {2}}}));  // twice
  EXPECT_TRUE(refuses({{2, {1, 1}}, {1, {1}}}));  // not ascending
  EXPECT_TRUE(refuses({{1, {0, 1}}}));            // never heard of
  EXPECT_TRUE(refuses({{1, {kMaxIncarnation + 1, 1}}}));
  std::string voting = encode_reports({{1, {1, 1, true, 0}}});
  voting[4 + 2 + 8 + 8] = 2;
  EXPECT_FALSE(decode_reports(voting, 8).has_value());
}

}  // namespace
}  // namespace quorate::node
