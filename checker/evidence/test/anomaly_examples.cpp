#include "checker/evidence/test/anomaly_examples.h"

#include <utility>

#include "base/check.h"
#include "checker/checker.h"
#include "checker/general/general_checker.h"
#include "checker/objects/objects.h"
#include "checker/registers/register_checks.h"
#include "checker/replicas/regress.h"
#include "checker/replicas/replicas.h"
#include "checker/sessions/sessions.h"
#include "checker/versions/version_checker.h"

namespace quorate {
namespace {

Violation first_of(const CheckResult& result) {
  QUORATE_CHECK(!result.violations.empty(), "no violation of {}: {}", name_of(result.property),
                result.reason);
  return result.violations.front();
}
Violation found_by(const Checker& checker, const History& history) {
  return first_of(checker.check(history, Budget{}));
}

template <Property kProperty>
Violation checked(const History& history) {
  const Property property = kProperty;
  return first_of(check_registers(history, {&property, 1}, RegisterOptions{}, Budget{}).front());
}
template <ModelKind kModel>
Violation not_linearizable(const History& history) {
  return found_by(*linearizable_checker(kModel).value(), history);
}
template <Property kProperty>
Violation counted(const History& history) {
  return found_by(*counter_checker(kProperty, CounterView::kObject), history);
}
template <Property kProperty>
Violation seen_in_sessions(const History& history) {
  return found_by(*session_checker(kProperty), history);
}
template <Property kProperty>
Violation caused(const History& history) {
  return found_by(*causal_checker(kProperty), history);
}
Violation diverged(const History& history) { return found_by(*convergence_checker(), history); }
Violation unavailable(const History& history) { return found_by(*availability_checker(), history); }

Violation inverted(const History& history) {
  return white_box(history, {}).by_version.at(1).violations.at(0);
}
Violation went_back(const History& history) { return replica_regressions(history).shown.at(0); }
Violation mismatched(const History& history) { return white_box(history, {}).mismatches.at(0); }

struct Example {
  Anomaly anomaly;
  const char* history;
  Violation (*tell)(const History&);
};

constexpr Example kExamples[] = {
    {Anomaly::kDirtyRead, R"(
1 write "k3" "1-8" 4.0-6.2   >n1 @17.9f3a01c2d4e5b687.2 #n1,n3
2 write "k3" "2-5" 9.0-11.1  >n2 fail
3 read  "k3" "2-5" 14.0-15.9 >n3 @18.41b7c0de55aa1020.6 #n2,n3)",
     checked<Property::kNoDirtyRead>},
    {Anomaly::kThinAirRead, R"(
1 write "k3" "1-8"  4.0-6.2  >n1 @17.9f3a01c2d4e5b687.2 #n1,n3
3 read  "k3" "7-99" 9.0-10.4 >n3 @17.9f3a01c2d4e5b687.2 #n2,n3)",
     checked<Property::kNoDirtyRead>},
    {Anomaly::kMisdirectedRead, R"(
1 write "k7" "1-8" 4.0-6.2  >n1 @17.9f3a01c2d4e5b687.2 #n1,n3
3 read  "k3" "1-8" 9.0-10.4 >n3 @17.9f3a01c2d4e5b687.2 #n2,n3)",
     checked<Property::kNoDirtyRead>},
    {Anomaly::kFutureRead, R"(
3 read  "k3" "2-5" 3.0-5.1  >n3
2 write "k3" "2-5" 8.0-11.0 >n2)",
     checked<Property::kNoDirtyRead>},
    {Anomaly::kStaleRead, R"(
1 write "k3" "1-8" 4.0-7.5   >n1 @17.9f3a01c2d4e5b687.2 #n1,n2
2 write "k3" "2-5" 9.0-12.2  >n2 @18.41b7c0de55aa1020.6 #n1,n3
3 read  "k3" "1-8" 207.4-209.0 >n2 @17.9f3a01c2d4e5b687.2 #n2)",
     checked<Property::kLatest>},
    {Anomaly::kNewOldInversion, R"(
1 write "k3" "1-8" 4.0-6.5   >n1 @17.9f3a01c2d4e5b687.2 #n1,n2,n3
2 write "k3" "2-5" 8.0-24.0  >n2 @18.41b7c0de55aa1020.6 #n1,n2
3 read  "k3" "2-5" 11.0-13.5 >n1 @18.41b7c0de55aa1020.6 #n1,n3
4 read  "k3" "1-8" 16.0-18.9 >n3 @17.9f3a01c2d4e5b687.2 #n2,n3)",
     checked<Property::kLinearizable>},
    {Anomaly::kWriteOrderDisagreement, R"(
1 write "k3" "1-8" 4.0-9.5   >n1
2 write "k3" "2-5" 5.5-11.0  >n2
3 read  "k3" "1-8" 13.0-15.2 >n3
4 read  "k3" "2-5" 17.0-19.1 >n1)",
     checked<Property::kWriteOrder>},
    {Anomaly::kLostWrite, R"(
1 write "k3" "1-8" 4.0-7.5     >n1 @17.9f3a01c2d4e5b687.2 #n1,n2,n3
2 write "k3" "2-5" 9.0-12.2    >n2 @18.41b7c0de55aa1020.6 #n1,n3
3 read  "k3" "1-8" 6020.0-6022.4 >n2 @17.9f3a01c2d4e5b687.2 #n1,n2 final
held 2 n1 "k3" "1-8" 17.9f3a01c2d4e5b687.2
held 2 n2 "k3" "1-8" 17.9f3a01c2d4e5b687.2
held 2 n3 "k3" "1-8" 17.9f3a01c2d4e5b687.2)",
     checked<Property::kNoLostWrite>},
    {Anomaly::kResurrection, R"(
1 write "k3" "1-8" 4.0-7.5     >n1 @17.9f3a01c2d4e5b687.2 #n1,n2,n3
2 write "k3" "2-5" 9.0-12.2    >n2 @18.41b7c0de55aa1020.6 #n1,n3
3 read  "k3" "2-5" 15.0-17.1   >n3 @18.41b7c0de55aa1020.6 #n1,n3
3 read  "k3" "1-8" 6020.0-6022.4 >n2 @17.9f3a01c2d4e5b687.2 #n1,n2 final
held 2 n1 "k3" "1-8" 17.9f3a01c2d4e5b687.2
held 2 n2 "k3" "1-8" 17.9f3a01c2d4e5b687.2
held 2 n3 "k3" "2-5" 18.41b7c0de55aa1020.6)",
     checked<Property::kNoLostWrite>},
    {Anomaly::kTimestampInversion, R"(
1 write "k3" "1-8" 4.0-6.5  >n1 @1764111602500.9f3a01c2d4e5b687.2 #n1,n2,n3
2 write "k3" "2-5" 8.0-10.4 >n2 @1764111600100.41b7c0de55aa1020.6 #n1,n2,n3)",
     inverted},
    {Anomaly::kVersionMismatch, R"(
1 write "k3" "1-8" 4.0-11.0 >n1 @18.n3.0 #n1,n2
2 write "k3" "2-5" 6.0-12.5 >n2 @18.n3.0 #n2,n3)",
     mismatched},
    {Anomaly::kReadsFitNoOrder, R"(
1 write "k3" "1-8" 1.0-20.0  >n1
2 write "k3" "2-5" 2.5-40.0  >n2
3 read  "k3" "2-5" 4.0-6.0   >n3
4 write "k3" "4-1" 8.0-30.0  >n1
3 read  "k3" "2-5" 22.0-24.5 >n3
3 read  "k3" "1-8" 32.0-34.0 >n3)",
     checked<Property::kSingleOrder>},
    {Anomaly::kNotLinearizable, R"(
1 append "log" "a"  4.0-6.5   >n1
2 append "log" "b"  8.0-10.4  >n2
3 read   "log" "ba" 12.0-14.0 >n3)",
     not_linearizable<ModelKind::kKvAppend>},
    {Anomaly::kLostIncrement, R"(
1 add  "hits" 1 4.0-6.5   >n1
2 add  "hits" 1 5.0-8.2   >n2
3 read "hits" 1 12.0-14.0 >n3 final)",
     counted<Property::kNoLostWrite>},
    {Anomaly::kDuplicateEffect, R"(
1 enqueue "jobs" "j1" 4.0-6.5   >n1
2 dequeue "jobs" "j1" 8.0-11.4  >n2
3 dequeue "jobs" "j1" 9.5-13.0  >n3)",
     not_linearizable<ModelKind::kFifoQueue>},
    {Anomaly::kDivergence, R"(
1 write "k3" "1-8" 4.0-9.5  >n1 @17.9f3a01c2d4e5b687.2 #n1,n3
2 write "k3" "2-5" 6.0-11.0 >n2 @18.41b7c0de55aa1020.6 #n1,n2
held 1 n1 "k3" "2-5" 18.41b7c0de55aa1020.6
held 1 n2 "k3" "2-5" 18.41b7c0de55aa1020.6
held 1 n3 "k3" "1-8" 17.9f3a01c2d4e5b687.2
held 2 n1 "k3" "2-5" 18.41b7c0de55aa1020.6
held 2 n2 "k3" "2-5" 18.41b7c0de55aa1020.6
held 2 n3 "k3" "1-8" 17.9f3a01c2d4e5b687.2)",
     diverged},
    {Anomaly::kReplicaRegress, R"(
1 write "k3" "1-8" 4.0-6.5   >n1 @17.9f3a01c2d4e5b687.2 #n1,n2
2 write "k3" "2-5" 9.0-12.2  >n2 @18.41b7c0de55aa1020.6 #n2,n3
went-back 31.0 n3 "k3" "2-5" 18.41b7c0de55aa1020.6 "k3" "1-8" 17.9f3a01c2d4e5b687.2)",
     went_back},
    {Anomaly::kUnavailable, R"(
healed 60000.0
5 read "k3" -     61020.0-63020.0 >n2 info
6 read "k3" -     63500.0-65500.0 >n2 info
7 read "k3" "1-8" 66000.0-66004.0 >n1)",
     unavailable},
    {Anomaly::kReadYourWrites, R"(
1 write "k3" "1-8" 4.0-6.5   >n1
2 write "k3" "2-5" 8.0-10.4  >n1
2 read  "k3" "1-8" 12.0-14.1 >n3)",
     seen_in_sessions<Property::kReadYourWrites>},
    {Anomaly::kNonMonotonicRead, R"(
1 write "k3" "1-8" 4.0-6.5   >n1
2 write "k3" "2-5" 8.0-10.4  >n2
3 read  "k3" "2-5" 12.0-14.1 >n2
3 read  "k3" "1-8" 16.0-18.2 >n3)",
     seen_in_sessions<Property::kMonotonicReads>},
    {Anomaly::kNonMonotonicWrite, R"(
1 write "k3" "1-8" 4.0-6.5  >n1 @18.9f3a01c2d4e5b687.2 #n1,n2
1 write "k3" "1-9" 8.0-10.4 >n3 @17.41b7c0de55aa1020.6 #n3,n2)",
     seen_in_sessions<Property::kMonotonicWrites>},
    {Anomaly::kWriteFollowsRead, R"(
1 write "k3" "1-8" 4.0-20.0 >n1 @19.9f3a01c2d4e5b687.2 #n1,n2
2 read  "k3" "1-8" 6.0-8.2  >n1 @19.9f3a01c2d4e5b687.2 #n1,n3
2 write "k3" "2-5" 11.0-14.4 >n3 @18.41b7c0de55aa1020.6 #n2,n3)",
     seen_in_sessions<Property::kWritesFollowReads>},
    {Anomaly::kCausalityViolation, R"(
1 write "photo" "p1" 4.0-6.5   >n1
1 write "album" "a1" 8.0-10.4  >n1
2 read  "album" "a1" 12.0-14.1 >n2
2 read  "photo" -    16.0-18.2 >n3)",
     caused<Property::kCausal>},
    {Anomaly::kCausalityCycle, R"(
1 read  "x" 1 4.0-8.0   >n1
2 read  "y" 1 5.0-9.1   >n2
1 write "y" 1 10.0-13.0 >n1
2 write "x" 1 11.0-14.2 >n2)",
     caused<Property::kCausal>},
    {Anomaly::kCausalDivergence, R"(
1 write "x" 1 4.0-6.5   >n1
2 write "x" 2 5.0-8.0   >n2
1 read  "x" 2 10.0-12.0 >n1
2 read  "x" 1 11.0-13.5 >n2)",
     caused<Property::kCausalConvergence>},
};

}  // namespace

AnomalyExample example_of(Anomaly anomaly) {
  for (const Example& example : kExamples) {
    if (example.anomaly != anomaly) continue;
    History history = example_history(example.history);
    Violation violation = example.tell(history);
    QUORATE_CHECK(violation.anomaly == name_of(anomaly), "{}", violation.anomaly);
    return {std::move(history), std::move(violation)};
  }
  check_failed("every anomaly has an example", __FILE__, __LINE__, std::string(name_of(anomaly)));
}

}  // namespace quorate
