// The report of a campaign, in each of its forms.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "results/campaign/summary.h"
#include "results/report/report.h"

namespace quorate {

// What an earlier or later campaign of the same name ended with.
struct CampaignTrend {
  std::string folder;   // its name
  std::string started;  // UTC
  OutcomeCounts runs;
  std::int64_t flagged = 0;  // runs in which "latest" broke, unowed
  int exit_code = 0;
};

struct RecordedCampaign {
  std::filesystem::path folder;
  CampaignSummary summary;
  std::vector<RunRecord> runs;
  std::vector<CampaignTrend> trend;  // this one and those beside it, the oldest first
};

// Reads the campaign, finished or not, and those of the same name in folders beside it, the last
// 50. Errors: kNotFound: it is none; kCorrupt.
Result<RecordedCampaign> read_campaign_folder(const std::filesystem::path& folder);

std::string to_text(const RecordedCampaign& campaign, ReportFormat format);
std::string to_html(const RecordedCampaign& campaign);

// Writes FOLDER/report.html, whole or not at all, and returns its path.
Result<std::filesystem::path> write_report(const RecordedCampaign& campaign);

}  // namespace quorate
