// QuorateNodeInsight: what scenarios must know of our own store's nodes.
#pragma once

#include "harness/systems/node_insight.h"

namespace quorate {

class QuorateNodeInsight final : public NodeInsight {
 public:
  std::vector<std::size_t> preference(const RunConfig& config,
                                      const std::string& key) const override;
  Result<std::uint64_t> tie_break(const NodeAccess& node) const override;
  Result<Comparisons> comparisons(const NodeAccess& node) const override;
  std::string neighbour_of(const std::string& key) const override;
  Result<std::vector<std::string>> linked_to(const NodeAccess& node) const override;
};

}  // namespace quorate
