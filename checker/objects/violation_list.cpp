#include "checker/objects/violation_list.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace quorate {

bool ViolationList::wants(std::uint64_t tag) const {
  if (!current_has_any_) return by_key_.size() < kShown;
  const std::vector<Kept>& kept = by_key_.back();
  return kept.size() < kShown &&
         std::none_of(kept.begin(), kept.end(), [tag](const Kept& k) { return k.tag == tag; });
}

void ViolationList::keep(std::uint64_t tag, Violation violation) {
  QUORATE_CHECK(wants(tag));
  if (!current_has_any_) by_key_.emplace_back();
  current_has_any_ = true;
  by_key_.back().push_back({tag, std::move(violation)});
}

void ViolationList::undecided(std::string reason) {
  if (reason_.empty()) reason_ = std::move(reason);
}

CheckResult ViolationList::take_result(Property property) {
  CheckResult result;
  result.property = property;
  result.violation_count = count_;
  result.validity = count_ > 0         ? Validity::kInvalid
                    : !reason_.empty() ? Validity::kUnknown
                                       : Validity::kValid;
  result.reason = std::move(reason_);
  for (std::size_t round = 0; round < kShown; ++round) {
    for (std::vector<Kept>& kept : by_key_) {
      if (round < kept.size() && result.violations.size() < kShown) {
        result.violations.push_back(std::move(kept[round].violation));
      }
    }
  }
  *this = ViolationList();
  return result;
}

}  // namespace quorate
