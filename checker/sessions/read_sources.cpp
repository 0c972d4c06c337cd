#include "checker/sessions/read_sources.h"

#include <algorithm>

#include <fmt/format.h>

#include "checker/registers/clusters.h"

namespace quorate {
namespace {

bool is_write(const Op& op) {
  return op.function == Function::kWrite || op.function == Function::kDelete;
}
bool is_ok_read(const Op& op) {
  return op.function == Function::kRead && op.outcome == Outcome::kOk;
}

}  // namespace

std::string key_name(const History& history, Symbol key) {
  return key == kAbsent ? "the only key" : fmt::format("key {}", history.text(key));
}

ReadSources::ReadSources(const History& history, const KeyIndex& keys, const InitialValue& initial)
    : history_(history),
      ranks_(history),
      initial_(initial_symbol(history, initial)),
      free_initial_(initial.kind == InitialValue::Kind::kFree),
      sources_(history.ops().size(), kNoOp),
      counts_(history.ops().size(), 0),
      told_(keys.symbol_count(), Told::kSome) {
  KeyWrites writes;
  writes.of_value.resize(keys.symbol_count(), kNoOp);
  const Symbol given = initial_;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    initial_ = given;
    const std::uint64_t unpaired = unpaired_reads_;
    if (!collect_writes(keys.ops(i), &writes)) {
      if (undecided_.empty()) {
        undecided_ = fmt::format("{} has operations other than reads, writes and deletes",
                                 key_name(history, keys.key(i)));
      }
    } else {
      pair_reads(keys.ops(i), &writes);
      compare_versions_of(keys.key(i), keys.ops(i));
    }
    if (unpaired_reads_ > unpaired && undecided_.empty()) {
      undecided_ = fmt::format(
          "{} has values that more than one write may have put there, and reads of them that no "
          "version tells apart",
          key_name(history, keys.key(i)));
    }
    for (const OpIndex op : keys.ops(i)) writes.of_value[history.ops()[op].value] = kNoOp;
  }
}

// False where the key has operations that no register of this module has.
bool ReadSources::collect_writes(std::span<const OpIndex> ops, KeyWrites* writes) {
  writes->ambiguous.clear();
  writes->failed.clear();
  bool all_tell = true;
  bool any = false;
  // The initial value is a write like any other.
  if (initial_ < writes->of_value.size()) writes->of_value[initial_] = kInitialWrite;
  for (const OpIndex index : ops) {
    const Op& op = history_.ops()[index];
    if (op.function == Function::kRead) continue;
    if (!is_write(op)) {
      if (initial_ < writes->of_value.size()) writes->of_value[initial_] = kNoOp;
      return false;
    }
    if (op.outcome == Outcome::kFail) {
      writes->failed.emplace(op.value, index);
      continue;
    }
    if (op.outcome == Outcome::kOk) {
      counts_[index] = 1;
      any = true;
      all_tell &= op.version != kAbsent;
    }
    OpIndex& slot = writes->of_value[op.value];
    if (slot == kNoOp) {
      slot = index;
    } else {
      std::vector<OpIndex>& several = writes->ambiguous[op.value];
      if (several.empty()) several.push_back(slot);
      several.push_back(index);
    }
  }
  writes->tells_versions = any && all_tell;
  return true;
}

void ReadSources::pair_reads(std::span<const OpIndex> ops, KeyWrites* writes) {
  for (const OpIndex index : ops) {
    const Op& op = history_.ops()[index];
    if (!is_ok_read(op)) continue;
    const bool unknown_value = writes->of_value[op.value] == kNoOp;
    if (unknown_value && free_initial_ && initial_ == kUnnamed &&
        !writes->failed.contains(op.value)) {
      initial_ = op.value;
      writes->of_value[op.value] = kInitialWrite;
    }
    const OpIndex source = find_source(op, *writes);
    sources_[index] = source;
    if (source == kNoOp) continue;
    counts_[index] = 1;
    if (source != kInitialWrite) counts_[source] = 1;
  }
  if (initial_ < writes->of_value.size()) writes->of_value[initial_] = kNoOp;
}

OpIndex ReadSources::find_source(const Op& read, const KeyWrites& writes) {
  const OpIndex only = writes.of_value[read.value];
  if (only == kNoOp) {
    ++(writes.failed.contains(read.value) ? dirty_reads_ : thin_air_reads_);
    return kNoOp;
  }
  const auto several = writes.ambiguous.find(read.value);
  if (several == writes.ambiguous.end()) return only;
  const OpIndex found = by_version(read, several->second, writes);
  if (found == kNoOp) ++unpaired_reads_;
  return found;
}

// The one candidate that the read's version fits: an acknowledged write with that version, else the
// only write whose version nobody acknowledged. A read of nothing that tells no version, on a key
// where all else tells one, saw the key before its first write.
OpIndex ReadSources::by_version(const Op& read, const std::vector<OpIndex>& candidates,
                                const KeyWrites& writes) {
  OpIndex acknowledged = kNoOp;
  OpIndex silent = kNoOp;
  int acknowledged_fits = 0;
  int silent_fits = 0;
  for (const OpIndex candidate : candidates) {
    const bool initial = candidate == kInitialWrite;
    if (initial && read.value == kAbsent) {
      if (read.version == kAbsent) return writes.tells_versions ? kInitialWrite : kNoOp;
    } else if (initial || history_.ops()[candidate].version == kAbsent) {
      silent = candidate;
      ++silent_fits;
    } else if (history_.ops()[candidate].version == read.version) {
      acknowledged = candidate;
      ++acknowledged_fits;
    }
  }
  if (read.version == kAbsent) return kNoOp;
  if (acknowledged_fits > 0) return acknowledged_fits == 1 ? acknowledged : kNoOp;
  return silent_fits == 1 ? silent : kNoOp;
}

// Whether all that was told of one value is one version, of that value alone.
void ReadSources::compare_versions_of(Symbol key, std::span<const OpIndex> ops) {
  std::vector<std::pair<OpIndex, std::uint32_t>> told;  // a write and its version
  std::size_t writes = 0;
  for (const OpIndex index : ops) {
    if (counts_[index] == 0) continue;
    const bool write = is_write(history_.ops()[index]);
    if (write) ++writes;
    const OpIndex value = write ? index : sources_[index];
    const std::uint32_t version = told_version(index);
    if (value != kInitialWrite && version != 0) told.emplace_back(value, version);
  }
  std::sort(told.begin(), told.end());
  told.erase(std::unique(told.begin(), told.end()), told.end());
  bool disagree = false;
  for (std::size_t i = 1; i < told.size(); ++i) disagree |= told[i].first == told[i - 1].first;
  std::sort(told.begin(), told.end(),
            [](const auto& a, const auto& b) { return a.second < b.second; });
  for (std::size_t i = 1; i < told.size(); ++i) disagree |= told[i].second == told[i - 1].second;
  told_[key] = disagree ? Told::kDisagree : told.size() == writes ? Told::kAll : Told::kSome;
}

}  // namespace quorate
