#include "checker/registers/single_order.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "checker/test/random_history.h"

namespace quorate {
namespace {

using Graph = std::vector<std::vector<bool>>;  // [x][y]: x before y

// The definition alone (theory 1.2).
Graph graph_of(const KeyClusters& clusters) {
  Graph graph(clusters.size(), std::vector<bool>(clusters.size(), false));
  for (ClusterIndex x = 0; x < clusters.size(); ++x) {
    for (ClusterIndex y = 0; y < clusters.size(); ++y) {
      if (x == y || clusters[x].silent() || clusters[y].silent()) continue;
      graph[x][y] = clusters[x].write_end < clusters[y].last_start ||
                    clusters[x].first_end < clusters[y].write_start;
    }
  }
  return graph;
}

bool has_cycle(Graph graph) {
  for (std::size_t via = 0; via < graph.size(); ++via) {
    for (std::size_t x = 0; x < graph.size(); ++x) {
      for (std::size_t y = 0; y < graph.size(); ++y) {
        if (graph[x][via] && graph[via][y]) graph[x][y] = true;
      }
    }
  }
  for (std::size_t x = 0; x < graph.size(); ++x) {
    if (graph[x][x]) return true;
  }
  return false;
}

// More values, and more of them read, than the oracle could bear.
std::vector<TestOp> random_crowd(RandomStream* random) {
  const int writes = 3 + static_cast<int>(random->below(8));
  const int reads = 3 + static_cast<int>(random->below(8));
  std::vector<Position> positions(static_cast<std::size_t>(2 * (writes + reads)));
  for (std::size_t i = 0; i < positions.size(); ++i) positions[i] = static_cast<Position>(i + 1);
  random->shuffle(&positions);
  std::vector<TestOp> ops;
  for (int i = 0; i < writes + reads; ++i) {
    TestOp op;
    op.function = i < writes ? Function::kWrite : Function::kRead;
    op.value = i < writes ? i + 1 : static_cast<int>(random->below(std::uint64_t(writes) + 1));
    const auto at = static_cast<std::size_t>(2 * i);
    op.start = std::min(positions[at], positions[at + 1]);
    op.end = std::max(positions[at], positions[at + 1]);
    if (i < writes && random->chance(0.3)) {
      op.outcome = Outcome::kInfo;
      op.end = kNever;
    }
    ops.push_back(op);
  }
  return ops;
}

// Three values that fit no order although each two do, shaken, and with others among them.
std::vector<TestOp> random_triangle(RandomStream* random) {
  auto ops = parse_ops("W1[1,20] W2[2,40] R2[3,4] W3[5,30] R2[21,22] R1[31,32]");
  for (TestOp& op : ops) {
    op.start = 100 * op.start + static_cast<Position>(random->below(300));
    op.end = std::max(op.start + 1, 100 * op.end + static_cast<Position>(random->below(300)));
  }
  for (int value = 4; random->chance(0.6) && value < 9; ++value) {
    TestOp op;
    op.function = Function::kWrite;
    op.value = value;
    op.start = static_cast<Position>(random->below(4000));
    op.end = op.start + 1 + static_cast<Position>(random->below(1000));
    ops.push_back(op);
    op.function = Function::kRead;
    op.start += static_cast<Position>(random->below(1000));
    op.end = op.start + 1 + static_cast<Position>(random->below(1000));
    ops.push_back(op);
  }
  Position unique = 0;  // positions must differ
  for (TestOp& op : ops) {
    op.start = 100 * op.start + unique++;
    op.end = 100 * op.end + unique++;
  }
  return ops;
}

class SingleOrderTest : public testing::Test {
 protected:
  void build(const std::vector<TestOp>& ops) {
    history_ = std::make_unique<History>(history_of(ops));
    keys_ = std::make_unique<KeyIndex>(*history_);
    clusters_ = std::make_unique<KeyClusters>(*history_, keys_->symbol_count());
    clusters_->build(keys_->ops(0), kAbsent, false);
    graph_ = graph_of(*clusters_);
  }
  void expect_cycle(const OrderCycle& cycle) {
    ASSERT_GE(cycle.size, 2U);
    for (std::size_t i = 0; i < cycle.size; ++i) {
      ASSERT_TRUE(graph_[cycle.values[i]][cycle.values[(i + 1) % cycle.size]]);
    }
    if (cycle.size < 3) return;
    for (std::size_t i = 0; i < 3; ++i) {
      ASSERT_FALSE(graph_[cycle.values[(i + 1) % 3]][cycle.values[i]]) << "two would do";
    }
  }
  void expect_order(const std::vector<ClusterIndex>& order) {
    for (std::size_t i = 0; i < order.size(); ++i) {
      for (std::size_t j = i + 1; j < order.size(); ++j) {
        ASSERT_FALSE(graph_[order[j]][order[i]]) << "the order breaks an edge";
      }
    }
  }

  std::unique_ptr<History> history_;
  std::unique_ptr<KeyIndex> keys_;
  std::unique_ptr<KeyClusters> clusters_;
  Graph graph_;
  SingleOrderCheck check_;
};

TEST_F(SingleOrderTest, FindsACycleIffTheGraphHasOneAndElseAnOrder) {
  RandomStream random(5, "single order");
  int cyclic = 0;
  int of_three = 0;
  const int rounds = random_rounds();
  for (int round = 0; round < rounds; ++round) {
    const auto ops = round % 3 == 0   ? random_ops(&random)
                     : round % 3 == 1 ? random_crowd(&random)
                                      : random_triangle(&random);
    build(ops);
    const SingleOrderResult& found = check_.check(*clusters_, 3);
    ASSERT_EQ(found.left_out > 0, has_cycle(graph_)) << to_notation(ops);
    ASSERT_EQ(found.kept.size(), std::min<std::size_t>(found.left_out, 3));
    for (const OrderCycle& cycle : found.kept) {
      expect_cycle(cycle);
      if (cycle.size == 3) ++of_three;
    }
    expect_order(check_.order());
    const auto all = std::count_if(clusters_->all().begin(), clusters_->all().end(),
                                   [](const Cluster& cluster) { return !cluster.silent(); });
    ASSERT_EQ(check_.order().size() + found.left_out, static_cast<std::size_t>(all));
    if (HasFatalFailure()) return;
    if (found.left_out > 0) ++cyclic;
  }
  EXPECT_GT(cyclic, rounds / 10);
  EXPECT_LT(cyclic, rounds * 9 / 10);
  EXPECT_GT(of_three, rounds / 100);
}

}  // namespace
}  // namespace quorate
