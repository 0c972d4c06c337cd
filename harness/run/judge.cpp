#include "harness/run/judge.h"

#include <algorithm>

#include <fmt/core.h>

#include "checker/replicas/regress.h"
#include "checker/versions/version_checker.h"
#include "harness/run/detection.h"
#include "harness/run/exercised.h"
#include "harness/run/run_staleness.h"

namespace quorate {
namespace {

constexpr std::int64_t kFewestReads = 100;  // fewer successful reads than this say nothing

template <typename T>
bool contains(const std::vector<T>& items, const T& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

Standing standing_of(Validity validity) {
  switch (validity) {
    case Validity::kValid:
      return Standing::kHeld;
    case Validity::kInvalid:
      return Standing::kBroken;
    case Validity::kUnknown:
      return Standing::kUndecided;
  }
  return Standing::kUndecided;
}

// `checker`: nullptr where nobody judges the property.
PropertyVerdict judge_property(Property property, bool promised, const Checker* checker,
                               const History& history, const Budget& budget) {
  PropertyVerdict verdict{.property = property, .promised = promised};
  verdict.result.property = property;
  if (checker == nullptr) return verdict;
  verdict.result = checker->check(history, budget);
  verdict.standing = standing_of(verdict.result.validity);
  return verdict;
}

const Checker* checker_of(Property property,
                          const std::vector<std::unique_ptr<Checker>>& checkers) {
  for (const auto& checker : checkers) {
    if (checker->property() == property) return checker.get();
  }
  return nullptr;
}

std::string names(const std::vector<const PropertyVerdict*>& verdicts) {
  std::string list;
  for (const PropertyVerdict* verdict : verdicts) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", name_of(verdict->property));
  }
  return list;
}

std::vector<const PropertyVerdict*> promised_with(const Verdict& verdict, Standing standing) {
  std::vector<const PropertyVerdict*> found;
  for (const PropertyVerdict& property : verdict.properties) {
    if (property.promised && property.standing == standing) found.push_back(&property);
  }
  return found;
}

// Why the run proves nothing; empty if it does.
std::string too_little(const RunConfig& config, const Exercised& exercised) {
  if (exercised.interrupted) return "the run was interrupted";
  if (exercised.ok_reads < kFewestReads) {
    return fmt::format("only {} reads succeeded, and fewer than {} say nothing", exercised.ok_reads,
                       kFewestReads);
  }
  if (config.nemesis.empty()) return {};
  for (const auto& [fault, sum] : exercised.faults) {
    if (sum.operations_in_flight > 0) return {};
  }
  return "faults were asked for, and none was in force while an operation was in flight";
}

void conclude(const RunConfig& config, const Exercised& exercised, Verdict* verdict) {
  const auto broken = promised_with(*verdict, Standing::kBroken);
  const auto undecided = promised_with(*verdict, Standing::kUndecided);
  if (!broken.empty()) {
    verdict->outcome = RunOutcome::kViolation;
    verdict->sentence = fmt::format("broken although promised: {}", names(broken));
    if (!exercised.crashes.empty()) verdict->sentence += "; and node-crash";
    return;
  }
  if (!exercised.crashes.empty()) {
    verdict->outcome = RunOutcome::kViolation;
    verdict->sentence =
        fmt::format("node-crash: a node died unasked ({})", exercised.crashes.front());
    return;
  }
  verdict->outcome = RunOutcome::kUnknown;
  verdict->sentence = too_little(config, exercised);
  if (!verdict->sentence.empty()) return;
  if (!undecided.empty()) {
    verdict->sentence = fmt::format("{}: {}", names(undecided), undecided.front()->result.reason);
    return;
  }
  verdict->outcome = RunOutcome::kPass;
  verdict->sentence = fmt::format("every promised property that can be checked held: {}",
                                  names(promised_with(*verdict, Standing::kHeld)));
}

bool is_promised(const Verdict& verdict, Property property) {
  return std::any_of(verdict.properties.begin(), verdict.properties.end(),
                     [property](const PropertyVerdict& judged) {
                       return judged.promised && judged.property == property;
                     });
}

// A fault of the store that the verdict did not tell yet.
void store_fault(std::string_view what, Verdict* verdict) {
  if (verdict->outcome == RunOutcome::kViolation) return;
  verdict->outcome = RunOutcome::kViolation;
  verdict->sentence = fmt::format("store fault: {}", what);
}

// What replicas showed to whoever watched them.
void look_at_replicas(const History& history, Verdict* verdict) {
  const Regressions back = replica_regressions(history);
  std::int64_t polls = 0;
  for (const Mark& mark : history.marks()) {
    if (mark.f != kReplicaWatchMark) continue;
    const auto told = parse_json(mark.value, kReplicaWatchMark);
    if (told && told->is_object()) polls = told->value("polls", std::int64_t{0});
  }
  verdict->measures["watched"] = {{"polls", polls}, {"steps-back", back.count}};
  verdict->inside.insert(verdict->inside.end(), back.shown.begin(), back.shown.end());
  if (back.count > 0) store_fault("a replica went back to an older record", verdict);
}

// What nodes said of themselves.
void hear_complaints(const History& history, Verdict* verdict) {
  Json heard = Json::array();
  for (const Mark& mark : history.marks()) {
    if (mark.f != kComplaintMark) continue;
    const auto told = parse_json(mark.value, kComplaintMark);
    if (told && told->is_object()) heard.push_back(*told);
  }
  if (heard.empty()) return;
  store_fault(fmt::format("{}: {}", heard[0].value("node", ""), heard[0].value("says", "")),
              verdict);
  verdict->measures["complaints"] = std::move(heard);
}

// What the versions in the replies say of the verdict. A checker that contradicts a proof is a
// fault of the harness, whatever it found; versions that contradict a promise, or each other, are a
// violation even where clients saw nothing of it.
void look_at_versions(const History& history, Verdict* verdict) {
  std::vector<CheckResult> results;
  for (const PropertyVerdict& judged : verdict->properties) {
    if (judged.standing != Standing::kNotChecked) results.push_back(judged.result);
  }
  const WhiteBoxReport report = white_box(history, results);
  verdict->measures["white-box"] = to_json(report);
  const auto& mismatches = report.mismatches;
  verdict->inside.insert(verdict->inside.end(), mismatches.begin(), mismatches.end());
  if (report.mismatch_count > 0) store_fault("one version stands for two values", verdict);
  for (const Disagreement& disagreement : report.disagreements) {
    if (disagreement.blame == Blame::kCheckerFault) {
      verdict->outcome = RunOutcome::kHarnessError;
      verdict->sentence = "checker fault: " + disagreement.sentence;
      return;
    }
    if (is_promised(*verdict, disagreement.property)) {
      for (const CheckResult& result : report.by_version) {
        if (result.property != disagreement.property || result.violations.empty()) continue;
        verdict->inside.push_back(result.violations.front());
      }
      store_fault(disagreement.sentence, verdict);
    }
  }
}

}  // namespace

Verdict judge(const RunConfig& config, const System& system, const Workload& workload,
              const History& history, const Budget& budget) {
  Verdict verdict;
  const std::vector<Property> promised = system.promised(config);
  // Where quorums need not meet nothing is owed, and every read is judged against every write. So
  // is every read against every other, where blocking repair promises no order of them.
  const bool quorums_meet = config.r + config.w > config.n;
  const auto checkers = workload.checkers(
      {.replicas = quorums_meet ? config.n : 0,
       .reads_must_meet = quorums_meet && config.read_mode == "blocking" && 2 * config.r > config.n,
       .writes_last = contains(promised, Property::kNoLostWrite) ||
                      contains(config.demanded, Property::kNoLostWrite)});
  for (const Property property : kAllProperties) {
    const bool owed = contains(promised, property) || contains(config.demanded, property);
    verdict.properties.push_back(
        judge_property(property, owed, checker_of(property, checkers), history, budget));
  }
  const Exercised exercised = what_was_exercised(history);
  verdict.measures["staleness"] = to_json(staleness_of_run(config, history, budget));
  verdict.measures["exercised"] = to_json(exercised);
  conclude(config, exercised, &verdict);
  look_at_replicas(history, &verdict);
  hear_complaints(history, &verdict);
  look_at_versions(history, &verdict);
  if (const auto seconds = seconds_to_detection(history, verdict)) {
    verdict.measures["seconds-to-detection"] = *seconds;
  }
  return verdict;
}

int exit_code(const RunConfig& config, const Verdict& verdict) {
  if (!config.expect_violation) return exit_code(verdict.outcome);
  if (verdict.outcome == RunOutcome::kViolation) return exit_code(RunOutcome::kViolation);
  if (verdict.outcome == RunOutcome::kHarnessError) return exit_code(verdict.outcome);
  for (const PropertyVerdict& property : verdict.properties) {
    if (property.property == *config.expect_violation && property.standing == Standing::kBroken) {
      return exit_code(RunOutcome::kPass);
    }
  }
  return exit_code(RunOutcome::kViolation);
}

}  // namespace quorate
