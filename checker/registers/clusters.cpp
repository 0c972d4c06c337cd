#include "checker/registers/clusters.h"

#include <algorithm>

namespace quorate {

Symbol initial_symbol(const History& history, const InitialValue& initial) {
  if (initial.kind == InitialValue::Kind::kNothing) return kAbsent;
  if (initial.kind == InitialValue::Kind::kFree) return kUnnamed;
  const Result<Json> json = parse_json(initial.json, "the initial value");
  const std::string text = json ? json->dump() : initial.json;  // as the history writes it
  if (text == "null") return kAbsent;
  const Symbol symbol = history.find(text);
  return symbol == kAbsent ? kUnnamed : symbol;
}

KeyClusters::KeyClusters(const History& history, std::size_t symbol_count)
    : history_(history), slots_(symbol_count, 0) {}

void KeyClusters::reset() {
  for (const Cluster& cluster : clusters_) {
    if (cluster.value != kUnnamed) slots_[cluster.value] = 0;
  }
  for (const OpIndex op : failed_) slots_[history_.ops()[op].value] = 0;
  clusters_.clear();
  failed_.clear();
  pending_.clear();
  bad_reads_.clear();
  duplicate_.reset();
  reads_ = writes_ = info_writes_ = 0;
}

void KeyClusters::build(std::span<const OpIndex> ops, Symbol initial, bool free_initial) {
  reset();
  if (initial != kUnnamed && initial >= slots_.size()) initial = kUnnamed;
  clusters_.emplace_back().value = initial;
  if (initial != kUnnamed) slots_[initial] = 1;
  for (const OpIndex index : ops) {
    const Op& op = history_.ops()[index];
    if (op.function == Function::kWrite) {
      add_write(index, op);
    } else if (op.outcome == Outcome::kOk) {
      ++reads_;
      if (!add_read(index, op)) pending_.push_back(index);
    }
  }
  for (const OpIndex index : pending_) settle(index, free_initial);
}

void KeyClusters::add_write(OpIndex index, const Op& op) {
  Slot& slot = slots_[op.value];
  if (op.outcome == Outcome::kFail) {
    failed_.push_back(index);
    if (slot == 0) slot = kFailed | index;
    return;
  }
  ++writes_;
  if (op.outcome == Outcome::kInfo) ++info_writes_;
  if (slot != 0 && (slot & kFailed) == 0) {
    if (!duplicate_) duplicate_ = op.value;
    return;
  }
  slot = static_cast<Slot>(clusters_.size()) + 1;
  Cluster& cluster = clusters_.emplace_back();
  const bool ended = op.outcome == Outcome::kOk;
  cluster.value = op.value;
  cluster.write = cluster.last_start_op = index;
  cluster.write_start = cluster.last_start = op.invoked;
  cluster.write_end = cluster.first_end = ended ? op.completed : kNever;
  cluster.first_end_op = ended ? index : kNoOp;
}

// False where no write of the value that may have taken effect is known yet.
bool KeyClusters::add_read(OpIndex index, const Op& op) {
  const Slot slot = slots_[op.value];
  if (slot == 0 || (slot & kFailed) != 0) return false;
  Cluster& cluster = clusters_[slot - 1];
  if (op.completed < cluster.write_start) {
    bad_reads_.push_back({index, cluster.write, ReadFault::kFuture});
    return true;
  }
  ++cluster.reads;
  if (op.completed < cluster.first_end) {
    cluster.first_end = op.completed;
    cluster.first_end_op = index;
  }
  if (op.invoked > cluster.last_start) {
    cluster.last_start = op.invoked;
    cluster.last_start_op = index;
  }
  return true;
}

void KeyClusters::settle(OpIndex index, bool free_initial) {
  const Op& op = history_.ops()[index];
  if (add_read(index, op)) return;
  const Slot slot = slots_[op.value];
  if (slot != 0) {
    bad_reads_.push_back({index, slot & ~kFailed, ReadFault::kDirty});
  } else if (free_initial && clusters_[0].value == kUnnamed) {
    clusters_[0].value = op.value;
    slots_[op.value] = 1;
    add_read(index, op);
  } else {
    bad_reads_.push_back({index, kNoOp, ReadFault::kThinAir});
  }
}

ClusterIndex KeyClusters::cluster_of(const Op& read) const {
  const Slot slot = slots_[read.value];
  if (slot == 0 || (slot & kFailed) != 0) return kNoCluster;
  return read.completed < clusters_[slot - 1].write_start ? kNoCluster : slot - 1;
}

}  // namespace quorate
