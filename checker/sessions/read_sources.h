// ReadSources: which write each read returned the value of.
//
// By value, where one write of the key alone may have put it there; else by the version that the
// read tells.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "checker/checker.h"
#include "checker/key_index.h"
#include "checker/versions/version_order.h"

namespace quorate {

// In place of a write: the read returned what the key held before its first write.
inline constexpr OpIndex kInitialWrite = 0xffff'fffe;

// "key \"x\"", or "the only key" where operations have none.
std::string key_name(const History& history, Symbol key);

class ReadSources {
 public:
  // O(n log n). REQUIRES: the history outlives this.
  ReadSources(const History& history, const KeyIndex& keys, const InitialValue& initial);

  // For an ok read: its write, kInitialWrite, or kNoOp where it is left out.
  OpIndex source(OpIndex read) const { return sources_[read]; }
  // Whether the operation counts: an ok read with a source, an ok write, or an info write that was
  // read.
  bool counts(OpIndex op) const { return counts_[op] != 0; }
  // As VersionRanks: what this operation's reply told.
  std::uint32_t told_version(OpIndex op) const { return ranks_.rank(history_.ops()[op].version); }
  // Whether versions order the writes of this key: all that count have one, and none disagree.
  bool versions_told(Symbol key) const { return told_[key] == Told::kAll; }
  // Two values have one version here, or one value two.
  bool versions_disagree(Symbol key) const { return told_[key] == Told::kDisagree; }

  // Why keys could not be judged whole: the first key's reason, "" where all can.
  const std::string& undecided() const { return undecided_; }
  std::uint64_t dirty_reads() const { return dirty_reads_; }
  std::uint64_t thin_air_reads() const { return thin_air_reads_; }
  std::uint64_t unpaired_reads() const { return unpaired_reads_; }

 private:
  enum class Told : std::uint8_t { kSome, kAll, kDisagree };
  // Of the key in hand.
  struct KeyWrites {
    std::vector<OpIndex> of_value;                     // by symbol; kNoOp: none
    std::map<Symbol, std::vector<OpIndex>> ambiguous;  // values with more than one
    std::map<Symbol, OpIndex> failed;
    bool tells_versions = false;  // every acknowledged write, and there is one
  };

  bool collect_writes(std::span<const OpIndex> ops, KeyWrites* writes);
  void pair_reads(std::span<const OpIndex> ops, KeyWrites* writes);
  OpIndex find_source(const Op& read, const KeyWrites& writes);
  OpIndex by_version(const Op& read, const std::vector<OpIndex>& candidates,
                     const KeyWrites& writes);
  void compare_versions_of(Symbol key, std::span<const OpIndex> ops);

  const History& history_;
  VersionRanks ranks_;
  Symbol initial_;
  bool free_initial_;
  std::vector<OpIndex> sources_;
  std::vector<std::uint8_t> counts_;
  std::vector<Told> told_;  // by symbol of the key
  std::string undecided_;
  std::uint64_t dirty_reads_ = 0;
  std::uint64_t thin_air_reads_ = 0;
  std::uint64_t unpaired_reads_ = 0;
};

}  // namespace quorate
