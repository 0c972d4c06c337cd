// KeyVersions: which version each operation of one key wrote or saw, as the replies tell it.
//
// A reply that tells no version borrows that of its value: a value that one write put there has
// one version. A read of nothing that tells none saw the state before every version, on a key that
// nobody deletes. What still has no version is not ordered, and `unproven` says so.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "checker/checker.h"
#include "checker/key_index.h"
#include "checker/versions/version_order.h"

namespace quorate {

struct VersionedOp {
  Position invoked = 0;
  Position completed = kNever;
  std::uint32_t rank = 0;  // of its version; 0: before every version
  OpIndex op = kNoOp;
  OpIndex told_by = kNoOp;  // whose reply told the version: this one's, else another's of its value
  bool write = false;       // or delete
};

// Versions that cannot be: the replies of `first` and `second` tell it.
struct Mismatch {
  bool one_version = false;  // for two values or two writes; otherwise: one value with two versions
  OpIndex first = kNoOp;
  OpIndex second = kNoOp;
  OpIndex first_write = kNoOp;  // of the value of `first`, where it is a read; kNoOp: none
  OpIndex second_write = kNoOp;
};

// Reusable: build() forgets the previous key and keeps the memory. Not thread-safe.
class KeyVersions {
 public:
  // REQUIRES: the history outlives this.
  KeyVersions(const History& history, const InitialValue& initial)
      : history_(history), initial_(initial) {}

  // O(ops log ops). `ops` are operations of one key, in order of invocation.
  void build(std::span<const OpIndex> ops, const VersionRanks& ranks);

  // What took effect and whose version is known, by invocation. A write of unknown outcome that no
  // read saw asks nothing of any order and is not among them.
  const std::vector<VersionedOp>& all() const { return ops_; }
  // By version or value; one for each.
  const std::vector<Mismatch>& mismatches() const { return mismatches_; }
  // Why the order of versions, even where nothing contradicts it, is no proof; "" if it is one.
  const std::string& unproven() const { return unproven_; }
  // Any reply told a version.
  bool any() const { return any_; }

 private:
  void collect(std::span<const OpIndex> ops, const VersionRanks& ranks);
  void match_values();
  void match_value(std::span<std::size_t> group);
  void match_versions();
  void match_version(std::span<std::size_t> group);
  void drop_silent();
  void doubt(const char* why);
  const Op& op(const VersionedOp& versioned) const { return history_.ops()[versioned.op]; }
  OpIndex writer_of(OpIndex read) const;

  const History& history_;
  InitialValue initial_;
  std::vector<VersionedOp> ops_;
  std::vector<bool> known_;         // as ops_: the version is known
  std::vector<bool> silent_;        // as ops_: to be dropped
  std::vector<std::size_t> order_;  // scratch: places in ops_, sorted by value or version
  std::vector<Mismatch> mismatches_;
  std::string unproven_;
  bool any_ = false;
  bool deletes_ = false;
};

}  // namespace quorate
