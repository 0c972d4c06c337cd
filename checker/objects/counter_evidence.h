// Violations of counters, as few operations as show them, in words.
#pragma once

#include <vector>

#include "checker/objects/counter_history.h"
#include "checker/objects/unit_counter.h"
#include "results/anomaly.h"
#include "results/verdict.h"

namespace quorate {

struct CounterEvidence {
  enum class Kind : std::uint8_t {
    kBelow,       // the read is below its low bound
    kAbove,       // above its high bound
    kImpossible,  // within its bounds, and no sum of adds
    kDecreased,   // nothing is subtracted, and it is below an earlier read
    kTooSlow,     // it grew by less than what was acknowledged between two reads
  } kind = Kind::kBelow;
  Anomaly anomaly = Anomaly::kLostIncrement;
  std::vector<OpIndex> ops;  // ascending
  CounterRead read;
  CounterRead earlier;        // kDecreased, kTooSlow
  std::uint64_t unshown = 0;  // adds that matter and are not among ops
};

// At most this many adds are among the operations of one violation.
inline constexpr std::size_t kMostAddsShown = 64;

// Below: the fewest acknowledged increments that alone exceed the value, and every decrement that
// may count. Leaving out any increment, the rest shows nothing.
// Above: all adds that may count, if they are few.
// O(n log n). REQUIRES: read.value is outside of [read.low, read.high].
CounterEvidence evidence_out_of_bounds(const CounterHistory& counter, const CounterRead& read);
CounterEvidence evidence_impossible(const CounterHistory& counter, const CounterRead& read);
CounterEvidence evidence_decreased(const CounterRead& earlier, const CounterRead& read);
CounterEvidence evidence_too_slow(const CounterHistory& counter, const UnitConflict& conflict);

Violation tell(const History& history, Property property, const CounterEvidence& evidence);

}  // namespace quorate
