#include "harness/cli/campaign_screen.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/cli/terminal.h"
#include "results/report/campaign_forms.h"

namespace quorate {
namespace {

constexpr std::size_t kGroupsShown = 5;
constexpr std::size_t kDefaultWidth = 100;

std::size_t width_of_terminal() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kDefaultWidth;
  return size.ws_col;
}

// A line that is longer would wrap, and the screen could not be drawn over.
std::string cut(std::string line, std::size_t width) {
  if (line.size() >= width) line.resize(width - 1);
  return line;
}

std::string head_line(const CampaignProgress& progress) {
  const CampaignSummary& summary = progress.summary;
  const OutcomeCounts& runs = summary.runs();
  std::string line = fmt::format("{}  {}", summary.head().name, grouped(runs.all()));
  if (progress.left) {
    const auto running = static_cast<std::int64_t>(progress.running.size());
    line +=
        fmt::format(" of {}", grouped(std::max(runs.all(), runs.all() + *progress.left + running)));
  }
  line += fmt::format(" runs  {} failed  {} unknown", runs.failed, runs.unknown);
  if (runs.errors > 0) line += fmt::format("  {} harness errors", runs.errors);
  if (progress.done_now > 0) {
    line += fmt::format("  {:.0f} runs/h", static_cast<double>(progress.done_now) * 3600 /
                                               std::max(progress.elapsed_s, 1e-3));
  }
  if (progress.time_left_s)
    line += fmt::format("  about {} left", length_text(*progress.time_left_s));
  return line;
}

std::vector<std::string> screen_of(const CampaignProgress& progress) {
  const CampaignSummary& summary = progress.summary;
  std::vector<std::string> lines{head_line(progress)};
  for (const RunningRun& run : progress.running) {
    lines.push_back(fmt::format("  {:<10} {:>5.1f} s  {}", run.name, run.elapsed_s, run.text));
  }
  const std::vector<FailureGroup> groups = summary.groups();
  for (std::size_t i = 0; i < std::min(groups.size(), kGroupsShown); ++i) {
    const FailureGroup& group = groups[i];
    lines.push_back(fmt::format("  failing: {}; {}; faults: {}",
                                rate_text(group, summary.rate_of(group)), group.signature.promised,
                                group.signature.faults));
  }
  if (groups.size() > kGroupsShown) {
    lines.push_back(fmt::format("  and {} more kinds of failure", groups.size() - kGroupsShown));
  }
  if (!summary.canaries_missed().empty()) {
    lines.push_back(
        fmt::format("  CANARY: {} of {} planted bugs were NOT found: do not trust a pass",
                    summary.canaries_missed().size(), summary.canaries()));
  }
  return lines;
}

}  // namespace

CampaignScreen::CampaignScreen(bool quiet) : quiet_(quiet), live_(isatty(STDERR_FILENO) == 1) {}

void CampaignScreen::show(const CampaignProgress& progress) {
  if (quiet_) return;
  if (progress.ended != nullptr) {
    clear();
    fmt::print(stderr, "{}\n", ended_text(progress.summary, *progress.ended));
  }
  if (live_) draw(progress);
  std::fflush(stderr);
}

void CampaignScreen::draw(const CampaignProgress& progress) {
  clear();
  const std::size_t width = width_of_terminal();
  for (const std::string& line : screen_of(progress)) {
    fmt::print(stderr, "{}\n", cut(line, width));
    ++lines_;
  }
}

void CampaignScreen::clear() {
  for (; lines_ > 0; --lines_) fmt::print(stderr, "\033[A\033[2K");
  std::fflush(stderr);
}

std::string ended_text(const CampaignSummary& summary, const RunRecord& record) {
  const bool canary = record.kind == RunKind::kCanary;
  const bool good = record.good();
  std::string word(name_of(record.outcome));
  if (canary) word = good ? "found" : "NOT FOUND";
  if (!canary && record.failed() && record.outcome == RunOutcome::kPass) word = "not broken";
  const std::string what =
      record.combination < 0
          ? "canary: a planted bug"
          : summary.head().combinations[static_cast<std::size_t>(record.combination)].text;
  std::string text =
      fmt::format("{:<14} {:<13} {:>6.1f} s  {}", record.name, word, record.total_s, what);
  if (!good) text += fmt::format("\n{:<14} {}", "", record.sentence);
  return text;
}

std::string length_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::lround(seconds));
  if (whole < 100) return fmt::format("{} s", whole);
  const std::int64_t minutes = (whole + 30) / 60;
  if (minutes < 100) return fmt::format("{} min", minutes);
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace quorate
