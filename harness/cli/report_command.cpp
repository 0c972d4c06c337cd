#include <cerrno>
#include <cstdio>

#include <fmt/core.h>

#include "harness/cli/commands.h"
#include "harness/cli/report_options.h"
#include "results/report/campaign_report.h"

namespace quorate {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  quorate report results/runs/latest                  writes report.html into it\n"
    "  quorate report results/campaigns/tonight            the page of a campaign\n"
    "  quorate report RUN --format md >> \"$SUMMARY\"       for the page of a job\n"
    "  quorate report RUN --format junit > junit.xml       a test case for each property\n"
    "  quorate report RUN --format svg > run.svg           rates, faults and violations, drawn\n";

// Of a history: about three seconds of work. Whoever wants the report of more asks for it.
constexpr std::uintmax_t kMostBytesAfterRun = 500'000'000;

Result<std::filesystem::path> write_page_of(const std::filesystem::path& folder) {
  if (!CampaignFolder::is_one(folder)) return write_report(folder);
  const Result<RecordedCampaign> campaign = read_campaign_folder(folder);
  if (!campaign) return campaign.error();
  return write_report(*campaign);
}

Result<std::string> text_of(const ReportRequest& request) {
  if (CampaignFolder::is_one(request.folder)) {
    const Result<RecordedCampaign> campaign = read_campaign_folder(request.folder);
    if (!campaign) return campaign.error();
    return to_text(*campaign, request.format);
  }
  const Result<SavedRun> record = read_run(request.folder);
  if (!record) return record.error();
  return to_text(*record, request.format);
}

int write_page(const std::filesystem::path& folder) {
  const Result<std::filesystem::path> page = write_page_of(folder);
  if (!page) return complain(page.error(), kExitUsage);
  fmt::print("{}\n", page->string());
  return 0;
}

}  // namespace

int report_command(const ReportRequest& request) {
  if (request.format == ReportFormat::kHtml) return write_page(request.folder);
  const Result<std::string> text = text_of(request);
  if (!text) return complain(text.error(), kExitUsage);
  const bool written = std::fwrite(text->data(), 1, text->size(), stdout) == text->size() &&
                       std::fflush(stdout) == 0;
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

std::string report_after_campaign(const std::filesystem::path& folder) {
  const Result<std::filesystem::path> page = write_page_of(folder);
  return page ? page->string() : "none: " + page.error().to_string();
}

CLI::App* add_report(CLI::App* app, ReportTexts* texts) {
  CLI::App* report = app->add_subcommand(
      "report", "Write the report of a run or a campaign: a page, or for pipes");
  report->footer(kExamples);
  report->add_option("FOLDER", texts->folder, "Of a run or a campaign")
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
  return report_command({.folder = texts.folder, .format = *format});
}

}  // namespace quorate
