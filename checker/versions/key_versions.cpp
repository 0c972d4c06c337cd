#include "checker/versions/key_versions.h"

#include <algorithm>
#include <tuple>

namespace quorate {
namespace {

bool is_write(const Op& op) {
  return op.function == Function::kWrite || op.function == Function::kDelete;
}

// Calls use(group) for each run of equal keys in the sorted *order.
template <typename KeyOf, typename Use>
void for_each_group(std::vector<std::size_t>* order, KeyOf key_of, Use use) {
  for (auto from = order->begin(); from != order->end();) {
    auto to = from + 1;
    while (to != order->end() && key_of(*to) == key_of(*from)) ++to;
    use(std::span<std::size_t>(from, to));
    from = to;
  }
}

}  // namespace

void KeyVersions::doubt(const char* why) {
  if (unproven_.empty()) unproven_ = why;
}

void KeyVersions::build(std::span<const OpIndex> ops, const VersionRanks& ranks) {
  ops_.clear();
  mismatches_.clear();
  unproven_.clear();
  any_ = false;
  deletes_ = false;
  collect(ops, ranks);
  match_values();
  match_versions();
  drop_silent();
}

void KeyVersions::collect(std::span<const OpIndex> ops, const VersionRanks& ranks) {
  known_.clear();
  for (const OpIndex index : ops) {
    const Op& op = history_.ops()[index];
    const bool write = is_write(op);
    if (!write && op.function != Function::kRead) {
      doubt("has operations other than reads, writes and deletes");
      continue;
    }
    if (op.outcome == Outcome::kFail || (!write && op.outcome != Outcome::kOk)) continue;
    any_ |= op.version != kAbsent;
    deletes_ |= op.function == Function::kDelete;
    const bool told = op.version != kAbsent;
    ops_.push_back(
        {op.invoked, op.completed, ranks.rank(op.version), index, told ? index : kNoOp, write});
    known_.push_back(told);
  }
  silent_.assign(ops_.size(), false);
}

// Operations of one value, which is not "nothing".
void KeyVersions::match_values() {
  order_.clear();
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    if (op(ops_[i]).value != kAbsent) order_.push_back(i);
  }
  const auto value = [this](std::size_t i) { return op(ops_[i]).value; };
  std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(value(a), a) < std::tuple(value(b), b);
  });
  for_each_group(&order_, value, [this](std::span<std::size_t> group) { match_value(group); });
}

// Where one write put the value there, all that have it share one version.
void KeyVersions::match_value(std::span<std::size_t> group) {
  std::size_t writes = 0;
  std::size_t teller = ops_.size();
  std::size_t writer = ops_.size();
  for (const std::size_t i : group) {
    writes += ops_[i].write ? 1 : 0;
    if (ops_[i].write) writer = i;
    if (known_[i] && (teller == ops_.size() || ops_[i].write)) teller = i;
  }
  if (writes == 0) return doubt("has reads of a value that nobody wrote");
  if (writes > 1 || teller == ops_.size()) return;
  bool told = false;
  for (const std::size_t i : group) {
    if (known_[i] && ops_[i].rank != ops_[teller].rank && !told) {
      told = true;
      const OpIndex write = ops_[writer].op;
      mismatches_.push_back({false, ops_[teller].op, ops_[i].op, write, write});
    }
    if (known_[i]) continue;
    ops_[i].rank = ops_[teller].rank;
    ops_[i].told_by = ops_[teller].op;
    known_[i] = true;
  }
}

void KeyVersions::match_versions() {
  order_.clear();
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    const bool nothing = !ops_[i].write && op(ops_[i]).value == kAbsent;
    if (!known_[i] && nothing && !deletes_) {
      if (initial_.kind != InitialValue::Kind::kNothing) doubt("did not begin with nothing");
      known_[i] = true;  // rank 0: before every version
      continue;
    }
    if (known_[i]) order_.push_back(i);
  }
  const auto rank = [this](std::size_t i) { return ops_[i].rank; };
  std::sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(rank(a), a) < std::tuple(rank(b), b);
  });
  for_each_group(&order_, rank, [this](std::span<std::size_t> group) { match_version(group); });
}

// One version: one value, put there by one write that had begun before any of its reads ended.
void KeyVersions::match_version(std::span<std::size_t> group) {
  std::size_t first = group.front();
  std::size_t writes = 0;
  for (const std::size_t i : group) {
    if (ops_[i].write && writes++ == 0) first = i;
  }
  for (const std::size_t i : group) {
    const bool other_value = op(ops_[i]).value != op(ops_[first]).value;
    const bool other_write = ops_[i].write && i != first;
    if (!other_value && !other_write) continue;
    const OpIndex one = ops_[first].told_by;
    const OpIndex other = ops_[i].told_by;
    mismatches_.push_back({true, one, other, writer_of(one), writer_of(other)});
    return;
  }
  if (writes == 0) return doubt("has reads of a version that no write is known to have");
  for (const std::size_t i : group) {
    if (ops_[i].completed < ops_[first].invoked) doubt("has a read that was over before its write");
  }
  silent_[first] = group.size() == 1 && ops_[first].completed == kNever;
}

void KeyVersions::drop_silent() {
  if (!mismatches_.empty()) doubt("has versions that do not tell values apart");
  std::size_t kept = 0;
  for (std::size_t i = 0; i < ops_.size(); ++i) {
    const bool unseen_write = ops_[i].write && ops_[i].completed == kNever;
    // Unknown outcome, unknown version: if a read had seen it, the version would be known, or the
    // reads of its value are in doubt themselves.
    if (!known_[i] && !unseen_write) doubt("has replies that tell no version");
    if (known_[i] && !silent_[i]) ops_[kept++] = ops_[i];
  }
  ops_.resize(kept);
}

// The one write of what a read returned. Asked for the mismatches that may be shown, no more.
OpIndex KeyVersions::writer_of(OpIndex read) const {
  constexpr std::size_t kShown = 8;
  const Op& wanted = history_.ops()[read];
  if (mismatches_.size() >= kShown || is_write(wanted) || wanted.value == kAbsent) return kNoOp;
  for (const VersionedOp& candidate : ops_) {
    if (candidate.write && op(candidate).value == wanted.value) return candidate.op;
  }
  return kNoOp;
}

}  // namespace quorate
