// What a campaign tries: every combination of its axes that makes a run.
#pragma once

#include <functional>
#include <vector>

#include "harness/campaign/campaign_spec.h"
#include "results/campaign/campaign_folder.h"

namespace quorate {

struct Combinations {
  std::vector<Combination> all;
  Json skipped = Json::array();  // {"text", "reason"}: what no run can mean, such as r > n
};

// Pure but for `validate`, which says whether a run of this configuration could be made here.
// Errors: kInvalidArgument: nothing is left; an axis has a value that no combination can have, as a
// wrong word would be; more than 100 000 combinations (kLimit).
Result<Combinations> combine(const CampaignSpec& spec,
                             const std::function<Result<void>(const RunConfig&)>& validate);

// The configuration of a run: that of the combination, with its seed, and what must be found where
// something is expected. REQUIRES: the combination is one that combine() gave for the spec.
RunConfig run_config_of(const CampaignSpec& spec, const Combination& combination,
                        std::uint64_t seed);
// The same for the canary.
Result<RunConfig> canary_config_of(const CampaignSpec& spec, std::uint64_t seed);

}  // namespace quorate
