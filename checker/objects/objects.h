// Checkers of sets and counters (theory: sections 2.8 and 5).
//
// Both kinds come in two forms: objects of their own, on which the history has kAdd, or registers
// that a workload uses as such, because the store under test has no ADD.
#pragma once

#include <memory>

#include "checker/checker.h"

namespace quorate {

// How a history tells a set.
enum class SetView {
  // kAdd puts one element into the set `key`; an ok kRead returns a JSON array of all elements
  // (nothing there: the empty set).
  kObject,
  // Every key is an element, and a kWrite of the key, once, is its addition. An ok read that finds
  // something finds the element present.
  kKeyPerElement,
};

// Grow-only sets. nullptr for properties that it does not judge. O(n log n) and the length of the
// distinct values that reads returned.
//
// Classes of an element (theory 5.2): stable, lost, never read; unexpected (nobody added it), dirty
// (every add of it failed), and duplicated (twice in one read). "measures" counts all of them, and
// tells the latencies of stale and lost elements in nanoseconds.
//
// * no-lost-write: elements that are lost. Where reads of the set are marked as final, an element
//   is lost only if every final read lacks it; where none is, the last read counts, as in Jepsen.
//   An element that was never acknowledged, but read, is known as well. kUnknown if no element at
//   all is stable, or where final reads leave an acknowledged element unjudged.
// * no-dirty-read: dirty, unexpected (thin air, or misdirected where it was added to another set),
//   read before its add began; and duplicated elements, since nothing that took effect had put two
//   there.
// * latest: as no-dirty-read, and reads that lack an element that was acknowledged before they
//   began. Each read is judged alone, as for registers: an element that only another read had
//   shown may be absent again.
// * linearizable: exact (theory 2.8, conditions a-e), duplicates included.
//
// violation_count counts elements, but for latest the stale reads, and for linearizable the
// operations that contradict one before them.
//
// kKeyPerElement: the verdicts are those of register_checker, which are exact for registers that
// are written once, for every property that it judges; the classes of elements are added.
std::unique_ptr<Checker> set_checker(Property property, SetView view);

// How a history tells a counter.
enum class CounterView {
  // kAdd of an integer of any sign; an ok kRead returns the sum (nothing there: 0).
  kObject,
  // Every key is the counter of one client, which writes the running totals 1, 2, 3, …
  kKeyPerClient,
};

// Counters (theory 5.4). nullptr for properties that it does not judge. O(n log n).
//
// * latest: reads outside of [low, high].
// * no-lost-write: final reads that are all below what was acknowledged.
// * linearizable: bounds and, where nothing is subtracted, that reads never decrease. Beyond these
//   necessary conditions it is exact where a proof exists: all amounts equal and positive
//   (unit_counter.h), each amount greater than the sum of the smaller ones (a value then tells
//   which adds it holds: a grow-only set), or every read has one possible value. Anything else is
//   kUnknown where nothing is broken: to decide it is NP-hard.
//
// kKeyPerClient: the verdicts are those of register_checker, which are exact for values that are
// written once; what was lost, in increments, is added.
std::unique_ptr<Checker> counter_checker(Property property, CounterView view);

}  // namespace quorate
