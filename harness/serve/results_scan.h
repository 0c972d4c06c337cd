// What lies below the results folder: runs and campaigns, found by their names alone. Nothing is
// read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/serve/served_folder.h"

namespace quorate {

struct FoundRun {
  std::string path;      // below the results folder; "" where that itself is a run
  std::string campaign;  // the path of the campaign that it belongs to
  bool in_campaign = false;
  bool finished = false;  // it has a results.json
  FileStamp stamp;        // of results.json, else of test.json
};

struct FoundCampaign {
  std::string path;
  std::int64_t changed_ns = 0;  // its ledger, else its campaign.json
};

struct ResultsScan {
  std::vector<FoundRun> runs;            // what changed last comes first
  std::vector<FoundCampaign> campaigns;  // likewise
  bool cut_off = false;                  // a limit was reached: there may be more
};

struct ScanLimits {
  int depth = 8;                    // folders below each other
  std::size_t entries = 1'000'000;  // names that are looked at
};

// A folder with a test.json is a run, one with a campaign.json a campaign. Links to folders are not
// followed: what they lead to is found where it is. Folders that may not be read are passed over.
ResultsScan scan_results(const ServedFolder& folder, const ScanLimits& limits = {});

}  // namespace quorate
