// merge_campaigns: the shards of one campaign, made one.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "results/campaign/summary.h"

namespace quorate {

// Makes a campaign folder `out` with all runs of `parts`, in the order of their numbers, whatever
// the order of the parts; it keeps of each group of failures as many whole run folders as one
// campaign would, or as the part that kept the fewest. The parts stay as they are. Errors:
// kInvalidArgument: they are not parts of one campaign, a run is in two of them, or `out` is there
// already; kCorrupt, kIo.
Result<CampaignSummary> merge_campaigns(const std::vector<std::filesystem::path>& parts,
                                        const std::filesystem::path& out);

}  // namespace quorate
