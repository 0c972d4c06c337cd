// The commands of the program. Each returns the exit code.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "checker/checker_for.h"
#include "harness/campaign/campaign_spec.h"
#include "harness/run/run_config.h"
#include "harness/scorecard/run_scorecard.h"
#include "results/campaign/campaign_folder.h"
#include "results/history_file.h"
#include "results/report/report.h"

namespace quorate {

struct Output {
  bool json = false;   // results as JSON on standard output
  bool quiet = false;  // no progress
};

// quorate run
enum class WhenReported : std::uint8_t { kEveryRun, kFailedRuns, kNoRun };
int run_command(const RunConfig& config, const std::optional<std::filesystem::path>& out,
                WhenReported report, const Output& output);

// quorate check: judges a run folder by what it promised, any other history by one property.
struct CheckRequest {
  std::filesystem::path target;
  Question question;                    // of a history
  std::optional<HistoryFormat> format;  // likewise; nullopt: recognised
  bool independent = false;             // likewise: values are pairs [key value]
  Budget budget;
  std::filesystem::path pictures;  // where pictures go; empty: nowhere
  bool staleness = false;          // show it in full
};
int check_run(const CheckRequest& request, const Output& output);
int check_history(const CheckRequest& request, const Output& output);

// quorate demo: the main job, shown: quorums that meet pass under faults, quorums that need not
// meet are flagged.
int demo_command(const std::filesystem::path& out, Duration time, const Output& output);

// quorate doctor: what this machine can do, a line each, and what would change it. `runs` is where
// run folders go. 0 where the main job can run with faults, else 1.
int doctor_command(const std::filesystem::path& runs, const Output& output);

// quorate scenario: plays interleavings step by step, and compares what is seen with what must be.
// Without ids: lists them. 0 where all is as expected, 2 where it was interrupted, else 1.
struct ScenarioRequest {
  std::filesystem::path out;  // the run folders go here
  std::uint64_t seed = 1;
  int times = 1;
  std::string only;  // "breaks", "withstands"; empty: both. With one scenario, once, `out` is its
                     // run folder
};
int scenario_command(const std::vector<std::string>& ids, const ScenarioRequest& request,
                     const Output& output);

// quorate report: writes report.html into the folder of a run or a campaign, or another form to
// standard output.
struct ReportRequest {
  std::filesystem::path folder;
  ReportFormat format = ReportFormat::kHtml;
};
int report_command(const ReportRequest& request);
// At the end of a run, or a campaign: its report, or why there is none. One line of text.
std::string report_after_run(const std::filesystem::path& folder);
std::string report_after_campaign(const std::filesystem::path& folder);

// quorate campaign, quorate merge: many runs, and what they say together.
struct CampaignEnding {
  std::filesystem::path gate;   // a file; empty: none
  std::filesystem::path junit;  // files to write; empty: none
  std::filesystem::path markdown;
};
struct CampaignCommand {
  CampaignSpec spec;
  Shard shard;
  bool resume = false;
  std::filesystem::path out;
  CampaignEnding ending;
};
int campaign_command(const CampaignCommand& command, const Output& output);
int merge_command(const std::vector<std::filesystem::path>& parts, const std::filesystem::path& out,
                  const CampaignEnding& ending, const Output& output);

// quorate scorecard: does the harness catch what it should, and nothing else?
struct ScorecardCommand {
  ScorecardRequest request;  // without program and environment
  bool list = false;
  std::vector<std::string> compare;  // two files instead; empty: none
};
int scorecard_command(ScorecardCommand command, const Output& output);

// quorate serve: shows a folder of results in a browser, until it is interrupted. 0 then.
struct ServeCommand {
  std::filesystem::path folder = "results";
  std::string address = "127.0.0.1";
  std::uint16_t port = 8080;
};
int serve_command(const ServeCommand& command, const Output& output);

// quorate faults, quorate workloads: what there is, a line each.
// What the runs below these folders exercised together.
int exercised_command(const std::vector<std::string>& folders, const Output& output);
int faults_command(const std::string& name, const Output& output);
int workloads_command();

// "quorate: WHAT" on standard error; returns `code`.
int complain(const Error& error, int code);

}  // namespace quorate
