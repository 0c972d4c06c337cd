#include "results/report/campaign_report.h"

#include <algorithm>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/core.h>

#include "base/file.h"
#include "results/report/campaign_forms.h"
#include "results/report/packed_run.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostTrend = 50;

CampaignTrend trend_of(const fs::path& folder, const CampaignSummary& summary) {
  CampaignTrend trend{.folder = folder.filename().string()};
  trend.started = summary.head().environment.value("started", "");
  trend.runs = summary.runs();
  for (const CombinationSum& sum : summary.combinations()) {
    const auto latest = sum.flagged.find("latest");
    if (latest != sum.flagged.end()) trend.flagged += latest->second;
  }
  trend.exit_code = summary.exit_code();
  return trend;
}

std::vector<CampaignTrend> trend_beside(const fs::path& folder, const std::string& name) {
  std::vector<CampaignTrend> trend;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder.parent_path(), error)) {
    if (!CampaignFolder::is_one(entry.path())) continue;
    const auto summary = sum_of(entry.path());
    if (summary && summary->head().name == name) trend.push_back(trend_of(entry.path(), *summary));
  }
  std::sort(trend.begin(), trend.end(), [](const CampaignTrend& a, const CampaignTrend& b) {
    return std::tie(a.started, a.folder) < std::tie(b.started, b.folder);
  });
  if (trend.size() > kMostTrend) trend.erase(trend.begin(), trend.end() - kMostTrend);
  return trend;
}

Json json_of(const CampaignTrend& trend) {
  return {{"folder", trend.folder},        {"started", trend.started},
          {"passed", trend.runs.passed},   {"failed", trend.runs.failed},
          {"unknown", trend.runs.unknown}, {"errors", trend.runs.errors},
          {"flagged", trend.flagged},      {"exit-code", trend.exit_code}};
}

// A run whose history is there can be looked into.
bool is_whole(const fs::path& run) {
  std::error_code error;
  return fs::exists(run / "history.jsonl", error);
}

Json json_of_runs(const RecordedCampaign& campaign) {
  Json runs = Json::array();
  for (const RunRecord& run : campaign.runs) {
    Json json = to_json(run);
    json["seed"] = std::to_string(run.seed);  // a page's numbers hold 53 bits
    if (is_whole(campaign.folder / "runs" / run.name)) json["whole"] = true;
    runs.push_back(std::move(json));
  }
  return runs;
}

}  // namespace

Result<RecordedCampaign> read_campaign_folder(const fs::path& path) {
  const fs::path folder = fs::absolute(path).lexically_normal();
  const auto opened = CampaignFolder::open(folder);
  if (!opened) return opened.error();
  auto runs = opened->records();
  if (!runs) return runs.error();
  auto summary = sum_of(folder);
  if (!summary) return summary.error();
  const fs::path named = folder.has_filename() ? folder : folder.parent_path();
  std::vector<CampaignTrend> trend = trend_beside(named, summary->head().name);
  return RecordedCampaign{named, std::move(*summary), std::move(*runs), std::move(trend)};
}

std::string to_text(const RecordedCampaign& campaign, ReportFormat format) {
  switch (format) {
    case ReportFormat::kHtml:
      return to_html(campaign);
    case ReportFormat::kMarkdown:
      return to_markdown(campaign.summary);
    case ReportFormat::kJson:
      return to_json(campaign.summary).dump(2) + "\n";
    case ReportFormat::kJunit:
      return to_junit(campaign.summary);
    case ReportFormat::kSvg:
      return to_svg(campaign.summary);
  }
  return {};
}

std::string to_html(const RecordedCampaign& campaign) {
  const CampaignSummary& summary = campaign.summary;
  Json trend = Json::array();
  for (const CampaignTrend& each : campaign.trend) trend.push_back(json_of(each));
  const Json head{{"kind", "campaign"},
                  {"folder", campaign.folder.string()},
                  {"summary", to_json(summary)},
                  {"runs", json_of_runs(campaign)},
                  {"trend", std::move(trend)},
                  {"skipped", summary.head().skipped},
                  {"environment", summary.head().environment},
                  {"seed", std::to_string(summary.head().seed)},
                  {"shard", {summary.head().shard.number, summary.head().shard.of}},
                  {"file", summary.head().file}};
  return page_with(fmt::format("{}: {}", summary.head().name, summary.sentence()),
                   to_markdown(summary), packed(head));
}

Result<fs::path> write_report(const RecordedCampaign& campaign) {
  const fs::path page = campaign.folder / "report.html";
  if (auto written = write_file_atomically(page, to_html(campaign)); !written) {
    return written.error();
  }
  return page;
}

}  // namespace quorate
