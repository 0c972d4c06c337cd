#include "harness/scorecard/run_scorecard.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "harness/campaign/run_options.h"
#include "harness/run/run_plan.h"
#include "results/campaign/campaign_folder.h"

namespace quorate {
namespace {

constexpr int kFastTries = 3;      // of a case that must find something
constexpr int kFastControls = 30;  // one in so many of all
constexpr int kTriesOfRows = 3;    // that are to be shown

// Clock faults where nobody looks at clocks, moments of coordinators where there are none: not
// every nemesis fits every row.
bool makes_sense(const Case& what) {
  const Result<RunConfig> config = config_of(what.options);
  return config && sensible_plan(*config);
}

std::vector<Case> all_cases(const ScorecardRequest& request) {
  const bool bugs = request.node_program.empty();
  std::vector<Case> cases;
  if (bugs) {
    for (Case& planted : planted_cases()) {
      if (!request.fast || planted.quick) cases.push_back(std::move(planted));
    }
    if (!request.fast) {
      for (Case& shown : shown_cases()) cases.push_back(std::move(shown));
    }
  }
  for (Case& control : control_cases(request.fast ? kFastControls : 1, request.seed)) {
    if (!makes_sense(control)) continue;
    if (!bugs) control.options["node-program"] = request.node_program;
    cases.push_back(std::move(control));
  }
  return cases;
}

// Each way once a round, until there is enough of it.
bool is_wanted(const Case& what, const std::vector<RunRecord>& ended,
               const ScorecardRequest& request) {
  const int runs = static_cast<int>(ended.size());
  if (what.kind == CaseKind::kControl) return runs == 0;
  if (what.kind == CaseKind::kShown) return runs < kTriesOfRows;
  if (!request.fast) return runs < request.rounds;
  const bool caught = std::any_of(ended.begin(), ended.end(), [&what](const RunRecord& record) {
    return came_out_well(what, record);
  });
  return !caught && runs < kFastTries;
}

Combination combination_of(const Case& what, std::size_t number) {
  return {.number = static_cast<std::int64_t>(number),
          .axes = {{"kind", name_of(what.kind)}, {"subject", what.subject}, {"aim", what.aim}},
          .options = what.options,
          .text = what.name(),
          .scenario = what.scenario,
          .planted = what.kind == CaseKind::kPlanted};
}

CampaignRequest campaign_of(const ScorecardRequest& request, const std::vector<Case>& cases) {
  CampaignRequest campaign;
  campaign.spec.name = request.fast ? "scorecard, fast" : "scorecard";
  campaign.spec.seed = request.seed;
  campaign.spec.seeds = request.fast ? kFastTries : std::max(request.rounds, kTriesOfRows);
  campaign.spec.canary_every = 0;
  campaign.spec.repeats = 0;
  campaign.spec.keep = 1;
  campaign.spec.duration = request.duration;
  campaign.spec.jobs = request.jobs;
  campaign.spec.file = Json::object();
  for (std::size_t i = 0; i < cases.size(); ++i) {
    campaign.combinations.push_back(combination_of(cases[i], i));
  }
  campaign.wanted = [&request, &cases](const Combination& combination,
                                       const std::vector<RunRecord>& ended) {
    return is_wanted(cases[static_cast<std::size_t>(combination.number)], ended, request);
  };
  campaign.out = request.out;
  campaign.resume = request.resume;
  campaign.program = request.program;
  campaign.environment = request.environment;
  return campaign;
}

}  // namespace

Result<std::vector<Case>> cases_of(const ScorecardRequest& request) {
  std::vector<Case> cases = all_cases(request);
  std::erase_if(cases, [&request](const Case& what) {
    return what.name().find(request.only) == std::string::npos ||
           what.kind != request.kind.value_or(what.kind);
  });
  if (!cases.empty()) return cases;
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("no case has \"{}\" in its name; --list names them", request.only)};
}

Result<ScorecardReport> run_scorecard(
    const ScorecardRequest& request,
    const std::function<void(const CampaignProgress&)>& on_progress) {
  const auto cases = cases_of(request);
  if (!cases) return cases.error();
  const auto campaign = run_campaign(campaign_of(request, *cases), on_progress);
  if (!campaign) return campaign.error();
  const auto folder = CampaignFolder::open(request.out);
  if (!folder) return folder.error();
  auto records = folder->records();
  if (!records) return records.error();
  ScorecardReport report{.score = Score(*cases, std::move(*records)),
                         .stopped = campaign->stopped,
                         .wall_s = campaign->wall_s,
                         .load_s = campaign->summary.load_s(),
                         .jobs = campaign->jobs};
  Json saved = to_json(report.score);
  saved["seed"] = request.seed;
  saved["fast"] = request.fast;
  saved["stopped"] = report.stopped;
  saved["environment"] = request.environment;
  saved["reproducible"] = {
      {"from-the-seed",
       "the cases, their order, the seeds of all runs, and what each run's clients "
       "and faults are to do"},
      {"not-from-it",
       "what the machine's scheduler makes of it: how often and how soon a case is "
       "caught"}};
  if (auto written = folder->write("scorecard.json", saved.dump(2) + "\n"); !written) {
    return written.error();
  }
  return report;
}

}  // namespace quorate
