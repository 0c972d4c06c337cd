// KeyJudge: judges keys for several properties, one key after another.
//
// What it found so far is a KeyVerdicts, which can be appended to that of the keys before.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/time.h"
#include "checker/registers/findings.h"
#include "checker/registers/quorums.h"
#include "checker/registers/register_checks.h"

namespace quorate {

// Numbers over all keys that were reached.
struct KeyTally {
  std::uint64_t keys = 0;
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t info_writes = 0;
  std::uint64_t bad_reads = 0;
  double info_share_max = 0;

  void add(const KeyClusters& clusters);
  void append(const KeyTally& later);
};

// What one property found.
struct PropertyFindings {
  Findings findings;
  std::uint64_t bad_reads = 0;
  std::uint64_t final_reads = 0;
  std::uint64_t lost_writes = 0;
  std::uint64_t not_owed = 0;   // keys; of latest, reads
  std::string not_owed_reason;  // of the first

  void append(PropertyFindings later);
};

struct KeyVerdicts {
  KeyTally tally;
  std::vector<PropertyFindings> properties;  // as they were asked for

  void append(KeyVerdicts later);
};

// An upper bound of what judging a key needs.
std::size_t bytes_per_op(std::span<const Property> properties);

// What all keys share. Thread-safe.
struct KeyJudgeContext {
  const History& history;
  const KeyIndex& keys;
  std::span<const Property> properties;
  const RegisterOptions& options;
  const Budget& budget;
  Instant began;
  Symbol initial = kUnnamed;
  std::size_t bytes = 0;  // that are left for one judge's key in hand
  Instant (*now)() = monotonic_now;
};

// Keeps its arrays from key to key. Not thread-safe.
class KeyJudge {
 public:
  explicit KeyJudge(const KeyJudgeContext& context);

  // Judges keys [from, to) of the index.
  KeyVerdicts judge(std::size_t from, std::size_t to);

 private:
  void judge_key(std::size_t ordinal, KeyVerdicts* verdicts);
  void judge_property(Property property, PropertyFindings* out);
  void judge_values(Property property, PropertyFindings* out);
  void judge_bad_reads(PropertyFindings* out);
  void judge_latest(PropertyFindings* out);
  void judge_order(OrderRule rule, PropertyFindings* out);
  void judge_single_order(PropertyFindings* out);
  void judge_lost(PropertyFindings* out);
  const std::vector<StaleRead>& stale_reads(PropertyFindings* out);
  bool is_owed(Property property, PropertyFindings* out) const;
  bool can_judge(Property property, PropertyFindings* out) const;
  void tell_doubt(Property property, PropertyFindings* out) const;
  bool out_of_time() const;
  std::string key_name() const;

  const KeyJudgeContext& context_;
  KeyClusters clusters_;
  StaleReadFinder stale_finder_;
  QuorumStaleReads quorum_stale_finder_;
  SingleOrderCheck single_order_;
  std::vector<OrderItem> items_;
  // The key in hand.
  std::size_t ordinal_ = 0;
  std::span<const OpIndex> ops_;
  SmallestQuorums quorums_;
};

}  // namespace quorate
