// What checkers say of a history, and what a run ends with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "results/property.h"

namespace quorate {

enum class Validity { kValid, kUnknown, kInvalid };  // worst last

// Why one operation of a violation must come before another. Both are indices into History::ops().
struct Edge {
  std::size_t before = 0;
  std::size_t after = 0;
  std::string reason;  // "ended before it began", "was read by", …
};

// One broken property, with the smallest set of operations that shows it.
struct Violation {
  Property property = Property::kLatest;
  std::string anomaly;             // the field's name: "stale read", "new-old inversion", …
  std::string key;                 // plain text
  std::vector<std::size_t> ops;    // indices into History::ops(), in log order; 1-minimal
  std::vector<std::string> lines;  // the explanation in words, about six lines
  std::vector<Edge> edges;         // what the explanation rests on: among `ops`
};

struct CheckResult {
  Property property = Property::kLatest;
  Validity validity = Validity::kUnknown;
  std::string reason;                 // for kUnknown: which key, and why
  std::uint64_t violation_count = 0;  // all that were found; `violations` holds the first few
  std::vector<Violation> violations;
  Json measures = Json::object();  // numbers that belong to the property
};

// How a property stands in a run.
enum class Standing {
  kHeld,        // judged, and it held
  kBroken,      // judged, and broken
  kUndecided,   // judged, and the answer is unknown
  kNotChecked,  // no checker judges it yet
};

struct PropertyVerdict {
  Property property = Property::kLatest;
  bool promised = false;
  Standing standing = Standing::kNotChecked;
  CheckResult result;
};

enum class RunOutcome { kPass, kViolation, kUnknown, kHarnessError };
std::string_view name_of(RunOutcome outcome);  // "pass", "violation", "unknown", "harness-error"
std::string_view name_of(Standing standing);   // "held", "broken", "undecided", "not checked"

struct Verdict {
  RunOutcome outcome = RunOutcome::kUnknown;
  std::string sentence;  // one line for people: why
  std::vector<PropertyVerdict> properties;
  // What shows that the store is broken inside, whatever its clients saw of it.
  std::vector<Violation> inside;
  Json measures = Json::object();  // staleness and what was exercised
};

// 0 pass, 1 violation, 2 unknown, 255 harness error; kExitUsage for errors before anything starts.
int exit_code(RunOutcome outcome);
inline constexpr int kExitUsage = 254;
inline constexpr int kExitHarnessError = 255;

Json to_json(const Violation& violation);
Json to_json(const Verdict& verdict);

}  // namespace quorate
