// A campaign's ledger, followed while it grows, and what it says so far.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"
#include "harness/serve/served_folder.h"

namespace quorate {

// Whole lines of a campaign's runs.jsonl.
struct LedgerPart {
  std::string lines;        // each with its end
  std::uint64_t end = 0;    // where the next ones begin
  bool begun_anew = false;  // the file is shorter than it was: what was told before is not true
};

// `campaign`: its path below the folder. At most about a quarter of a megabyte at a time, so
// whoever follows asks until there is nothing more. No file yet: nothing. Errors: kCorrupt: a line
// is longer than that; as ServedFolder::read_part.
Result<LedgerPart> read_ledger(const ServedFolder& folder, const std::string& campaign,
                               std::uint64_t from);

// Whether it was stopped, or killed, or is done: nobody is at work on it.
bool is_stopped(const ServedFolder& folder, const std::string& campaign);

// The sum of what has ended ("sum", as in the campaign's results.json), the last runs ("last"), how
// far the ledger was read ("ledger-end": follow it from there), "stopped", lines that make no sense
// ("unreadable"). Errors: as reading the files; kCorrupt for campaign.json.
Result<Json> campaign_so_far(const ServedFolder& folder, const std::string& campaign);

// An event of a stream (the "text/event-stream" of HTML). REQUIRES: no line feed in `data`.
std::string stream_event(std::string_view name, std::string_view id, std::string_view data);
// The lines as events "run", each with the place behind it as its id.
std::string run_events(const LedgerPart& part);

}  // namespace quorate
