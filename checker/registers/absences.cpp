#include "checker/registers/absences.h"

#include <algorithm>

namespace quorate {

using Kind = AbsenceSource::Kind;

void Absences::clear() {
  deletes_.clear();
  unknown_.clear();
  known_.clear();
  sightings_.clear();
  strange_.clear();
  failed_ = 0;
  mute_ = told_ = initially_absent_ = false;
}

void Absences::add_delete(std::uint32_t cluster, const Op& op) {
  deletes_.push_back({op.invoked, cluster});
  if (op.version != kAbsent) {
    known_.emplace_back(op.version, AbsenceSource{Kind::kDelete, cluster});
  } else {
    unknown_.push_back({op.invoked, cluster});
    mute_ |= op.outcome == Outcome::kOk;
  }
}

void Absences::add_read(const Op& op) { sightings_.push_back({op.version, op.completed, {}}); }

void Absences::settle(bool told, bool initially_absent) {
  told_ = told && !mute_;
  initially_absent_ = initially_absent;
  std::stable_sort(known_.begin(), known_.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 1; i < known_.size(); ++i) {
    if (known_[i].first == known_[i - 1].first) known_[i - 1].second.kind = Kind::kInDoubt;
  }
  merge_sightings();
  give_out_strange_versions();
}

void Absences::merge_sightings() {
  std::sort(sightings_.begin(), sightings_.end(),
            [](const Sighting& a, const Sighting& b) { return a.version < b.version; });
  std::size_t kept = 0;
  for (std::size_t i = 0; i < sightings_.size(); ++i) {
    const Sighting& next = sightings_[i];
    if (i == 0 || next.version != sightings_[kept - 1].version) {
      sightings_[kept++] = next;
      continue;
    }
    Sighting& same = sightings_[kept - 1];
    same.first_end = std::min(same.first_end, next.first_end);
  }
  sightings_.resize(kept);
}

// By the ends of their first reads, so that each gets the earliest delete that is left.
void Absences::give_out_strange_versions() {
  for (Sighting& sighting : sightings_) {
    if (sighting.version != kAbsent && known_source(sighting.version) == nullptr) {
      strange_.push_back(&sighting);
    }
  }
  const bool names_the_initial = initially_absent_ && unknown_.empty() && failed_ == 0 &&
                                 strange_.size() == 1 && sightings_.front().version != kAbsent;
  if (names_the_initial) strange_.front()->source = {Kind::kInitial, 0};
  if (unknown_.empty()) return;
  std::sort(strange_.begin(), strange_.end(),
            [](const Sighting* a, const Sighting* b) { return a->first_end < b->first_end; });
  std::size_t next = 0;
  for (Sighting* sighting : strange_) {
    if (next == unknown_.size()) break;  // nobody's
    const Delete& candidate = unknown_[next];
    if (mute_ || candidate.start > sighting->first_end) {
      const bool only = deletes_.size() == 1 && !initially_absent_;
      sighting->source = {only ? Kind::kDelete : Kind::kInDoubt, candidate.cluster};
      continue;
    }
    sighting->source = {Kind::kDelete, candidate.cluster};
    ++next;
  }
}

// Any of the deletes, or the initial absence.
AbsenceSource Absences::unversioned() const {
  const std::size_t possible = deletes_.size() + (initially_absent_ ? 1 : 0);
  if (possible == 0) return {Kind::kNobody, 0};
  if (initially_absent_) return {possible == 1 ? Kind::kInitial : Kind::kInDoubt, 0};
  return {possible == 1 ? Kind::kDelete : Kind::kInDoubt, deletes_.front().cluster};
}

const AbsenceSource* Absences::known_source(Symbol version) const {
  const auto found =
      std::lower_bound(known_.begin(), known_.end(), version,
                       [](const auto& known, Symbol wanted) { return known.first < wanted; });
  return found != known_.end() && found->first == version ? &found->second : nullptr;
}

AbsenceSource Absences::source_of(Symbol version) const {
  if (version == kAbsent) {
    if (!told_) return unversioned();
    return {initially_absent_ ? Kind::kInitial : Kind::kNobody, 0};
  }
  if (const AbsenceSource* known = known_source(version)) return *known;
  const auto found = std::lower_bound(
      sightings_.begin(), sightings_.end(), version,
      [](const Sighting& sighting, Symbol wanted) { return sighting.version < wanted; });
  return found != sightings_.end() && found->version == version ? found->source : AbsenceSource{};
}

}  // namespace quorate
