#include "harness/systems/quorate/quorate_node_insight.h"

#include <charconv>

#include <fmt/core.h>

#include "harness/systems/quorate/admin.h"
#include "harness/systems/quorate/replica_insight.h"
#include "node/core/anti_entropy/merkle_tree.h"
#include "node/core/key_position.h"

namespace quorate {

std::vector<std::size_t> QuorateNodeInsight::preference(const RunConfig& config,
                                                        const std::string& key) const {
  const node::Placement placement = ring_of(config).placement_of(key);
  std::vector<std::size_t> nodes;
  for (const node::Target& target : placement.targets) nodes.push_back(target.node);
  for (const node::ReplicaIndex fallback : placement.fallbacks) nodes.push_back(fallback);
  return nodes;
}

Result<std::uint64_t> QuorateNodeInsight::tie_break(const NodeAccess& node) const {
  const Result<Json> status = status_of(node.address, node.namespace_fd);
  if (!status) return status.error();
  const std::string incarnation = status->value("incarnation", "");
  std::uint64_t number = 0;
  const char* const end = incarnation.data() + incarnation.size();
  const auto [rest, failed] = std::from_chars(incarnation.data(), end, number, 16);
  if (failed == std::errc{} && rest == end && !incarnation.empty()) return number;
  return Error{ErrorCode::kCorrupt,
               fmt::format("{}: STATUS tells no incarnation", node.address.name)};
}

Result<NodeInsight::Comparisons> QuorateNodeInsight::comparisons(const NodeAccess& node) const {
  const Result<Json> status = status_of(node.address, node.namespace_fd);
  if (!status) return status.error();
  const Json anti_entropy = status->value("anti_entropy", Json::object());
  return Comparisons{.completed = anti_entropy.value("completed", std::int64_t{0}),
                     .conflicts = anti_entropy.value("conflicts", std::int64_t{0})};
}

std::string QuorateNodeInsight::neighbour_of(const std::string& key) const {
  const node::NodeIndex leaf = node::leaf_of(node::position_of(key));
  for (int i = 1;; ++i) {
    std::string name = fmt::format("{}{}", key, i);
    if (node::leaf_of(node::position_of(name)) == leaf) return name;
  }
}

Result<std::vector<std::string>> QuorateNodeInsight::linked_to(const NodeAccess& node) const {
  const Result<Json> status = status_of(node.address, node.namespace_fd);
  if (!status) return status.error();
  std::vector<std::string> names;
  for (const Json& peer : status->value("peers", Json::array())) {
    if (peer.value("self", false) || !peer.value("connected", false)) continue;
    names.push_back(peer.value("name", ""));
  }
  return names;
}

}  // namespace quorate
