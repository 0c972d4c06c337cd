#include "checker/evidence/test/anomaly_examples.h"

#include <utility>

#include "base/check.h"
#include "checker/checker.h"
#include "checker/evidence/story.h"
#include "checker/evidence/test/told_examples.h"
#include "checker/versions/version_checker.h"

namespace quorate {
namespace {

Violation first_of(const History& history, Property property) {
  const CheckResult result = register_checker(property)->check(history, Budget{});
  QUORATE_CHECK(!result.violations.empty(), "no violation of {}", name_of(property));
  return result.violations.front();
}
template <Property kProperty>
Violation checked(const History& history) {
  return first_of(history, kProperty);
}

Violation inverted(const History& history) {
  return white_box(history, {}).by_version.at(1).violations.at(0);
}
Violation mismatched(const History& history) { return white_box(history, {}).mismatches.at(0); }

struct Example {
  Anomaly anomaly;
  const char* history;
  Violation (*tell)(const History&);
};

constexpr Example kChecked[] = {
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
};

}  // namespace

AnomalyExample example_of(Anomaly anomaly) {
  for (const Example& example : kChecked) {
    if (example.anomaly != anomaly) continue;
    History history = example_history(example.history);
    Violation violation = example.tell(history);
    QUORATE_CHECK(violation.anomaly == name_of(anomaly), "{}", violation.anomaly);
    return {std::move(history), std::move(violation)};
  }
  return told_example(anomaly);
}

}  // namespace quorate
