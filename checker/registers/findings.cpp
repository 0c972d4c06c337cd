#include "checker/registers/findings.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace quorate {

void Findings::next_key() { current_has_any_ = false; }

bool Findings::wants(std::uint64_t tag) const {
  if (!current_has_any_) return by_key_.size() < kShown;
  const std::vector<Kept>& kept = by_key_.back();
  return kept.size() < kShown &&
         std::none_of(kept.begin(), kept.end(), [tag](const Kept& k) { return k.tag == tag; });
}

void Findings::keep(std::uint64_t tag, Evidence evidence) {
  QUORATE_CHECK(wants(tag));
  if (!current_has_any_) by_key_.emplace_back();
  current_has_any_ = true;
  by_key_.back().push_back({tag, std::move(evidence)});
}

void Findings::undecided(std::string reason) {
  if (reason_.empty()) reason_ = std::move(reason);
}

void Findings::append(Findings later) {
  count_ += later.count_;
  for (std::vector<Kept>& key : later.by_key_) {
    if (by_key_.size() < kShown) by_key_.push_back(std::move(key));
  }
  undecided(std::move(later.reason_));
  current_has_any_ = false;
}

std::vector<Evidence> Findings::take_shown() {
  std::vector<Evidence> shown;
  for (std::size_t round = 0; round < kShown; ++round) {
    for (std::vector<Kept>& kept : by_key_) {
      if (round < kept.size() && shown.size() < kShown) {
        shown.push_back(std::move(kept[round].evidence));
      }
    }
  }
  by_key_.clear();
  current_has_any_ = false;
  return shown;
}

}  // namespace quorate
