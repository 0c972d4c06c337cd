#include "results/report/campaign_forms.h"

#include <string_view>

#include <fmt/core.h>

#include "results/report/report.h"

namespace quorate {
namespace {

// A cell of a table: no line ends, no bars.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|')
      out += "\\|";
    else
      out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string outcome_word(const OutcomeCounts& runs) {
  if (runs.errors > 0) return "harness error";
  if (runs.failed > 0) return "violation";
  if (runs.unknown > 0) return "unknown";
  return "pass";
}

std::string flagged_text(const CombinationSum& sum) {
  std::string text;
  for (const auto& [property, count] : sum.flagged) {
    text += fmt::format("{}{} {}/{}", text.empty() ? "" : ", ", property, count, sum.runs.all());
  }
  return text;
}

// What failed in this combination, in words.
std::string failures_in(const CampaignSummary& summary, std::int64_t combination) {
  std::string text;
  for (const FailureGroup& group : summary.groups()) {
    const auto found = group.combinations.find(combination);
    if (found == group.combinations.end()) continue;
    text += fmt::format("{}: {} of {} runs: {}\n", group.signature.anomaly, found->second,
                        summary.combinations()[static_cast<std::size_t>(combination)].runs.all(),
                        group.sentence);
    for (const SmallRun& run : group.smallest) text += fmt::format("  runs/{}\n", run.name);
  }
  return text;
}

std::string test_case(const CampaignSummary& summary, const Combination& combination) {
  const CombinationSum& sum = summary.combinations()[static_cast<std::size_t>(combination.number)];
  std::string text = fmt::format("    <testcase classname=\"{}\" name=\"{}\"",
                                 escaped(summary.head().name), escaped(combination.text));
  if (sum.runs.failed == 0 && sum.runs.errors == 0 && sum.runs.unknown == 0) return text + "/>\n";
  text += ">\n";
  const std::string details = escaped(failures_in(summary, combination.number));
  if (sum.runs.errors > 0) {
    text += fmt::format(
        "      <error message=\"{} of {} runs could not be run or judged\">{}</error>\n",
        sum.runs.errors, sum.runs.all(), details);
  } else if (sum.runs.failed > 0) {
    text += fmt::format("      <failure message=\"{} of {} runs failed\">{}</failure>\n",
                        sum.runs.failed, sum.runs.all(), details);
  } else {
    text += fmt::format("      <skipped message=\"{} of {} runs could not tell\"/>\n",
                        sum.runs.unknown, sum.runs.all());
  }
  return text + "    </testcase>\n";
}

}  // namespace

std::string rate_text(const FailureGroup& group, const FailureRate& rate) {
  return fmt::format("{}, {} of {} runs ({:.1f} %)", group.signature.anomaly, rate.failed,
                     rate.runs, rate.share() * 100);
}

std::string to_markdown(const CampaignSummary& summary) {
  std::string text = fmt::format("## {}: {}\n\n", cell(summary.head().name), summary.sentence());
  const std::vector<FailureGroup> groups = summary.groups();
  if (!groups.empty()) {
    text +=
        "| failure | configuration | faults | runs that failed | tried again | kept |\n"
        "|---|---|---|---|---|---|\n";
    for (const FailureGroup& group : groups) {
      const FailureRate rate = summary.rate_of(group);
      std::string kept;
      for (const SmallRun& run : group.smallest) {
        kept += fmt::format("{}`runs/{}`", kept.empty() ? "" : " ", run.name);
      }
      text += fmt::format("| {} | {} | {} | {} of {} ({:.1f} %) | {} of {} failed | {} |\n",
                          cell(group.signature.anomaly), cell(group.signature.promised),
                          cell(group.signature.faults), rate.failed, rate.runs, rate.share() * 100,
                          group.repeats_failed, group.repeats, kept);
    }
    text += "\n";
  }
  text +=
      "| combination | outcome | pass | violation | unknown | error | flagged, as expected |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const Combination& combination : summary.head().combinations) {
    const CombinationSum& sum =
        summary.combinations()[static_cast<std::size_t>(combination.number)];
    if (sum.runs.all() == 0) continue;
    text += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", cell(combination.text),
                        outcome_word(sum.runs), sum.runs.passed, sum.runs.failed, sum.runs.unknown,
                        sum.runs.errors, cell(flagged_text(sum)));
  }
  return text;
}

std::string to_junit(const CampaignSummary& summary) {
  std::string cases;
  int tests = 0;
  int failures = 0;
  int errors = 0;
  int skipped = 0;
  for (const Combination& combination : summary.head().combinations) {
    const OutcomeCounts& runs =
        summary.combinations()[static_cast<std::size_t>(combination.number)].runs;
    if (runs.all() == 0) continue;
    ++tests;
    const std::string word = outcome_word(runs);
    failures += word == "violation" ? 1 : 0;
    errors += word == "harness error" ? 1 : 0;
    skipped += word == "unknown" ? 1 : 0;
    cases += test_case(summary, combination);
  }
  if (!summary.canaries_missed().empty()) {
    ++tests;
    ++errors;
    cases += fmt::format(
        "    <testcase classname=\"{}\" name=\"canary\">\n"
        "      <error message=\"{} of {} canary runs did not find their planted bug\"/>\n"
        "    </testcase>\n",
        escaped(summary.head().name), summary.canaries_missed().size(), summary.canaries());
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
      "time=\"{:.3f}\">\n"
      "{}  </testsuite>\n</testsuites>\n",
      escaped(summary.head().name), tests, failures, errors, skipped, summary.total_s(), cases);
}

}  // namespace quorate
