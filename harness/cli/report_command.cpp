#include <cerrno>
#include <cstdio>

#include <fmt/core.h>

#include "harness/cli/commands.h"
#include "harness/cli/report_options.h"

namespace quorate {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  quorate report results/runs/latest                  writes report.html into it\n"
    "  quorate report RUN --format md >> \"$SUMMARY\"       for the page of a job\n"
    "  quorate report RUN --format junit > junit.xml       a test case for each property\n"
    "  quorate report RUN --format svg > run.svg           rates, faults and violations, drawn\n";

// Of a history: about three seconds of work. Whoever wants the report of more asks for it.
constexpr std::uintmax_t kMostBytesAfterRun = 500'000'000;

int write_page(const std::filesystem::path& run) {
  const Result<std::filesystem::path> page = write_report(run);
  if (!page) return complain(page.error(), kExitUsage);
  fmt::print("{}\n", page->string());
  return 0;
}

}  // namespace

int report_command(const ReportRequest& request) {
  if (request.format == ReportFormat::kHtml) return write_page(request.run);
  const Result<SavedRun> record = read_run(request.run);
  if (!record) return complain(record.error(), kExitUsage);
  const std::string text = to_text(*record, request.format);
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written ? 0 : complain(io_error("standard output", errno), kExitHarnessError);
}

std::string report_after_run(const std::filesystem::path& folder) {
  std::error_code error;
  if (std::filesystem::file_size(folder / "history.jsonl", error) > kMostBytesAfterRun && !error) {
    return fmt::format("quorate report {} (not written yet: the history is large)",
                       folder.string());
  }
  const Result<std::filesystem::path> page = write_report(folder);
  return page ? page->string() : "none: " + page.error().to_string();
}

CLI::App* add_report(CLI::App* app, ReportTexts* texts) {
  CLI::App* report = app->add_subcommand("report", "Write a run's report: a page, or for pipes");
  report->footer(kExamples);
  report->add_option("run", texts->run, "The run's folder")
      ->required()
      ->check(CLI::ExistingDirectory);
  report
      ->add_option("--format", texts->format,
                   "html (report.html in the folder), md, json, junit or svg (to standard output)")
      ->capture_default_str();
  return report;
}

int start_report(const ReportTexts& texts) {
  const std::optional<ReportFormat> format = report_format_named(texts.format);
  if (!format) {
    return complain(
        {ErrorCode::kInvalidArgument,
         fmt::format("--format {} is unknown; there is: html, md, json, junit, svg", texts.format)},
        kExitUsage);
  }
  return report_command({.run = texts.run, .format = *format});
}

}  // namespace quorate
