#include <chrono>

#include <fmt/chrono.h>
#include <fmt/core.h>

#include "base/file.h"
#include "harness/campaign/gate.h"
#include "harness/campaign/merge.h"
#include "harness/campaign/run_campaign.h"
#include "harness/cli/campaign_screen.h"
#include "harness/cli/commands.h"
#include "harness/cli/environment.h"
#include "harness/cli/terminal.h"
#include "harness/run/network_choice.h"
#include "results/report/campaign_forms.h"

namespace quorate {
namespace {

std::string today() {
  const auto now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  return fmt::format("{:%Y-%m-%d}", fmt::gmtime(now));
}

Result<void> write_forms(const CampaignSummary& summary, const CampaignEnding& ending) {
  if (!ending.junit.empty()) {
    if (auto ok = write_file_atomically(ending.junit, to_junit(summary)); !ok) return ok;
  }
  if (ending.markdown.empty()) return {};
  return write_file_atomically(ending.markdown, to_markdown(summary));
}

void print_groups(const CampaignSummary& summary, const std::filesystem::path& folder) {
  for (const FailureGroup& group : summary.groups()) {
    fmt::print("  {:<10} {}\n", toned(Tone::kBad, "failed"),
               rate_text(group, summary.rate_of(group)));
    fmt::print("  {:<10} {}; faults: {}\n", "", group.signature.promised, group.signature.faults);
    fmt::print("  {:<10} {}\n", "", group.sentence);
    if (group.repeats > 0) {
      fmt::print("  {:<10} tried again: failed {} of {} times\n", "", group.repeats_failed,
                 group.repeats);
    }
    for (const SmallRun& run : group.smallest) {
      fmt::print("  {:<10} {}\n", "", (folder / "runs" / run.name).string());
    }
  }
}

// Flagged, as expected: what was not promised, and broke.
void print_flagged(const CampaignSummary& summary) {
  std::int64_t runs = 0;
  std::int64_t combinations = 0;
  for (const CombinationSum& sum : summary.combinations()) {
    const auto latest = sum.flagged.find("latest");
    if (latest == sum.flagged.end()) continue;
    runs += latest->second;
    ++combinations;
  }
  if (runs == 0) return;
  fmt::print(
      "  {:<10} stale reads in {} runs of {} combinations that do not promise the latest version\n",
      "flagged", runs, combinations);
}

void print_gate(const GateVerdict& verdict) {
  fmt::print("  {:<10} {}\n", "gate",
             verdict.open() ? toned(Tone::kGood, "open") : toned(Tone::kBad, "closed"));
  for (const std::string& text : verdict.refused) fmt::print("  {:<10} refused: {}\n", "", text);
  for (const std::string& text : verdict.excused) fmt::print("  {:<10} excused: {}\n", "", text);
  for (const std::string& text : verdict.unseen) {
    fmt::print("  {:<10} not seen any more: {}\n", "", text);
  }
}

void print_sum(const CampaignSummary& summary, const std::filesystem::path& folder) {
  const int code = summary.exit_code();
  const Tone tone = code == 0 ? Tone::kGood : code == 2 ? Tone::kWarning : Tone::kBad;
  fmt::print("{}: {}\n", summary.head().name, toned(tone, summary.sentence()));
  print_groups(summary, folder);
  print_flagged(summary);
  if (summary.canaries() > 0 && summary.canaries_missed().empty()) {
    fmt::print("  {:<10} planted bugs were found {} of {} times\n", "canary", summary.canaries(),
               summary.canaries());
  }
  for (const std::string& name : summary.canaries_missed()) {
    fmt::print("  {:<10} {} {}\n", toned(Tone::kBad, "CANARY"),
               "a planted bug was NOT found: the harness may be blind;",
               (folder / "runs" / name).string());
  }
  if (!summary.head().skipped.empty()) {
    fmt::print("  {:<10} {} combinations that no run can mean; the first: {}: {}\n", "skipped",
               summary.head().skipped.size(), summary.head().skipped[0]["text"].get<std::string>(),
               summary.head().skipped[0]["reason"].get<std::string>());
  }
}

// What both commands end with. `more`: what JSON is to have besides.
int end_with(const CampaignSummary& summary, const std::filesystem::path& folder,
             const CampaignEnding& ending, const Output& output, const Json& more) {
  int code = summary.exit_code();
  std::optional<GateVerdict> through;
  if (!ending.gate.empty()) {
    const auto gate = read_gate_file(ending.gate);
    if (!gate) return complain(gate.error(), kExitUsage);
    through = pass_through(*gate, summary, today());
    code = through->open() ? 0 : exit_code(RunOutcome::kViolation);
  }
  if (auto written = write_forms(summary, ending); !written) {
    return complain(written.error(), kExitHarnessError);
  }
  const std::string page = report_after_campaign(folder);
  if (output.json) {
    Json json = to_json(summary);
    for (const auto& [name, value] : more.items()) json[name] = value;
    if (through) json["gate"] = to_json(*through);
    json["exit-code"] = code;
    json["folder"] = folder.string();
    json["report"] = page;
    fmt::print("{}\n", json.dump(2));
    return code;
  }
  print_sum(summary, folder);
  if (through) print_gate(*through);
  fmt::print("  {:<10} {}\n", "report", page);
  fmt::print("  {:<10} {}\n", "folder", folder.string());
  return code;
}

}  // namespace

int campaign_command(const CampaignCommand& command, const Output& output) {
  gain_rights_for(NetworkKind::kAuto);
  // Before hours of runs, not after them.
  if (!command.ending.gate.empty()) {
    if (const auto gate = read_gate_file(command.ending.gate); !gate) {
      return complain(gate.error(), kExitUsage);
    }
  }
  std::error_code error;
  const CampaignRequest request{.spec = command.spec,
                                .out = command.out,
                                .resume = command.resume,
                                .shard = command.shard,
                                .program = std::filesystem::read_symlink("/proc/self/exe", error),
                                .environment = describe_machine()};
  CampaignScreen screen(output.quiet);
  const auto report =
      run_campaign(request, [&](const CampaignProgress& progress) { screen.show(progress); });
  screen.clear();
  if (!report) {
    const bool usage = report.error().code == ErrorCode::kInvalidArgument ||
                       report.error().code == ErrorCode::kUnsupported;
    return complain(report.error(), usage ? kExitUsage : kExitHarnessError);
  }
  const double testing = report->summary.load_s();
  const Json more{{"stopped", report->stopped}, {"wall-s", report->wall_s}, {"jobs", report->jobs}};
  const int code = end_with(report->summary, command.out, command.ending, output, more);
  if (!output.json) {
    fmt::print("  {:<10} {} in {}, {} at a time; {} of load\n", "time",
               grouped(report->summary.runs().all()) + " runs", length_text(report->wall_s),
               report->jobs, length_text(testing));
    if (!report->complete) {
      fmt::print("  {:<10} {}; go on with: --out {} --resume\n", "stopped", report->stopped,
                 command.out.string());
    }
  }
  // Whoever stopped it must not take it for done.
  const bool cut = report->stopped == "interrupted" && code == 0;
  return cut ? exit_code(RunOutcome::kUnknown) : code;
}

int merge_command(const std::vector<std::filesystem::path>& parts, const std::filesystem::path& out,
                  const CampaignEnding& ending, const Output& output) {
  const auto summary = merge_campaigns(parts, out);
  if (!summary) {
    const bool usage = summary.error().code == ErrorCode::kInvalidArgument ||
                       summary.error().code == ErrorCode::kNotFound;
    return complain(summary.error(), usage ? kExitUsage : kExitHarnessError);
  }
  return end_with(*summary, out, ending, output, Json::object());
}

}  // namespace quorate
