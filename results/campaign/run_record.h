// RunRecord: what a campaign keeps of one run: a line of its runs.jsonl.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "results/verdict.h"

namespace quorate {

enum class RunKind {
  kPlanned,  // one of the campaign's own
  kRepeat,   // of one that failed, again: does it fail each time?
  kCanary,   // a planted bug, which must be found
};
std::string_view name_of(RunKind kind);  // "planned", "repeat", "canary"

// What failures have in common that are likely to have one cause.
struct Signature {
  std::string anomaly;   // "stale read", "node crash", "hung", …
  std::string promised;  // the class of the configuration: "register, r + w > n, write-back, …"
  std::string faults;    // the kinds that it was under: "kill, partition"; "none"
  auto operator<=>(const Signature&) const = default;
};

struct RunRecord {
  std::string name;  // of its folder, below runs/
  RunKind kind = RunKind::kPlanned;
  std::int64_t number = 0;  // planned: its place in the campaign's order; repeat: that of the run
                            // which it repeats; canary: one after the other
  std::int64_t combination = 0;  // of the campaign's axes; canary: -1
  std::uint64_t seed = 0;
  RunOutcome outcome = RunOutcome::kUnknown;
  int exit_code = 2;
  std::string sentence;                // why
  std::optional<Signature> signature;  // of one that did not end as it must
  std::vector<std::string> flagged;    // properties that broke and were not promised
  // What shows that something promised broke, by name, or that the store is broken inside; sorted.
  std::vector<std::string> anomalies;
  std::optional<double> detected_s;  // of load, until the first of them could be told
  std::int64_t operations = 0;
  double load_s = 0;   // of testing
  double total_s = 0;  // from the start of the process to its end
  std::string ended;   // UTC

  // As it must be: a canary finds its bug.
  bool good() const {
    return kind == RunKind::kCanary ? outcome == RunOutcome::kViolation : exit_code == 0;
  }
  // REQUIRES: no canary. Whether it is a failure, of the store or of the harness. A run that could
  // not tell is none.
  bool failed() const {
    return exit_code != 0 && exit_code != quorate::exit_code(RunOutcome::kUnknown);
  }
};

Json to_json(const RunRecord& record);
// Errors: kCorrupt.
Result<RunRecord> run_record_from_json(const Json& json);

}  // namespace quorate
