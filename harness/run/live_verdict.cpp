#include "harness/run/live_verdict.h"

#include <algorithm>

#include <fmt/core.h>

namespace quorate {

bool LiveVerdict::is_owed(Property property) const {
  return std::find(owed_.begin(), owed_.end(), property) != owed_.end();
}

const OnlineFinding* LiveVerdict::violation() const {
  for (const OnlineFinding& finding : checker_.findings()) {
    if (is_owed(finding.property)) return &finding;
  }
  return nullptr;
}

std::string LiveVerdict::text() const {
  if (checker_.findings().empty()) return "holds so far";
  const bool violated = violation() != nullptr;
  std::string names;
  for (const OnlineFinding& finding : checker_.findings()) {
    if (violated && !is_owed(finding.property)) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name_of(finding.property));
  }
  return fmt::format("{}: {}", violated ? "VIOLATION" : "flagged", names);
}

}  // namespace quorate
