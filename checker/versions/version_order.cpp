#include "checker/versions/version_order.h"

#include <algorithm>

namespace quorate {
namespace {

// Takes the first piece off *rest.
std::string_view next_piece(std::string_view* rest) {
  const std::size_t dot = rest->find('.');
  const std::string_view piece = rest->substr(0, dot);
  *rest = dot == std::string_view::npos ? std::string_view() : rest->substr(dot + 1);
  return piece;
}

}  // namespace

std::strong_ordering compare_versions(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a;
  const std::string_view whole_b = b;
  while (!a.empty() && !b.empty()) {
    const std::string_view piece_a = next_piece(&a);
    const std::string_view piece_b = next_piece(&b);
    if (piece_a.size() != piece_b.size()) return piece_a.size() <=> piece_b.size();
    if (piece_a != piece_b) return piece_a <=> piece_b;
  }
  return whole_a.size() != whole_b.size() ? whole_a.size() <=> whole_b.size() : whole_a <=> whole_b;
}

VersionRanks::VersionRanks(const History& history) {
  std::vector<Symbol> versions;
  for (const Op& op : history.ops()) {
    if (op.version == kAbsent) continue;
    if (op.version >= ranks_.size()) ranks_.resize(op.version + std::size_t{1}, 0);
    if (ranks_[op.version] != 0) continue;
    ranks_[op.version] = 1;
    versions.push_back(op.version);
  }
  std::sort(versions.begin(), versions.end(), [&history](Symbol a, Symbol b) {
    return compare_versions(history.text(a), history.text(b)) < 0;
  });
  for (std::size_t i = 0; i < versions.size(); ++i) {
    ranks_[versions[i]] = static_cast<std::uint32_t>(i + 1);
  }
}

}  // namespace quorate
