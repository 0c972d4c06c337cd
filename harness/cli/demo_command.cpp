#include <vector>

#include <fmt/core.h>

#include "harness/cli/commands.h"
#include "harness/cli/environment.h"
#include "harness/cli/terminal.h"
#include "harness/cli/verdict_text.h"
#include "harness/run/network_choice.h"
#include "harness/run/run_plan.h"
#include "harness/run/run_test.h"
#include "results/run_folder.h"

namespace quorate {
namespace {

struct DemoRun {
  RunConfig config;
  bool must_flag = false;  // stale reads must be found, and nothing promised broken
  std::string shown;       // the table's last words
  std::filesystem::path folder;
  std::string report;  // its path
  bool as_it_must = false;
};

RunConfig strict_quorums(Approach mode, Duration time) {
  RunConfig config;
  config.r = 3;
  config.w = 3;
  config.mode = mode;
  config.time = time;
  config.nemesis = {"kill", "partition"};
  return config;
}

RunConfig partial_quorums(Approach mode, Duration time) {
  RunConfig config = strict_quorums(mode, time);
  config.r = 2;
  config.w = 2;
  config.nemesis = {"partition"};
  return config;
}

std::vector<DemoRun> demo_runs(Duration time) {
  std::vector<DemoRun> runs;
  for (const Approach mode : {Approach::kCoordinator, Approach::kClient}) {
    runs.push_back({.config = strict_quorums(mode, time), .must_flag = false});
    runs.push_back({.config = partial_quorums(mode, time), .must_flag = true});
  }
  return runs;
}

bool is_broken(const Verdict& verdict, Property property) {
  for (const PropertyVerdict& judged : verdict.properties) {
    if (judged.property == property) return judged.standing == Standing::kBroken;
  }
  return false;
}

// Whether the verdict is the one that the configuration must get; fills in the table's words.
void assess(const Verdict& verdict, DemoRun* run) {
  const bool flagged = is_broken(verdict, Property::kLatest);
  run->as_it_must = verdict.outcome == RunOutcome::kPass && flagged == run->must_flag;
  run->shown = outcome_text(verdict.outcome);
  if (flagged && verdict.outcome == RunOutcome::kPass) {
    run->shown = fmt::format("{}  {}", toned(Tone::kWarning, "flagged"), flagged_text(verdict));
  } else if (verdict.outcome != RunOutcome::kPass) {
    run->shown += "  " + verdict.sentence;
  } else if (run->must_flag) {
    run->shown += "  but stale reads should have been found";
  }
}

Result<void> execute(const std::filesystem::path& out, const Output& output, DemoRun* run) {
  run->config.seed = draw_entropy() >> 16;
  Result<RunConfig> config = complete(run->config);
  if (!config) return config.error();
  run->config = *config;
  if (auto valid = validate(run->config); !valid) return valid;
  run->folder = out / new_run_name();
  ProgressLine line(describe(run->config), run->config.time, output.quiet);
  RunRequest request{.config = run->config,
                     .out = run->folder,
                     .link_latest = true,
                     .environment = describe_environment(run->config),
                     .progress = [&line](const RunProgress& p) { line.show(p); },
                     .on_network = {}};
  const Result<RunReport> report = run_test(request);
  line.clear();
  if (!report) return report.error();
  assess(report->verdict, run);
  run->report = report_after_run(run->folder);
  fmt::print("{}\n", verdict_text(run->config, report->verdict, 0));
  if (const Violation* violation = most_telling(report->verdict)) {
    fmt::print("  one of them explained:\n{}\n", violation_text(*violation));
  }
  std::fflush(stdout);
  if (report->verdict.measures["exercised"]["interrupted"].get<bool>()) {
    return Error{ErrorCode::kCancelled, "interrupted"};
  }
  return {};
}

void print_table(const std::vector<DemoRun>& runs) {
  fmt::print("{:<46}  {}\n", "configuration", "verdict");
  for (const DemoRun& run : runs) {
    fmt::print("{:<46}  {}\n",
               fmt::format("n={} r={} w={} {}, {}", run.config.n, run.config.r, run.config.w,
                           run.config.read_mode, name_of(run.config.mode)),
               run.shown);
  }
  fmt::print("\nreports, beside all that each run left behind (open them in a browser)\n");
  for (const DemoRun& run : runs) fmt::print("  {}\n", run.report);
}

}  // namespace

int demo_command(const std::filesystem::path& out, Duration time, const Output& output) {
  gain_rights_for(NetworkKind::kAuto);
  std::vector<DemoRun> runs = demo_runs(time);
  for (DemoRun& run : runs) {
    const Result<void> done = execute(out, output, &run);
    if (!done) return complain(done.error(), kExitHarnessError);
  }
  print_table(runs);
  for (const DemoRun& run : runs) {
    if (!run.as_it_must) {
      fmt::print(stderr, "quorate: a run did not end as its configuration must\n");
      return exit_code(RunOutcome::kViolation);
    }
  }
  return 0;
}

}  // namespace quorate
