#include <fmt/core.h>

#include "harness/cli/commands.h"
#include "harness/cli/terminal.h"
#include "harness/cli/verdict_text.h"
#include "harness/cli/waiting_line.h"
#include "harness/run/judge.h"
#include "harness/run/pictures.h"
#include "harness/run/run_staleness.h"
#include "harness/systems/system.h"
#include "results/history_json.h"
#include "results/run_folder.h"
#include "workloads/workload.h"

namespace quorate {
namespace {

void print_staleness(const RunConfig& config, const History& history, const Budget& budget) {
  fmt::print("\n");
  for (const std::string& line : staleness_table(staleness_of_run(config, history, budget))) {
    fmt::print("  {}\n", line);
  }
}

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

}  // namespace

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
  WaitingLine waiting(fmt::format("reading {}", folder->history_path().string()));
  const Result<History> history = read_history(folder->history_path());
  if (!history) return complain(history.error(), kExitHarnessError);
  waiting.now(fmt::format("judging {} operations", history->ops().size()));
  const Verdict verdict = judge(*config, **system, **workload, *history, request.budget);
  waiting.end();
  if (!request.pictures.empty()) {
    const auto drawn = write_pictures(request.pictures, *history, verdict);
    if (!drawn) return complain(drawn.error(), kExitHarnessError);
  }
  const int code = print(*config, verdict, output);
  if (request.staleness && !output.json) print_staleness(*config, *history, request.budget);
  return code;
}

}  // namespace quorate
