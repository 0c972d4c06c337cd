#include "results/anomaly.h"

#include "base/check.h"

namespace quorate {

const std::array<AnomalyName, 25> kAnomalies{{
    {Anomaly::kDirtyRead, "dirty read", "dirty_read"},
    {Anomaly::kThinAirRead, "thin-air read", "thin_air_read"},
    {Anomaly::kMisdirectedRead, "misdirected read", "misdirected_read"},
    {Anomaly::kFutureRead, "future read", "future_read"},
    {Anomaly::kStaleRead, "stale read", "stale_read"},
    {Anomaly::kNewOldInversion, "new-old inversion", "new_old_inversion"},
    {Anomaly::kWriteOrderDisagreement, "write-order disagreement", "write_order_disagreement"},
    {Anomaly::kReadsFitNoOrder, "reads fit no single order", "reads_fit_no_single_order"},
    {Anomaly::kNotLinearizable, "not linearizable", "not_linearizable"},
    {Anomaly::kLostWrite, "lost acknowledged write", "lost_acknowledged_write"},
    {Anomaly::kLostIncrement, "lost increment", "lost_increment"},
    {Anomaly::kResurrection, "resurrection", "resurrection"},
    {Anomaly::kDuplicateEffect, "duplicate effect", "duplicate_effect"},
    {Anomaly::kDivergence, "divergence", "divergence"},
    {Anomaly::kReplicaRegress, "replica regress", "replica_regress"},
    {Anomaly::kUnavailable, "unavailable after heal", "unavailable_after_heal"},
    {Anomaly::kReadYourWrites, "read-your-writes violation", "read_your_writes_violation"},
    {Anomaly::kNonMonotonicRead, "non-monotonic read", "non_monotonic_read"},
    {Anomaly::kNonMonotonicWrite, "non-monotonic write", "non_monotonic_write"},
    {Anomaly::kWriteFollowsRead, "writes-follow-reads violation", "writes_follow_reads_violation"},
    {Anomaly::kCausalityViolation, "causality violation", "causality_violation"},
    {Anomaly::kCausalityCycle, "causality cycle", "causality_cycle"},
    {Anomaly::kCausalDivergence, "causal divergence", "causal_divergence"},
    {Anomaly::kTimestampInversion, "timestamp inversion", "timestamp_inversion"},
    {Anomaly::kVersionMismatch, "version mismatch", "version_mismatch"},
}};

std::string_view name_of(Anomaly anomaly) {
  for (const AnomalyName& entry : kAnomalies) {
    if (entry.anomaly == anomaly) return entry.name;
  }
  check_failed("the anomaly has a name", __FILE__, __LINE__, "");
}

std::optional<Anomaly> anomaly_named(std::string_view name) {
  for (const AnomalyName& entry : kAnomalies) {
    if (entry.name == name) return entry.anomaly;
  }
  return std::nullopt;
}

}  // namespace quorate
