// The white box: where replies carry versions, whether the order of versions alone explains what
// clients saw, and whether that agrees with the checkers that do not look at versions.
//
// What the order of versions says, of keys whose replies tell them (key_versions.h):
//   latest        broken iff a read has a smaller version than a write that was complete before it
//                 began.
//   write-order   broken iff besides, or instead, a write has a smaller version than one that was
//                 complete before it began.
//   single-order  besides: a write has a smaller version than a read that was over before it began.
//   linearizable  besides: a read has a smaller version than a read that was over before it began.
// No inversion, every version known, one value for each, each read over after its write began:
// then the order of versions (each write, then its reads by invocation) *is* the order that the
// property asks for. So valid here is a proof. (For latest, single reads of an order in which
// writes contradict real time prove nothing: then it is unknown.)
//
// Agreement with the black box, property by property:
//   here      black box   what follows
//   valid     invalid     impossible: a proof against a counterexample. A checker is wrong.
//   valid     unknown     nothing is wrong, and the question is settled: the property held.
//   valid     valid       they agree.
//   invalid   invalid     they agree; `cause` tells a timestamp inversion from a missed quorum.
//   invalid   valid       another order explains what clients saw, but it is not the one by which
//                         replicas choose. A fault of the store, hidden by luck or concurrency.
//   invalid   unknown     a fault of the store, as above; the black box cannot tell.
//   unknown   any         nothing to compare.
// valid here for write-order also refutes an invalid no-lost-write or no-dirty-read; valid here for
// linearizable refutes every property of sessions and causality. And the black box alone: a
// property that holds although a weaker one is broken is a checker's fault (theory 1.1).
// A version mismatch is a fault of the store whatever the black box says: there is no order.
#pragma once

#include <string>
#include <vector>

#include "checker/checker.h"
#include "results/verdict.h"

namespace quorate {

enum class Blame { kCheckerFault, kStoreFault };
std::string_view name_of(Blame blame);  // "checker fault", "store fault"

struct Disagreement {
  Property property = Property::kLatest;
  Blame blame = Blame::kCheckerFault;
  std::string sentence;
};

struct WhiteBoxReport {
  bool has_versions = false;  // otherwise everything below is empty
  // latest, write-order, single-order, linearizable by the order of versions. Violations: at most
  // 8 of each, the first of each kind on a key. measures: "keys", "keys_not_ordered".
  std::vector<CheckResult> by_version;
  std::uint64_t mismatch_count = 0;
  std::vector<Violation> mismatches;  // at most 8, one for a key
  std::vector<Disagreement> disagreements;
  // Why reads are stale, where they are: "timestamp inversion", "missed quorum"; else "".
  std::string cause;
  Json measures = Json::object();  // "versions_told", "versions_not_told", "timestamp_inversions"
};

// Thread-safe and deterministic. `black_box`: verdicts on the same history, of any properties.
// O(n log n).
WhiteBoxReport white_box(const History& history, const std::vector<CheckResult>& black_box,
                         const InitialValue& initial = {});

Json to_json(const WhiteBoxReport& report);

}  // namespace quorate
