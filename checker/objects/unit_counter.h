// Whether one order of all operations explains a counter to which all adds add the same positive
// amount: exact, O(n log n).
//
// In units of the amount, a read of c comes behind exactly c adds. So linearizing means to give
// each add a place 1, 2, 3, …, such that the places up to the largest value read are all taken, and
//   * an add that began after a read of c was over has a place after c:     place >= release,
//   * an add that ended before a read of c began has a place up to c:       place <= deadline,
//   * an add that ended before another began has the lesser place.
// Adds of unknown outcome have no deadline and may be left out. Reads must not decrease.
//
// Claim: the third rule costs nothing. If add i ended before add j began, then whatever read ended
// before i began also ended before j began, and whatever began after j ended also began after i
// ended: release(i) <= release(j) and deadline(i) <= deadline(j). So where places(i) > place(j),
// swapping the two keeps all releases and deadlines; with adds numbered by their ends, each such
// swap increases the sum of number * place, so swapping comes to an end. What remains is unit jobs
// with releases and deadlines on one machine, which the earliest deadline first decides (Jackson
// 1955), and which never idles where a schedule without idling exists.
//
// Where it fails, the jobs between the last place that went to a later deadline and the deadline
// that was missed are too many (Hall): all of them began after one read was over and ended before
// another began, and the second is not larger by as much. So the witness is a pair of reads.
#pragma once

#include <optional>
#include <vector>

#include "checker/objects/counter_history.h"

namespace quorate {

// Reads, or kNoOp for "from the start": more acknowledged adds lie strictly between the two than
// the value grew by.
struct UnitConflict {
  OpIndex earlier = kNoOp;
  OpIndex later = kNoOp;
};

// The amount of every add that is not zero, if it is one and positive; 0 otherwise, or without any.
Amount common_amount(const CounterHistory& counter);

// nullopt: linearizable. REQUIRES: amount == common_amount() > 0; every read is a multiple of it
// and within its bounds.
std::optional<UnitConflict> find_unit_conflict(const CounterHistory& counter, Amount amount);

}  // namespace quorate
