// The strong components of a directed graph that is given by its predecessors, and with them a
// topological order: Tarjan's algorithm (1972), without recursion.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace quorate {

inline constexpr std::uint32_t kNoNode = 0xffff'ffff;

struct StrongComponents {
  // Every node; components contiguous, and none before a component that it can be reached from.
  std::vector<std::uint32_t> order;
  // By node.
  std::vector<std::uint32_t> component;
  // Where in `order` each component begins, and one more: its end.
  std::vector<std::uint32_t> begins;

  std::uint32_t count() const { return static_cast<std::uint32_t>(begins.size() - 1); }
  std::uint32_t size_of(std::uint32_t c) const { return begins[c + 1] - begins[c]; }
};

// `predecessor(node, i)` is the i-th predecessor of the node, kNoNode past the last. A node must
// not be its own. O(nodes + edges) calls.
template <typename Predecessor>
class StrongComponentsFinder {
 public:
  StrongComponentsFinder(std::uint32_t nodes, const Predecessor& predecessor)
      : predecessor_(predecessor), number_(nodes, 0), low_(nodes, 0) {
    result_.component.assign(nodes, kNoNode);
    result_.order.reserve(nodes);
    result_.begins = {0};
  }

  StrongComponents find() {
    for (std::uint32_t node = 0; node < number_.size(); ++node) {
      if (number_[node] == 0) search_from(node);
    }
    return std::move(result_);
  }

 private:
  struct Frame {
    std::uint32_t node;
    std::uint32_t next;  // predecessor to look at
  };

  void open(std::uint32_t node) {
    number_[node] = low_[node] = ++last_number_;
    open_.push_back(node);
    frames_.push_back({node, 0});
  }

  void search_from(std::uint32_t root) {
    open(root);
    while (!frames_.empty()) {
      const std::uint32_t node = frames_.back().node;
      const std::uint32_t before = predecessor_(node, frames_.back().next++);
      if (before == kNoNode) {
        close(node);
      } else if (number_[before] == 0) {
        open(before);
      } else if (result_.component[before] == kNoNode) {
        low_[node] = std::min(low_[node], number_[before]);
      }
    }
  }

  void close(std::uint32_t node) {
    frames_.pop_back();
    if (!frames_.empty()) {
      const std::uint32_t parent = frames_.back().node;
      low_[parent] = std::min(low_[parent], low_[node]);
    }
    if (low_[node] != number_[node]) return;
    std::uint32_t member = kNoNode;
    do {
      member = open_.back();
      open_.pop_back();
      result_.component[member] = result_.count();
      result_.order.push_back(member);
    } while (member != node);
    result_.begins.push_back(static_cast<std::uint32_t>(result_.order.size()));
  }

  const Predecessor& predecessor_;
  StrongComponents result_;
  std::vector<std::uint32_t> number_;  // 0: not seen
  std::vector<std::uint32_t> low_;
  std::vector<std::uint32_t> open_;
  std::vector<Frame> frames_;
  std::uint32_t last_number_ = 0;
};

template <typename Predecessor>
StrongComponents strong_components(std::uint32_t nodes, const Predecessor& predecessor) {
  return StrongComponentsFinder<Predecessor>(nodes, predecessor).find();
}

// A way from `from` to `to` by the fewest edges of cost 1, `from` and `to` included; empty where
// there is none. `cost(before, node)` is 0 or 1. With from == to a cycle: `from` stands at both
// ends. Looks at nodes of one component only, and at each edge once or twice. Its arrays live from
// search to search.
class PathFinder {
 public:
  explicit PathFinder(std::uint32_t nodes) : next_(nodes), distance_(nodes), stamp_(nodes, 0) {}

  // `within(node)` says where the search may go.
  template <typename Predecessor, typename Cost, typename Within>
  std::vector<std::uint32_t> find(std::uint32_t from, std::uint32_t to,
                                  const Predecessor& predecessor, const Cost& cost,
                                  const Within& within) {
    ++round_;
    // Backwards from `to`, by distance: what costs nothing is looked at first.
    std::vector<std::uint32_t> near = {to};
    std::vector<std::uint32_t> far;
    stamp_[to] = round_;
    distance_[to] = 0;
    next_[to] = kNoNode;
    std::uint32_t one_step_more = kNoNode;  // a node that `from` precedes at cost 1
    for (std::uint32_t distance = 0; !near.empty(); ++distance) {
      for (std::size_t i = 0; i < near.size(); ++i) {
        const std::uint32_t node = near[i];
        if (distance_[node] != distance) continue;  // was reached for less
        for (std::uint32_t edge = 0;; ++edge) {
          const std::uint32_t before = predecessor(node, edge);
          if (before == kNoNode) break;
          if (before == from && cost(before, node) == 0) return path(from, node);
          if (before == from) one_step_more = node;
          if (before == from || !within(before)) continue;
          const std::uint32_t reached = distance + cost(before, node);
          if (stamp_[before] == round_ && distance_[before] <= reached) continue;
          stamp_[before] = round_;
          distance_[before] = reached;
          next_[before] = node;
          (reached == distance ? near : far).push_back(before);
        }
      }
      if (one_step_more != kNoNode) return path(from, one_step_more);
      near.swap(far);
      far.clear();
    }
    return {};
  }

 private:
  std::vector<std::uint32_t> path(std::uint32_t from, std::uint32_t node) const {
    std::vector<std::uint32_t> nodes = {from};
    for (; node != kNoNode; node = next_[node]) nodes.push_back(node);
    return nodes;
  }

  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> distance_;
  std::vector<std::uint32_t> stamp_;
  std::uint32_t round_ = 0;
};

}  // namespace quorate
