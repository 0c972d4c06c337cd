#include "harness/scenario/cast.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

#include "base/check.h"
#include "harness/systems/node_insight.h"

namespace quorate {
namespace {

constexpr std::array<std::string_view, 5> kNames{"A", "B", "C", "D", "E"};

}  // namespace

std::string_view name_of(Role role) { return kNames.at(static_cast<std::size_t>(role)); }

Cast::Cast(std::vector<std::size_t> preference, std::size_t n,
           const std::vector<std::uint64_t>& tie_breaks, std::string_view order)
    : nodes_(std::move(preference)) {
  QUORATE_CHECK(n <= nodes_.size() && nodes_.size() <= kNames.size() && order.size() <= n);
  std::vector<std::size_t> ascending(nodes_.begin(),
                                     nodes_.begin() + static_cast<std::ptrdiff_t>(n));
  std::sort(ascending.begin(), ascending.end(), [&tie_breaks](std::size_t a, std::size_t b) {
    return tie_breaks.at(a) < tie_breaks.at(b);
  });
  if (order.empty()) return;
  // The least nodes play the ordered roles, the others what is left.
  std::size_t next = order.size();
  for (std::size_t role = 0; role < n; ++role) {
    const std::size_t place = order.find(kNames.at(role));
    nodes_[role] = ascending[place == std::string_view::npos ? next++ : place];
  }
}

std::string Cast::to_text() const {
  std::string text;
  for (std::size_t role = 0; role < nodes_.size(); ++role) {
    text += fmt::format("{}{}=n{}", role == 0 ? "" : " ", kNames.at(role), nodes_[role] + 1);
  }
  return text;
}

Result<Cast> cast_of(const System& system, const RunConfig& config, const std::string& key,
                     const std::vector<NodeAccess>& nodes, std::string_view order) {
  const NodeInsight* const insight = system.node_insight();
  if (insight == nullptr) {
    return Error{ErrorCode::kUnsupported,
                 fmt::format("system {} does not tell which node holds what, so no interleaving "
                             "can be told on it",
                             system.name())};
  }
  std::vector<std::uint64_t> tie_breaks;
  for (const NodeAccess& node : nodes) {
    const Result<std::uint64_t> number = insight->tie_break(node);
    if (!number) return number.error();
    tie_breaks.push_back(*number);
  }
  return Cast(insight->preference(config, key), static_cast<std::size_t>(config.n), tie_breaks,
              order);
}

}  // namespace quorate
