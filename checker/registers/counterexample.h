// Counterexamples: the smallest set of operations that still shows an anomaly (theory: sections 1.5
// and 2.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "checker/registers/final_reads.h"
#include "checker/registers/order_check.h"
#include "checker/registers/single_order.h"
#include "checker/registers/weak_regular.h"
#include "results/anomaly.h"

namespace quorate {

// What is needed to tell one violation.
struct Evidence {
  Anomaly anomaly = Anomaly::kStaleRead;
  std::vector<OpIndex> ops;       // ascending: by invocation
  Symbol initial = kUnnamed;      // of the key
  std::optional<OrderRule> rule;  // set: the ops break this rule
  std::uint64_t final_reads = 0;  // kLostWrite, kResurrection: how many there were
  // On a key with deletes; other reads of nothing saw a key that nobody had written, or what nobody
  // deleted.
  DeletedBy deleted_by;
};

// The write among the evidence whose value the operation wrote or returned; kNoOp for a value that
// none of them wrote.
OpIndex source_of(const History& history, const Evidence& evidence, OpIndex op);

// `end`, of the value `before`, ended before `start`, of the value `after`, began. Copies.
struct OrderLink {
  Cluster before;
  Cluster after;
  OpIndex end = kNoOp;  // kNoOp: of the initial value
  OpIndex start = kNoOp;
};

// Values that each have to be before the next, and the last before the first, as found among few
// operations. Copies, so it outlives the clusters.
struct Contradiction {
  std::vector<OrderLink> links;  // two; of kSingleOrder sometimes three
  // The two values of a contradiction of two.
  Cluster first;   // first.end_op ended before second.start_op began …
  Cluster second;  // … and the other way round
  OpIndex first_end = kNoOp;
  OpIndex first_start = kNoOp;
  OpIndex second_end = kNoOp;
  OpIndex second_start = kNoOp;
};

// Looks at sub-histories of one key. Not thread-safe.
class CounterexampleFinder {
 public:
  // Borrows *scratch, which it rebuilds at every call.
  CounterexampleFinder(const History& history, KeyClusters* scratch)
      : history_(history), scratch_(scratch) {}

  // What in the evidence alone breaks the rule, if anything does.
  std::optional<Contradiction> contradiction(OrderRule rule, const Evidence& evidence);

  // Drops operations, reads first, as long as the rest still breaks the rule; a write stays while a
  // read of its value does. What remains is 1-minimal, and evidence->anomaly is what it shows.
  // REQUIRES: evidence->rule is set, and ops break it.
  void minimise(Evidence* evidence);

 private:
  bool may_drop(OpIndex candidate, const Evidence& evidence) const;
  Anomaly classify(const Contradiction& found, const Evidence& evidence) const;

  const History& history_;
  KeyClusters* scratch_;
  SingleOrderCheck single_order_;
};

// The at most six operations that make the conflict.
Evidence evidence_of(const History& history, const KeyClusters& clusters, OrderRule rule,
                     const Conflict& conflict);
// The at most nine operations that make the cycle.
Evidence evidence_of(const History& history, const KeyClusters& clusters, const OrderCycle& cycle);
// The value's write, the write that overwrote it, the read.
Evidence evidence_of(const History& history, const KeyClusters& clusters, const StaleRead& stale);
// The write of the value that remains, the lost write, who saw it, the final read.
Evidence evidence_of(const History& history, const KeyClusters& clusters, const FinalReads& final);

}  // namespace quorate
