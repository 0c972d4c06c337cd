// Gate: what a CI job lets through, though a campaign found it.
//
//   {
//     "thresholds": {"min-runs": 50, "max-unknown": 0.05, "max-errors": 0},
//     "known-failures": [
//       {"anomaly": "stale read", "faults": "power-loss", "reason": "#123: the log is synced late",
//        "expires": "2027-01-31", "max-rate": 0.2}
//     ]
//   }
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "results/campaign/summary.h"

namespace quorate {

// What is said of a signature must be equal; what is not said may be anything.
struct KnownFailure {
  std::optional<std::string> anomaly;
  std::optional<std::string> promised;
  std::optional<std::string> faults;
  std::string reason;
  std::string expires;  // "2027-01-31": the last day, UTC
  double max_rate = 1;  // of the runs of its combinations
};

struct Gate {
  std::int64_t min_runs = 1;
  double max_unknown = 1;  // share of the runs
  std::int64_t max_errors = 0;
  std::vector<KnownFailure> known;
};

struct GateVerdict {
  std::vector<std::string> refused;  // why it does not go through
  std::vector<std::string> excused;  // and what was let through, with the reason
  std::vector<std::string> unseen;   // known failures that did not happen: are they mended?
  bool open() const { return refused.empty(); }
};

// Every error tells the line.
Result<Gate> read_gate(std::string_view text, const std::string& where);
Result<Gate> read_gate_file(const std::filesystem::path& path);

// today: "2026-11-26". A missed canary never goes through.
GateVerdict pass_through(const Gate& gate, const CampaignSummary& summary, std::string_view today);
Json to_json(const GateVerdict& verdict);

}  // namespace quorate
