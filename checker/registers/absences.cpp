#include "checker/registers/absences.h"

#include <algorithm>

namespace quorate {

using Kind = AbsenceSource::Kind;

void Absences::clear() {
  known_.clear();
  unknown_.clear();
  deletes_ = 0;
  adopted_ = kAbsent;
  mute_ = told_ = initially_absent_ = false;
}

void Absences::add_delete(std::uint32_t cluster, Symbol version, bool acknowledged) {
  ++deletes_;
  if (version != kAbsent) {
    known_.emplace_back(version, cluster);
  } else {
    unknown_.push_back(cluster);
    mute_ |= acknowledged;
  }
}

void Absences::settle(bool told, bool initially_absent) {
  std::sort(known_.begin(), known_.end());
  told_ = told && !mute_;
  initially_absent_ = initially_absent;
}

void Absences::adopt(Symbol version) {
  if (version == kAbsent || unknown_.size() != 1 || adopted_ != kAbsent) return;
  if (source_of(version).kind != Kind::kAmbiguous) return;
  adopted_ = version;
}

// One of the deletes whose version is not known, or perhaps the initial absence.
AbsenceSource Absences::unversioned(bool initial_too) const {
  const std::size_t possible = unknown_.size() + (initial_too ? 1 : 0);
  if (possible > 1) return {Kind::kAmbiguous, initial_too ? 0 : unknown_.front()};
  if (possible == 0) return {Kind::kNobody, 0};
  return initial_too ? AbsenceSource{Kind::kInitial, 0}
                     : AbsenceSource{Kind::kDelete, unknown_.front()};
}

AbsenceSource Absences::source_of(Symbol version) const {
  if (version == kAbsent) {
    if (!told_) return unversioned(initially_absent_);
    return {initially_absent_ ? Kind::kInitial : Kind::kNobody, 0};
  }
  const auto begin = std::lower_bound(known_.begin(), known_.end(), std::pair{version, 0U});
  if (begin != known_.end() && begin->first == version) {
    const auto next = begin + 1;
    const bool shared = next != known_.end() && next->first == version;
    return {shared ? Kind::kAmbiguous : Kind::kDelete, begin->second};
  }
  if (unknown_.empty()) return unversioned(initially_absent_);
  if (unknown_.size() > 1 || version != adopted_) return {Kind::kAmbiguous, unknown_.front()};
  return {Kind::kDelete, unknown_.front()};
}

}  // namespace quorate
