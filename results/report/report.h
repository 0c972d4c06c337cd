// The report of one run, in each of its forms.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "results/report/saved_run.h"

namespace quorate {

enum class ReportFormat : std::uint8_t {
  kHtml,      // the page: one file, nothing else is needed
  kMarkdown,  // for the page of a job
  kJson,      // what was run, the verdict, and rates, latencies, faults
  kJunit,     // for servers that count tests: a case for each property
  kSvg,       // a picture of the whole run: rates, faults, where violations are
};
inline constexpr std::array<ReportFormat, 5> kAllReportFormats{
    ReportFormat::kHtml, ReportFormat::kMarkdown, ReportFormat::kJson, ReportFormat::kJunit,
    ReportFormat::kSvg};

// "html", "md", "json", "junit", "svg".
std::string_view name_of(ReportFormat format);
std::optional<ReportFormat> report_format_named(std::string_view name);

std::string to_text(const SavedRun& record, ReportFormat format);

// The forms by themselves. Equal records give equal bytes.
std::string to_html(const SavedRun& record);
std::string to_markdown(const SavedRun& record);
Json to_json(const SavedRun& record);
std::string to_junit(const SavedRun& record);
std::string to_svg(const SavedRun& record);

// Writes FOLDER/report.html, whole or not at all, and returns its path. Errors: as read_run; kIo.
Result<std::filesystem::path> write_report(const std::filesystem::path& folder);

// What a run ended with, and why: "violation", "broken although promised: latest". "unfinished"
// where nothing was judged.
struct Headline {
  std::string outcome;
  std::string sentence;
};
Headline headline_of(const SavedRun& record);
// "n=5 r=2 w=2, 5 nodes, register, nemesis partition, seed 7"
std::string configuration_of(const SavedRun& record);
// For XML and HTML, in texts and in quoted attributes. What XML 1.0 does not allow becomes U+FFFD.
std::string escaped(std::string_view text);
// "12.3 ms"
std::string duration_text(std::int64_t ns);

}  // namespace quorate
