// The report as Markdown, for the page of a job.
#include <fmt/format.h>

#include "results/report/report.h"
#include "results/report/run_series.h"

namespace quorate {
namespace {

constexpr std::size_t kMostExplained = 3;  // violations; the page tells the others

// For a cell of a table, or a line.
std::string plain(std::string_view text) {
  std::string out;
  for (const char byte : text) {
    if (byte == '|' || byte == '<' || byte == '*' || byte == '_' || byte == '`') out += '\\';
    out += byte == '\n' ? ' ' : byte;
  }
  return out;
}

// Between fences that the lines cannot close.
std::string block(const Json& lines) {
  std::string text = "\n````text\n";
  for (const Json& line : lines) {
    if (line.is_string()) text += line.get<std::string>() + "\n";
  }
  return text + "````\n";
}

std::string property_row(const Json& property, bool promised) {
  const std::string standing = text_in(property, "standing");
  if (!promised && standing == "not checked") return {};
  const bool flagged = !promised && standing == "broken";
  const Json& count = part_of(property, "violation_count");
  return fmt::format("| {} | {} | {} | {} |\n", text_in(property, "property"),
                     promised ? "yes" : "no", flagged ? "flagged, as expected" : standing,
                     count.is_null() ? "" : count.dump());
}

// What was promised comes first.
std::string properties_text(const SavedRun& record) {
  const Json& properties = part_of(record.results, "properties");
  if (properties.empty()) return {};
  std::string text = "\n| property | promised | found | violations |\n|---|---|---|---|\n";
  for (const bool promised : {true, false}) {
    for (const Json& property : properties) {
      if ((part_of(property, "promised") == Json(true)) == promised) {
        text += property_row(property, promised);
      }
    }
  }
  return text;
}

// The first violation inside the store, and of each property; those that were promised first.
std::string violations_text(const SavedRun& record) {
  std::string text;
  std::size_t told = 0;
  if (const Json& inside = part_of(record.results, "inside"); !inside.empty()) {
    ++told;
    text += fmt::format("\n### {} (inside the store)\n", plain(text_in(inside.front(), "anomaly")));
    text += block(part_of(inside.front(), "lines"));
  }
  for (const bool promised : {true, false}) {
    for (const Json& property : part_of(record.results, "properties")) {
      const Json& violations = part_of(property, "violations");
      if ((part_of(property, "promised") == Json(true)) != promised || violations.empty()) continue;
      if (told >= kMostExplained || (!promised && told > 0)) return text;
      ++told;
      const Json& violation = violations.front();
      text += fmt::format("\n### {} (breaks {})\n", plain(text_in(violation, "anomaly")),
                          text_in(property, "property"));
      text += block(part_of(violation, "lines"));
    }
  }
  return text;
}

std::string latency_row(std::string_view name, const LatencyQuantiles& latency) {
  if (latency.count == 0) return {};
  return fmt::format("| {} | {} | {} | {} | {} | {} |\n", name, latency.count,
                     duration_text(latency.p50_ns), duration_text(latency.p99_ns),
                     duration_text(latency.p999_ns), duration_text(latency.max_ns));
}

std::string latency_text(const SavedRun& record) {
  const RunSeries series = run_series(record.history);
  const std::string rows =
      latency_row("reads", series.latency[0]) + latency_row("writes and others", series.latency[1]);
  if (rows.empty()) return {};
  return "\n| ok operations | number | p50 | p99 | p99.9 | slowest |\n|---|---|---|---|---|---|\n" +
         rows;
}

std::string faults_text(const SavedRun& record) {
  const Json& faults = part_of(part_of(part_of(record.results, "measures"), "exercised"), "faults");
  std::string text;
  for (const auto& [name, sum] : faults.items()) {
    text += fmt::format("- {}: in force {} times, {} operations in flight meanwhile\n", plain(name),
                        number_in(sum, "injected"), number_in(sum, "operations-in-flight"));
  }
  return text.empty() ? text : "\n" + text;
}

}  // namespace

std::string to_markdown(const SavedRun& record) {
  const Headline headline = headline_of(record);
  std::string text = fmt::format("## {}: {}\n\n{}\n", plain(headline.outcome),
                                 plain(headline.sentence), plain(configuration_of(record)));
  for (const std::string& notice : record.notices) text += fmt::format("\n> {}\n", plain(notice));
  text += properties_text(record) + violations_text(record) + latency_text(record) +
          faults_text(record);
  const std::string command = text_in(part_of(record.test, "environment"), "command");
  if (!command.empty()) {
    text += "\nThe same again:\n" + block(Json::array({command}));
  }
  return text;
}

}  // namespace quorate
