#include "checker/registers/clusters.h"

#include <algorithm>

namespace quorate {
namespace {

// A key's operations lie apart in the history, so they are asked for before they are needed.
constexpr std::size_t kAhead = 12;
void prefetch(const Op* op) {
  __builtin_prefetch(op);
  __builtin_prefetch(op + 1);  // an operation may lie across two cache lines
}

}  // namespace

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
  absences_.clear();
  deleted_by_ = nullptr;
  failed_delete_ = kNoOp;
  in_doubt_ = 0;
  finals_in_doubt_ = false;
  duplicate_.reset();
  foreign_.reset();
  reads_ = writes_ = info_writes_ = 0;
}

void KeyClusters::build(std::span<const OpIndex> ops, Symbol initial, bool free_initial) {
  reset();
  fill(ops, initial, free_initial);
}

void KeyClusters::build_some(std::span<const OpIndex> ops, Symbol initial,
                             const DeletedBy& deleted_by) {
  reset();
  deleted_by_ = &deleted_by;
  fill(ops, initial, false);
}

void KeyClusters::fill(std::span<const OpIndex> ops, Symbol initial, bool free_initial) {
  if (initial != kUnnamed && initial >= slots_.size()) initial = kUnnamed;
  clusters_.emplace_back().value = initial;
  if (initial != kUnnamed) slots_[initial] = 1;
  const Op* const all = history_.ops().data();
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (i + kAhead < ops.size()) prefetch(all + ops[i + kAhead]);
    const OpIndex index = ops[i];
    const Op& op = all[index];
    if (op.function == Function::kWrite) {
      add_write(index, op);
    } else if (op.function == Function::kRead) {
      if (op.outcome != Outcome::kOk) continue;
      ++reads_;
      if (op.value == kAbsent || !add_read(index, op)) pending_.push_back(index);
    } else if (op.function == Function::kDelete) {
      add_delete(index, op);
    } else if (!foreign_) {
      foreign_ = op.function;
    }
  }
  if (!absences_.empty()) settle_absences(ops, free_initial);
  for (const OpIndex index : pending_) settle(index, free_initial);
  if (foreign_) {
    bad_reads_.clear();
    duplicate_ = kAbsent;
  }
}

void KeyClusters::add_write(OpIndex index, const Op& op) {
  Slot& slot = slots_[op.value];
  if (op.outcome == Outcome::kFail) {
    failed_.push_back(index);
    if (slot == 0) slot = kFailed | index;
    return;
  }
  if (slot != 0 && (slot & kFailed) == 0) {
    ++writes_;
    if (op.outcome == Outcome::kInfo) ++info_writes_;
    if (!duplicate_) duplicate_ = op.value;
    return;
  }
  slot = static_cast<Slot>(clusters_.size()) + 1;
  add_cluster(index, op);
}

void KeyClusters::add_delete(OpIndex index, const Op& op) {
  if (op.outcome == Outcome::kFail) {
    if (failed_delete_ == kNoOp) failed_delete_ = index;
    absences_.add_failed_delete();
    return;
  }
  absences_.add_delete(size(), op);
  add_cluster(index, op);
}

void KeyClusters::add_cluster(OpIndex index, const Op& op) {
  ++writes_;
  if (op.outcome == Outcome::kInfo) ++info_writes_;
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
  add_to(slot - 1, index, op);
  return true;
}

void KeyClusters::add_to(ClusterIndex where, OpIndex index, const Op& op) {
  Cluster& cluster = clusters_[where];
  if (op.completed < cluster.write_start) {
    bad_reads_.push_back({index, cluster.write, ReadFault::kFuture});
    return;
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
}

void KeyClusters::settle(OpIndex index, bool free_initial) {
  const Op& op = history_.ops()[index];
  if (op.value == kAbsent && !absences_.empty()) return settle_absence(index, op);
  if (add_read(index, op)) return;
  const Slot slot = slots_[op.value];
  if (slot != 0) {
    bad_reads_.push_back({index, slot & ~kFailed, ReadFault::kDirty});
  } else if (free_initial && clusters_[0].value == kUnnamed) {
    clusters_[0].value = op.value;
    slots_[op.value] = 1;
    add_read(index, op);
  } else if (op.value == kAbsent && failed_delete_ != kNoOp) {
    bad_reads_.push_back({index, failed_delete_, ReadFault::kDirty});
  } else {
    bad_reads_.push_back({index, kNoOp, ReadFault::kThinAir});
  }
}

void KeyClusters::settle_absences(std::span<const OpIndex> ops, bool free_initial) {
  const bool told = std::any_of(ops.begin(), ops.end(), [this](OpIndex index) {
    const Op& op = history_.ops()[index];
    return op.outcome == Outcome::kOk && op.version != kAbsent;
  });
  for (const OpIndex index : pending_) {
    const Op& op = history_.ops()[index];
    if (op.value == kAbsent) absences_.add_read(op);
  }
  const bool unnamed = free_initial && clusters_[0].value == kUnnamed;
  absences_.settle(told, unnamed || clusters_[0].value == kAbsent);
}

AbsenceSource KeyClusters::absence_source(OpIndex index, const Op& op) const {
  if (deleted_by_ == nullptr) return absences_.source_of(op.version);
  for (const auto& [read, by] : *deleted_by_) {
    if (read != index) continue;
    const auto found = std::find_if(clusters_.begin(), clusters_.end(),
                                    [by = by](const Cluster& c) { return c.write == by; });
    if (found == clusters_.end()) return {};
    return {AbsenceSource::Kind::kDelete, static_cast<ClusterIndex>(found - clusters_.begin())};
  }
  return {AbsenceSource::Kind::kInitial, 0};
}

void KeyClusters::settle_absence(OpIndex index, const Op& op) {
  const AbsenceSource source = absence_source(index, op);
  switch (source.kind) {
    case AbsenceSource::Kind::kDelete:
      return add_to(source.cluster, index, op);
    case AbsenceSource::Kind::kInitial:
      if (clusters_[0].value == kUnnamed) clusters_[0].value = kAbsent;
      // Of a key whose initial value turned out to be another one: nobody left it empty.
      if (clusters_[0].value == kAbsent) return add_to(0, index, op);
      break;
    case AbsenceSource::Kind::kNobody:
      finals_in_doubt_ |= op.final_read && absences_.has_unknown_deletes();
      break;
    case AbsenceSource::Kind::kInDoubt:
      if (op.completed < clusters_[source.cluster].write_start)
        return add_to(source.cluster, index, op);
      ++in_doubt_;
      finals_in_doubt_ |= op.final_read;
      return;
  }
  const bool refused = failed_delete_ != kNoOp;
  bad_reads_.push_back({index, failed_delete_, refused ? ReadFault::kDirty : ReadFault::kThinAir});
}

ClusterIndex KeyClusters::cluster_of(OpIndex index) const {
  const Op& read = history_.ops()[index];
  if (read.value == kAbsent && !absences_.empty()) {
    const AbsenceSource source = absence_source(index, read);
    if (source.kind == AbsenceSource::Kind::kInitial)
      return clusters_[0].value == kAbsent ? 0 : kNoCluster;
    if (source.kind != AbsenceSource::Kind::kDelete) return kNoCluster;
    return read.completed < clusters_[source.cluster].write_start ? kNoCluster : source.cluster;
  }
  const Slot slot = slots_[read.value];
  if (slot == 0 || (slot & kFailed) != 0) return kNoCluster;
  return read.completed < clusters_[slot - 1].write_start ? kNoCluster : slot - 1;
}

}  // namespace quorate
