#include "harness/cli/scorecard_text.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "harness/cli/campaign_screen.h"
#include "harness/cli/terminal.h"

namespace quorate {
namespace {

constexpr std::size_t kSlowestTold = 3;

// The name that counts and was seen most, or what was seen instead.
std::string name_seen(const BugScore& bug) {
  std::map<std::string, std::int64_t> seen;
  for (const Tried* way : bug.ways) {
    for (const auto& [name, runs] : way->names) seen[name] += runs;
  }
  for (const std::string& name : bug.ways.front()->what.names) {
    if (seen.contains(name)) return name;
  }
  return seen.empty() ? "" : seen.begin()->first;
}

std::string share(std::int64_t part, std::int64_t all) { return fmt::format("{}/{}", part, all); }

std::string bug_line(const BugScore& bug) {
  std::int64_t hits = 0;
  std::int64_t runs = 0;
  std::string first;
  for (const Tried* way : bug.ways) {
    hits += way->hits;
    runs += way->runs;
    if (first.empty() && way->first) {
      first = fmt::format("{} runs, {:.1f} s", way->first->runs, way->first->load_s);
    }
  }
  const std::string word = bug.named()    ? toned(Tone::kGood, fmt::format("{:<7}", "caught"))
                           : bug.caught() ? toned(Tone::kBad, fmt::format("{:<7}", "NAME"))
                                          : toned(Tone::kBad, fmt::format("{:<7}", "MISSED"));
  const auto median = bug.median_s();
  return fmt::format("  {:<20} {} {:>7}  {:<14} {:>7}  {}\n", bug.bug, word, share(hits, runs),
                     first, median ? fmt::format("{:.1f} s", *median) : "-", name_seen(bug));
}

// Of every way: what a miss allows, where one came.
std::string misses_text(const Score& score) {
  std::string text;
  for (const Tried* way : score.of(CaseKind::kPlanted)) {
    if (way->hits == way->runs) continue;
    const Interval rate = way->hit_rate();
    text += fmt::format("  {:<20} {}: {} of {} runs; its hit rate is at most {:.0f} %", "",
                        way->what.name(), way->hits, way->runs, 100 * rate.high);
    const auto needed = way->runs_needed();
    text += needed ? fmt::format("; {} runs for 95 %\n", *needed) : "\n";
  }
  return text.empty() ? text : "\n  not in every run\n" + text;
}

std::string controls_text(const Score& score) {
  if (score.of(CaseKind::kControl).empty()) return "";
  std::int64_t unknown = 0;
  std::map<std::string, std::int64_t> rows;
  for (const Tried* control : score.of(CaseKind::kControl)) {
    unknown += control->unknown;
    rows[control->what.subject] += control->runs;
  }
  const std::int64_t alarms = score.false_alarms();
  std::string text = fmt::format(
      "\n  {:<20} {} runs of {} configurations, {}", "controls", score.runs(CaseKind::kControl),
      rows.size(),
      toned(alarms == 0 ? Tone::kGood : Tone::kBad,
            fmt::format("{} {}", alarms,
                        score.judges_a_program() ? "broke a promise" : "false alarms")));
  if (unknown > 0) text += fmt::format("; {} could not tell", unknown);
  return text + "\n";
}

std::string alarms_text(const Score& score, const ScorecardRequest& request) {
  const char* const alarm = score.judges_a_program() ? "BROKEN" : "FALSE ALARM";
  std::string text;
  for (const Tried* control : score.of(CaseKind::kControl)) {
    if (control->hits == 0 && control->errors == 0) continue;
    std::vector<std::string> names;
    for (const auto& [name, runs] : control->names) names.push_back(name);
    const char* const what = control->hits > 0 ? alarm : "HARNESS ERROR";
    text += fmt::format("  {:<20} {}: {}\n", toned(Tone::kBad, what), control->what.name(),
                        fmt::join(names, ", "));
    for (const std::string& run : control->failed) {
      text += fmt::format("  {:<20} {}\n", "", (request.out / "runs" / run).string());
    }
  }
  return text;
}

std::string shown_text(const Score& score) {
  std::string text;
  for (const Tried* row : score.of(CaseKind::kShown)) {
    std::vector<std::string> cells;
    for (const auto& [name, runs] : row->names) cells.push_back(name);
    const std::string word =
        row->hits > 0 ? toned(Tone::kGood, "shown ") : toned(Tone::kBad, "MISSED");
    text += fmt::format("  {:<20} {} {:>8}  {}\n", row->what.subject, word,
                        share(row->hits, row->runs), fmt::join(cells, ", "));
  }
  if (text.empty()) return text;
  return "\n  what a row may break        runs  seen broken\n" + text;
}

std::string times_text(const Score& score) {
  std::vector<std::pair<double, const BugScore*>> medians;
  const std::vector<BugScore> bugs = score.bugs();
  for (const BugScore& bug : bugs) {
    if (const auto median = bug.median_s()) medians.emplace_back(*median, &bug);
  }
  if (medians.empty()) return "";
  std::sort(medians.begin(), medians.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<double> all;
  for (const auto& [median, bug] : medians) all.push_back(median);
  std::string text = fmt::format(
      "\n  {:<20} of testing until it could be told, the bugs' medians: {:.1f} s to {:.1f} s, half "
      "within {:.1f} s\n",
      "time", all.front(), all.back(), median_of(all));
  for (std::size_t i = 0; i < std::min(kSlowestTold, medians.size()); ++i) {
    const auto& [median, bug] = medians[medians.size() - 1 - i];
    text += fmt::format("  {:<20} {} ({:.1f} s)\n", i == 0 ? "slowest" : "", bug->bug, median);
  }
  return text;
}

}  // namespace

std::string scorecard_text(const ScorecardReport& report, const ScorecardRequest& request) {
  const Score& score = report.score;
  const int code = score.exit_code();
  const Tone tone = code == 0 ? Tone::kGood : code == 2 ? Tone::kWarning : Tone::kBad;
  std::string text = fmt::format("{}\n", toned(tone, score.sentence()));
  const std::vector<BugScore> bugs = score.bugs();
  if (!bugs.empty()) {
    text += "\n  planted bug                     runs  first found     median  named\n";
    for (const BugScore& bug : bugs) text += bug_line(bug);
  }
  text += misses_text(score) + controls_text(score) + alarms_text(score, request) +
          shown_text(score) + times_text(score);
  text += fmt::format("\n  {:<20} {}, {} at a time; {} of load\n", "took",
                      length_text(report.wall_s), report.jobs, length_text(report.load_s));
  text += fmt::format(
      "  {:<20} {}: the cases, their order and what each run is to do; not what the machine's "
      "scheduler makes of it\n",
      "from the seed", request.seed);
  text += fmt::format("  {:<20} {}\n", "saved", (request.out / "scorecard.json").string());
  if (!report.stopped.empty()) {
    text += fmt::format("  {:<20} {}; go on with: --out {} --resume\n", "stopped", report.stopped,
                        request.out.string());
  }
  return text;
}

}  // namespace quorate
