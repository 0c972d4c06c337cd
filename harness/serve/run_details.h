// RunDetails: what the list of runs says of one: read from its test.json and results.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "harness/serve/results_scan.h"
#include "harness/serve/served_folder.h"

namespace quorate {

// Where a run stands: its outcome, or "unfinished" (it has no results.json: it is still running, or
// was killed), or "unreadable".
struct RunDetails {
  std::string outcome = "unreadable";
  std::string sentence;
  std::string started;                  // UTC, "2026-11-26T09:53:35Z"
  Json configuration = Json::object();  // what people tell runs apart by
  std::vector<std::string> broken;      // properties, although promised
  std::vector<std::string> flagged;     // properties that broke and were not promised
  double operations = 0;                // whose outcome is known
  double total_s = 0;
  double stale_share = 0;
  std::string words;  // all that a filter looks at, in lower case
};

// Forgiving: what is missing, or of another type, is left empty. `results`: "" where there is none.
RunDetails run_details(std::string_view path, std::string_view test, std::string_view results);
// The same for a run that was found.
RunDetails read_details(const ServedFolder& folder, const FoundRun& run);

Json to_json(const FoundRun& run, const RunDetails& details);

std::string lower_case(std::string_view text);

}  // namespace quorate
