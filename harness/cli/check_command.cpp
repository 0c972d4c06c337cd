#include <fmt/core.h>

#include "harness/cli/commands.h"
#include "harness/cli/terminal.h"
#include "harness/cli/verdict_text.h"
#include "harness/run/judge.h"
#include "harness/systems/system.h"
#include "results/history_json.h"
#include "results/run_folder.h"
#include "workloads/workload.h"

namespace quorate {
namespace {

int print(const RunConfig& config, const Verdict& verdict, const Output& output) {
  const int code = exit_code(config, verdict);
  if (output.json) {
    Json json = to_json(verdict);
    json["exit-code"] = code;
    fmt::print("{}\n", json.dump(2));
  } else {
    fmt::print("{}", verdict_text(config, verdict));
  }
  return code;
}

int check_run(const CheckRequest& request, const Output& output) {
  const Result<RunFolder> folder = RunFolder::open(request.target);
  if (!folder) return complain(folder.error(), kExitUsage);
  const Result<Json> test = folder->read_json("test.json");
  if (!test) return complain(test.error(), kExitUsage);
  const Result<RunConfig> config = run_config_from_json(*test);
  if (!config) return complain(config.error(), kExitUsage);
  const auto system = make_system(config->system);
  if (!system) return complain(system.error(), kExitUsage);
  const auto workload = make_workload(config->workload, workload_options(*config));
  if (!workload) return complain(workload.error(), kExitUsage);
  if (!std::filesystem::exists(folder->history_path())) {
    return complain(
        {ErrorCode::kNotFound,
         fmt::format("{} is unfinished: it has no history.jsonl (what was observed until "
                     "the run was cut off may be in history.jsonl.partial)",
                     request.target.string())},
        kExitHarnessError);
  }
  const Result<History> history = read_history(folder->history_path());
  if (!history) return complain(history.error(), kExitHarnessError);
  return print(*config, judge(*config, **system, **workload, *history, request.budget), output);
}

Verdict verdict_on(Property property, CheckResult result) {
  Verdict verdict;
  PropertyVerdict judged{.property = property, .promised = true};
  const std::string reason = result.reason;
  switch (result.validity) {
    case Validity::kValid:
      judged.standing = Standing::kHeld;
      verdict.outcome = RunOutcome::kPass;
      verdict.sentence = fmt::format("{} holds", name_of(property));
      break;
    case Validity::kInvalid:
      judged.standing = Standing::kBroken;
      verdict.outcome = RunOutcome::kViolation;
      verdict.sentence = fmt::format("{} is broken", name_of(property));
      break;
    case Validity::kUnknown:
      judged.standing = Standing::kUndecided;
      verdict.outcome = RunOutcome::kUnknown;
      verdict.sentence = fmt::format("{}: {}", name_of(property), reason);
      break;
  }
  judged.result = std::move(result);
  verdict.properties.push_back(std::move(judged));
  return verdict;
}

int check_history(const CheckRequest& request, const Output& output) {
  const Result<History> history = read_history(request.target);
  if (!history) return complain(history.error(), kExitUsage);
  const auto checker = register_checker(request.property, request.initial);
  if (!checker) {
    return complain({ErrorCode::kUnsupported,
                     fmt::format("no checker judges \"{}\" yet", name_of(request.property))},
                    kExitUsage);
  }
  const Verdict verdict = verdict_on(request.property, checker->check(*history, request.budget));
  if (output.json) {
    Json json = to_json(verdict);
    json["exit-code"] = exit_code(verdict.outcome);
    fmt::print("{}\n", json.dump(2));
    return exit_code(verdict.outcome);
  }
  fmt::print("{}  {} ({} operations)\n", outcome_text(verdict.outcome), verdict.sentence,
             grouped(static_cast<std::int64_t>(history->ops().size())));
  for (const Violation& violation : verdict.properties.front().result.violations) {
    fmt::print("\n{}", violation_text(violation));
  }
  return exit_code(verdict.outcome);
}

}  // namespace

int check_command(const CheckRequest& request, const Output& output) {
  std::error_code error;
  if (std::filesystem::is_directory(request.target, error)) return check_run(request, output);
  return check_history(request, output);
}

}  // namespace quorate
