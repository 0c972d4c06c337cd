#include <fmt/core.h>

#include "harness/cli/commands.h"
#include "harness/cli/environment.h"
#include "harness/cli/terminal.h"
#include "harness/cli/verdict_text.h"
#include "harness/run/judge.h"
#include "harness/run/network_choice.h"
#include "harness/run/run_plan.h"
#include "harness/run/run_test.h"
#include "results/run_folder.h"

namespace quorate {

int complain(const Error& error, int code) {
  fmt::print(stderr, "quorate: {}\n", error.context);
  return code;
}

int run_command(const RunConfig& config, const std::optional<std::filesystem::path>& out,
                WhenReported report_when, const Output& output) {
  gain_rights_for(config.network);
  if (auto valid = validate(config); !valid) return complain(valid.error(), kExitUsage);
  std::error_code error;
  if (out && std::filesystem::exists(*out) && !std::filesystem::is_empty(*out, error)) {
    return complain(
        {ErrorCode::kInvalidArgument,
         fmt::format("--out {} is there already; a run needs a folder of its own", out->string())},
        kExitUsage);
  }
  RunRequest request{.config = config,
                     .out = out ? *out : std::filesystem::path("results/runs") / new_run_name(),
                     .link_latest = !out.has_value(),
                     .environment = describe_environment(config),
                     .progress = {},
                     .on_network = {}};
  ProgressLine line(describe(config), config.time, output.quiet);
  if (!output.quiet) {
    request.on_network = [](const std::string& text) { fmt::print(stderr, "network {}\n", text); };
  }
  request.progress = [&line](const RunProgress& progress) { line.show(progress); };
  const Result<RunReport> report = run_test(request);
  line.clear();
  if (!report) return complain(report.error(), kExitHarnessError);

  const int code = exit_code(config, report->verdict);
  const bool reported = report_when == WhenReported::kEveryRun ||
                        (report_when == WhenReported::kFailedRuns && code != 0);
  const std::string page = reported ? report_after_run(report->folder) : "none, as asked for";
  if (output.json) {
    Json json = to_json(report->verdict);
    json["exit-code"] = code;
    json["folder"] = report->folder.string();
    json["report"] = page;
    fmt::print("{}\n", json.dump(2));
    return code;
  }
  fmt::print("{}", verdict_text(config, report->verdict));
  if (config.expect_violation) {
    fmt::print("  {:<12} {} to be broken: {}\n", "expected", name_of(*config.expect_violation),
               code == 0 ? "found" : "not found as expected");
  }
  fmt::print("  {:<12} {}\n", "folder", report->folder.string());
  fmt::print("  {:<12} {}\n", "report", page);
  return code;
}

}  // namespace quorate
