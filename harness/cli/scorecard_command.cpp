#include <filesystem>

#include <fmt/core.h>

#include "base/file.h"
#include "harness/cli/campaign_screen.h"
#include "harness/cli/commands.h"
#include "harness/cli/environment.h"
#include "harness/cli/scorecard_text.h"
#include "harness/cli/terminal.h"
#include "harness/run/network_choice.h"
#include "harness/scorecard/compare.h"

namespace quorate {
namespace {

Result<Json> read_scorecard(const std::string& path) {
  const Result<std::string> text = read_file(path);
  if (!text) return text.error();
  return parse_json(*text, path);
}

int compare(const std::vector<std::string>& paths, const Output& output) {
  const Result<Json> a = read_scorecard(paths.at(0));
  if (!a) return complain(a.error(), kExitUsage);
  const Result<Json> b = read_scorecard(paths.at(1));
  if (!b) return complain(b.error(), kExitUsage);
  const auto found = compare_scorecards(*a, *b);
  if (!found) return complain(found.error(), kExitUsage);
  const int code = found->worse() ? exit_code(RunOutcome::kViolation) : 0;
  if (output.json) {
    Json changes = Json::array();
    for (const ScorecardChange& change : found->changes) {
      changes.push_back({{"what", change.what},
                         {"before", change.before},
                         {"after", change.after},
                         {"worse", change.worse}});
    }
    fmt::print("{}\n", Json{{"worse", found->worse()}, {"changes", changes}}.dump(2));
    return code;
  }
  for (const ScorecardChange& change : found->changes) {
    fmt::print("{} {:<20} {} -> {}\n",
               toned(change.worse ? Tone::kBad : Tone::kGood, change.worse ? "worse " : "better"),
               change.what, change.before, change.after);
  }
  if (found->changes.empty()) fmt::print("no difference beyond the machine's noise\n");
  return code;
}

int list_cases(const ScorecardRequest& request, const Output& output) {
  const auto cases = cases_of(request);
  if (!cases) return complain(cases.error(), kExitUsage);
  Json json = Json::array();
  for (const Case& what : *cases) {
    json.push_back({{"kind", name_of(what.kind)},
                    {"name", what.name()},
                    {"command", command_of(what)},
                    {"names", what.names}});
    if (!output.json) {
      fmt::print("{:<8} {}\n         {}\n", name_of(what.kind), what.name(), command_of(what));
    }
  }
  if (output.json) fmt::print("{}\n", json.dump(2));
  return 0;
}

}  // namespace

int scorecard_command(ScorecardCommand command, const Output& output) {
  if (!command.compare.empty()) return compare(command.compare, output);
  if (command.list) return list_cases(command.request, output);
  gain_rights_for(NetworkKind::kPacket);
  std::error_code error;
  command.request.program = std::filesystem::read_symlink("/proc/self/exe", error);
  command.request.environment = describe_machine();
  CampaignScreen screen(output.quiet);
  const auto report = run_scorecard(
      command.request, [&](const CampaignProgress& progress) { screen.show(progress); });
  screen.clear();
  if (!report) {
    const bool usage = report.error().code == ErrorCode::kInvalidArgument ||
                       report.error().code == ErrorCode::kUnsupported;
    return complain(report.error(), usage ? kExitUsage : kExitHarnessError);
  }
  const int code = report->score.exit_code();
  if (output.json) {
    Json json = to_json(report->score);
    json["stopped"] = report->stopped;
    json["folder"] = command.request.out.string();
    fmt::print("{}\n", json.dump(2));
  } else {
    fmt::print("{}", scorecard_text(*report, command.request));
  }
  // Whoever stopped it must not take it for done.
  const bool cut = !report->stopped.empty() && code == 0;
  return cut ? exit_code(RunOutcome::kUnknown) : code;
}

}  // namespace quorate
