// The names of every enumeration of this folder: one table each, used in both directions.
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "base/check.h"
#include "results/operation.h"
#include "results/property.h"
#include "results/verdict.h"

namespace quorate {
namespace {

template <typename Enum>
struct Name {
  Enum value;
  std::string_view name;
};

constexpr std::array<Name<Function>, kAllFunctions.size()> kFunctions{{
    {Function::kRead, "read"},
    {Function::kWrite, "write"},
    {Function::kDelete, "delete"},
    {Function::kCas, "cas"},
    {Function::kAdd, "add"},
    {Function::kAppend, "append"},
    {Function::kAcquire, "acquire"},
    {Function::kRelease, "release"},
    {Function::kEnqueue, "enqueue"},
    {Function::kDequeue, "dequeue"},
    {Function::kTransaction, "txn"},
}};

constexpr std::array<Name<EventType>, 4> kEventTypes{{
    {EventType::kInvoke, "invoke"},
    {EventType::kOk, "ok"},
    {EventType::kFail, "fail"},
    {EventType::kInfo, "info"},
}};

constexpr std::array<Name<Outcome>, 3> kOutcomes{{
    {Outcome::kOk, "ok"},
    {Outcome::kFail, "fail"},
    {Outcome::kInfo, "info"},
}};

constexpr std::array<Name<Property>, kAllProperties.size()> kProperties{{
    {Property::kLatest, "latest"},
    {Property::kWriteOrder, "write-order"},
    {Property::kSingleOrder, "single-order"},
    {Property::kLinearizable, "linearizable"},
    {Property::kReadYourWrites, "read-your-writes"},
    {Property::kMonotonicReads, "monotonic-reads"},
    {Property::kMonotonicWrites, "monotonic-writes"},
    {Property::kWritesFollowReads, "writes-follow-reads"},
    {Property::kCausal, "causal"},
    {Property::kCausalConvergence, "causal-convergence"},
    {Property::kNoLostWrite, "no-lost-write"},
    {Property::kNoDirtyRead, "no-dirty-read"},
    {Property::kConverges, "converges"},
    {Property::kAvailableAfterHeal, "available-after-heal"},
}};

constexpr std::array<Name<RunOutcome>, 4> kRunOutcomes{{
    {RunOutcome::kPass, "pass"},
    {RunOutcome::kViolation, "violation"},
    {RunOutcome::kUnknown, "unknown"},
    {RunOutcome::kHarnessError, "harness-error"},
}};

constexpr std::array<Name<Standing>, 4> kStandings{{
    {Standing::kHeld, "held"},
    {Standing::kBroken, "broken"},
    {Standing::kUndecided, "undecided"},
    {Standing::kNotChecked, "not checked"},
}};

template <typename Enum, std::size_t kSize>
std::string_view name_in(const std::array<Name<Enum>, kSize>& table, Enum value) {
  for (const Name<Enum>& entry : table) {
    if (entry.value == value) return entry.name;
  }
  check_failed("the value has a name", __FILE__, __LINE__, "");
}

template <typename Enum, std::size_t kSize>
std::optional<Enum> value_in(const std::array<Name<Enum>, kSize>& table, std::string_view name) {
  for (const Name<Enum>& entry : table) {
    if (entry.name == name) return entry.value;
  }
  return std::nullopt;
}

}  // namespace

bool takes_value(Function function) {
  switch (function) {
    case Function::kWrite:
    case Function::kCas:
    case Function::kAdd:
    case Function::kAppend:
    case Function::kEnqueue:
    case Function::kTransaction:
      return true;
    case Function::kRead:
    case Function::kDelete:
    case Function::kAcquire:
    case Function::kRelease:
    case Function::kDequeue:
      return false;
  }
  check_failed("the function is known", __FILE__, __LINE__, "");
}

bool tells_value(Function function) {
  return function == Function::kRead || function == Function::kDequeue ||
         function == Function::kTransaction;
}

std::string_view name_of(Function function) { return name_in(kFunctions, function); }
std::string_view name_of(EventType type) { return name_in(kEventTypes, type); }
std::string_view name_of(Outcome outcome) { return name_in(kOutcomes, outcome); }
std::string_view name_of(Property property) { return name_in(kProperties, property); }
std::string_view name_of(RunOutcome outcome) { return name_in(kRunOutcomes, outcome); }
std::string_view name_of(Standing standing) { return name_in(kStandings, standing); }

std::optional<Function> function_named(std::string_view name) { return value_in(kFunctions, name); }
std::optional<EventType> event_type_named(std::string_view name) {
  return value_in(kEventTypes, name);
}
std::optional<Property> property_named(std::string_view name) {
  return value_in(kProperties, name);
}

}  // namespace quorate
