// The anomalies that checkers report, by the field's names. docs/anomalies/ has a page for each.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace quorate {

enum class Anomaly : std::uint8_t {
  // Of a register's reads, whatever the order of the writes.
  kDirtyRead,        // of a value whose only write failed
  kThinAirRead,      // of a value that nobody wrote
  kMisdirectedRead,  // of a value that was written to another key
  kFutureRead,       // over before the write was invoked
  // Of the order of writes and reads.
  kStaleRead,
  kNewOldInversion,
  kWriteOrderDisagreement,
  kReadsFitNoOrder,  // single-order: each pair of values can be ordered, all together cannot
  kNotLinearizable,  // of an object whose anomalies have no narrower name
  // Of what must last.
  kLostWrite,
  kLostIncrement,
  kResurrection,
  kDuplicateEffect,  // one operation took effect twice, or two that exclude each other both did
  kDivergence,       // replicas never agreed
  kReplicaRegress,   // a replica held a record, and later an older one
  kUnavailable,      // no operation succeeded after the last fault was healed
  // Of sessions and causality.
  kReadYourWrites,
  kNonMonotonicRead,
  kNonMonotonicWrite,
  kWriteFollowsRead,
  kCausalityViolation,  // an effect is seen without its cause
  kCausalityCycle,      // an operation is its own cause
  kCausalDivergence,    // two observers order concurrent writes differently
  // Of versions, where replies carry them.
  kTimestampInversion,  // a later write got a smaller version
  kVersionMismatch,     // one version for two values, or two for one
};

struct AnomalyName {
  Anomaly anomaly;
  std::string_view name;  // "stale read"
  std::string_view page;  // docs/anomalies/PAGE.md
};
extern const std::array<AnomalyName, 25> kAnomalies;

// "stale read", "new-old inversion", …
std::string_view name_of(Anomaly anomaly);
std::optional<Anomaly> anomaly_named(std::string_view name);

}  // namespace quorate
