#include "harness/run/healed_nodes.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using testing::IsEmpty;

const std::vector<NodeAccess> kNodes{{{"n1", "127.0.0.1", 1}, -1}, {{"n2", "127.0.0.1", 2}, -1}};

// Answers as the script of each node says, and for ever as its last line does.
class ScriptedInsight final : public NodeInsight {
 public:
  std::map<std::string, std::vector<std::size_t>> links;
  std::map<std::string, std::vector<std::int64_t>> completed;

  std::vector<std::size_t> preference(const RunConfig&, const std::string&) const override {
    return {};
  }
  Result<std::uint64_t> tie_break(const NodeAccess&) const override { return std::uint64_t{0}; }
  Result<Comparisons> comparisons(const NodeAccess& node) const override {
    return Comparisons{.completed = next(completed, node)};
  }
  std::string neighbour_of(const std::string& key) const override { return key; }
  Result<std::vector<std::string>> linked_to(const NodeAccess& node) const override {
    return std::vector<std::string>(next(links, node));
  }

 private:
  template <typename T>
  T next(const std::map<std::string, std::vector<T>>& lines, const NodeAccess& node) const {
    const std::vector<T>& mine = lines.at(node.address.name);
    return mine[std::min(asked_[node.address.name]++, mine.size() - 1)];
  }
  mutable std::map<std::string, std::size_t> asked_;
};

// Asks a few times and once more, as a loop does that wakes up for other things too.
void wait(const std::function<bool()>& done, Instant /*deadline*/) {
  for (int i = 0; i < 5 && !done(); ++i) continue;
  done();
}

RunConfig comparing(Duration interval) {
  RunConfig config;
  config.n = 2;
  config.anti_entropy_interval = interval;
  return config;
}

TEST(HealedNodes, ALinkThatIsNeverThereIsTold) {
  ScriptedInsight insight;
  insight.links = {{"n1", {0, 0, 1}}, {"n2", {0}}};
  const auto lacking = without_links(insight, kNodes, wait);
  ASSERT_EQ(lacking.size(), 1U);
  EXPECT_EQ(lacking[0].node, "n2");
  EXPECT_EQ(lacking[0].what, "it is linked to 0 of 1 others only");
}

TEST(HealedNodes, ALinkThatWasThereMayBreakOnceMore) {
  ScriptedInsight insight;
  insight.links = {{"n1", {1, 0}}, {"n2", {1, 0}}};
  EXPECT_THAT(without_links(insight, kNodes, wait), IsEmpty());
}

TEST(HealedNodes, ComparisonsThatHaveComeToAStopAreTold) {
  ScriptedInsight insight;
  insight.completed = {{"n1", {7, 7, 8}}, {"n2", {7}}};
  const auto lacking =
      without_comparisons(insight, comparing(std::chrono::milliseconds(100)), kNodes, wait);
  ASSERT_EQ(lacking.size(), 1U);
  EXPECT_EQ(lacking[0].node, "n2");
}

TEST(HealedNodes, NobodyWaitsForComparisonsThatAreFarApart) {
  ScriptedInsight insight;
  for (const Duration interval : {Duration::zero(), Duration(std::chrono::minutes(1))}) {
    EXPECT_THAT(without_comparisons(insight, comparing(interval), kNodes, wait), IsEmpty());
  }
}

}  // namespace
}  // namespace quorate
