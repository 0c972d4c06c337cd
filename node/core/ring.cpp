#include "node/core/ring.h"

#include <algorithm>
#include <utility>

#include <xxhash.h>

#include "base/check.h"
#include "node/core/byte_codec.h"
#include "node/core/limits.h"

namespace quorate::node {

namespace {

struct Token {
  Position position = 0;
  ReplicaIndex node = 0;
  bool operator<(const Token& other) const {
    return std::pair(position, node) < std::pair(other.position, other.node);
  }
};

std::vector<Token> draw_tokens(const std::vector<std::string>& names, std::uint16_t virtual_nodes) {
  std::vector<Token> tokens;
  for (std::size_t node = 0; node < names.size(); ++node) {
    for (std::uint64_t i = 0; i < virtual_nodes; ++i) {
      const Position position = XXH3_64bits_withSeed(names[node].data(), names[node].size(), i + 1);
      tokens.push_back({position, static_cast<ReplicaIndex>(node)});
    }
  }
  std::sort(tokens.begin(), tokens.end());
  return tokens;
}

// Appends the distinct nodes whose tokens follow `end`, in that order, once around the ring.
void append_nodes_after(const std::vector<Token>& tokens, Position end, std::size_t nodes,
                        std::vector<ReplicaIndex>* order) {
  const auto first = static_cast<std::ptrdiff_t>(order->size());
  const std::size_t complete = order->size() + nodes;
  auto at = std::lower_bound(tokens.begin(), tokens.end(), Token{end, 0});
  while (order->size() < complete) {
    if (at == tokens.end()) at = tokens.begin();
    const bool is_new = std::find(order->begin() + first, order->end(), at->node) == order->end();
    if (is_new) order->push_back(at->node);
    ++at;
  }
}

std::uint64_t fingerprint_of(const std::vector<std::string>& names, std::uint16_t n,
                             std::uint16_t virtual_nodes) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.u16(n);
  writer.u16(virtual_nodes);
  for (const std::string& name : names) writer.text(name);
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace

Ring::Ring(const std::vector<std::string>& names, std::uint16_t n, std::uint16_t virtual_nodes)
    : n_(n),
      nodes_(static_cast<std::uint16_t>(names.size())),
      fingerprint_(fingerprint_of(names, n, virtual_nodes)) {
  QUORATE_CHECK(n >= 1 && n <= names.size() && names.size() <= kMaxReplicas, "n is {}, of {}", n,
                names.size());
  QUORATE_CHECK(virtual_nodes >= 1 && virtual_nodes <= kMaxVirtualNodes);
  const std::vector<Token> tokens = draw_tokens(names, virtual_nodes);
  preference_.reserve(kPartitions * names.size());
  for (std::size_t i = 0; i < kPartitions; ++i) {
    // One past the last position; that of the last partition wraps to 0, as the ring does.
    const Position end = static_cast<Position>(i + 1) << 56;
    append_nodes_after(tokens, end, names.size(), &preference_);
  }
}

Placement Ring::placement_of(std::string_view key) const {
  const std::span<const ReplicaIndex> order = preference(partition_of(position_of(key)));
  Placement placement;
  placement.targets.reserve(n_);
  for (std::size_t i = 0; i < n_; ++i) placement.targets.push_back({order[i], order[i]});
  placement.fallbacks.assign(order.begin() + n_, order.end());
  return placement;
}

bool Ring::is_replica(ReplicaIndex node, Partition partition) const {
  if (n_ == nodes_) return true;
  const std::span<const ReplicaIndex> order = preference(partition);
  return std::find(order.begin(), order.begin() + n_, node) != order.begin() + n_;
}

}  // namespace quorate::node
