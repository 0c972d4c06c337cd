// Checker: a pure function from a finished history to a verdict on one property.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "results/history.h"
#include "results/verdict.h"

namespace quorate {

struct Budget {
  Duration time = std::chrono::seconds(60);
  std::size_t bytes = std::size_t{4} << 30;
};

// What a key holds before its first write.
struct InitialValue {
  // kNothing: a read finds nothing there. kFree: not known: the first value, by invocation of its
  // read, that nobody wrote on the key counts as the initial one; any other such value is thin air.
  enum class Kind { kNothing, kFree, kValue } kind = Kind::kNothing;
  std::string json;  // for kValue: a JSON text
};

class Checker {
 public:
  virtual ~Checker() = default;
  virtual Property property() const = 0;
  // Thread-safe and deterministic. Out of budget is kUnknown, never kValid.
  virtual CheckResult check(const History& history, const Budget& budget) const = 0;
};

// The checker of a property on registers with unique values, nullptr where none exists yet.
// O(n log n) in the operations of a key.
//
// violation_count counts, beside reads that no model allows (dirty, thin-air, misdirected, future;
// of every property but no-lost-write): for latest the stale reads, for write-order and
// linearizable the values that contradict a value before them in the order, for single-order the
// values that had to be left out so that the rest has one order, for no-lost-write the keys.
// `violations` explains at most 8, spread over keys, each 1-minimal. A key where two writes may
// have put the same value cannot be judged (no-dirty-read excepted): kUnknown, as for a budget that
// ran out and, for no-lost-write, a key with an acknowledged write and no ok final read. A
// violation is never masked by that: kInvalid wins, and `reason` still says what was not judged.
// measures: "operations", "keys", "reads", "writes", "info_writes", "info_share_max" (largest of
// any key), and "bad_reads", "stale_reads", "final_reads", "lost_writes" where they belong.
std::unique_ptr<Checker> register_checker(Property property, const InitialValue& initial = {});

// k and t of every read (theory 3.1): {"reads", "stale_reads", "stale_share", "k_max", "k_p50",
// "k_p99", "t_ms_p50", "t_ms_p99", "t_ms_max", "reads_not_judged"}, always numbers. Percentiles are
// by nearest rank over the stale reads; with none, every k is 1 (0 without reads) and every t is 0.
// Not judged are reads that no model allows, and keys with duplicate values or with other
// operations than reads and writes.
Json measure_staleness(const History& history, const InitialValue& initial = {});

}  // namespace quorate
