// KeyClusters: per key and value, the write and the reads that returned it, as four positions.
//
// This is the one data structure that all register checkers share (theory: sections 0.2 and 0.3).
// Values must be unique per key; where they are not, duplicate() says so, and only what needs no
// order of the values may be judged. A delete writes a nothing of its own (absences.h); reads of
// nothing that may have seen more than one delete are left out. Keys with other operations than
// reads, writes and deletes are not judged at all: foreign().
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "checker/checker.h"
#include "checker/key_index.h"
#include "checker/registers/absences.h"

namespace quorate {

using ClusterIndex = std::uint32_t;
inline constexpr ClusterIndex kNoCluster = 0xffff'ffff;
// No symbol of any history: an initial value that the history never names.
inline constexpr Symbol kUnnamed = 0xffff'ffff;

// One value of one key. An operation that never takes effect is in no cluster: failed writes, and
// reads that are not ok. A write of unknown outcome has no end of its own (info rule 2: first_end
// is then that of its reads).
struct Cluster {
  Position write_start = kBefore;  // sw
  Position write_end = kBefore;    // fw; kNever for info
  Position first_end = kBefore;   // F: the first completion in the cluster; kNever if there is none
  Position last_start = kBefore;  // S: the last invocation in the cluster
  OpIndex write = kNoOp;          // kNoOp: the initial value
  OpIndex first_end_op = kNoOp;
  OpIndex last_start_op = kNoOp;
  Symbol value = kUnnamed;
  std::uint32_t reads = 0;

  bool initial() const { return write == kNoOp; }
  // Info rule 1: such a write may never have happened, and asks nothing of any order.
  bool silent() const { return reads == 0 && write_end == kNever; }
};

// A read that no model allows, whatever the order of the writes.
enum class ReadFault : std::uint8_t {
  kThinAir,  // nobody ever invoked a write of the value on this key
  kDirty,    // the only writes of the value failed
  kFuture,   // the read was over before the write of the value was invoked
};
struct BadRead {
  OpIndex read = kNoOp;
  OpIndex write = kNoOp;  // of the failed or later write
  ReadFault fault = ReadFault::kThinAir;
};

// Reads of nothing, each with the delete that it saw.
using DeletedBy = std::vector<std::pair<OpIndex, OpIndex>>;

// The symbol that stands for `initial` in this history: kUnnamed where the history never names it,
// or for kFree.
Symbol initial_symbol(const History& history, const InitialValue& initial);

// Reusable: build() forgets the previous key and keeps the memory. Not thread-safe.
class KeyClusters {
 public:
  // REQUIRES: the history outlives this; symbol_count as KeyIndex tells it.
  KeyClusters(const History& history, std::size_t symbol_count);

  // O(ops). `ops` are operations of one key, in order of invocation. With `free_initial` the
  // initial value is the first value, by invocation of its read, that nobody wrote on this key; any
  // other such value is thin air.
  void build(std::span<const OpIndex> ops, Symbol initial, bool free_initial);
  // Some of a key's operations, of which it is known already what the reads of nothing saw: what
  // `deleted_by` says, else the initial absence. Borrows it until the next build.
  void build_some(std::span<const OpIndex> ops, Symbol initial, const DeletedBy& deleted_by);

  // The initial value first, then the written ones by invocation of their writes: so by
  // write_start.
  const std::vector<Cluster>& all() const { return clusters_; }
  const Cluster& operator[](ClusterIndex index) const { return clusters_[index]; }
  ClusterIndex size() const { return static_cast<ClusterIndex>(clusters_.size()); }
  // By invocation. Bad reads are in no cluster.
  const std::vector<BadRead>& bad_reads() const { return bad_reads_; }
  // A value that two writes of this key may both have put there.
  std::optional<Symbol> duplicate() const { return duplicate_; }
  // An operation that is none of a register with reads, writes and deletes. There are no bad reads
  // then, and duplicate() is set, so that nobody judges the key by its clusters.
  std::optional<Function> foreign() const { return foreign_; }
  bool has_deletes() const { return !absences_.empty(); }
  // Reads of nothing that are left out.
  std::uint64_t in_doubt() const { return in_doubt_; }
  // A final read is among them, or may have seen a delete though it counts as bad.
  bool finals_in_doubt() const { return finals_in_doubt_; }
  // Where this ok read of the key belongs; kNoCluster for a bad read, and for one that is left out.
  ClusterIndex cluster_of(OpIndex read) const;

  std::uint64_t reads() const { return reads_; }    // ok reads, bad ones included
  std::uint64_t writes() const { return writes_; }  // ok and info; deletes are writes
  std::uint64_t info_writes() const { return info_writes_; }

 private:
  // 0: nobody wrote it; kFailed + op: only failed writes did; else the cluster's index + 1.
  using Slot = std::uint32_t;
  static constexpr Slot kFailed = 0x8000'0000;

  void reset();
  void fill(std::span<const OpIndex> ops, Symbol initial, bool free_initial);
  void add_write(OpIndex index, const Op& op);
  void add_delete(OpIndex index, const Op& op);
  void add_cluster(OpIndex index, const Op& op);
  bool add_read(OpIndex index, const Op& op);
  void add_to(ClusterIndex cluster, OpIndex index, const Op& op);
  void settle(OpIndex index, bool free_initial);
  void settle_absences(std::span<const OpIndex> ops, bool free_initial);
  void settle_absence(OpIndex index, const Op& op);
  AbsenceSource absence_source(OpIndex index, const Op& op) const;

  const History& history_;
  std::vector<Slot> slots_;  // by value symbol
  std::vector<Cluster> clusters_;
  std::vector<OpIndex> failed_;   // failed writes
  std::vector<OpIndex> pending_;  // reads whose write had not been seen when they were
  std::vector<BadRead> bad_reads_;
  Absences absences_;
  const DeletedBy* deleted_by_ = nullptr;  // of build_some
  OpIndex failed_delete_ = kNoOp;
  std::uint64_t in_doubt_ = 0;
  bool finals_in_doubt_ = false;
  std::optional<Symbol> duplicate_;
  std::optional<Function> foreign_;
  std::uint64_t reads_ = 0;
  std::uint64_t writes_ = 0;
  std::uint64_t info_writes_ = 0;
};

}  // namespace quorate
