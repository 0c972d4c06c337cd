// Case: something that a scorecard tries, and what it must come to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "results/property.h"

namespace quorate {

enum class CaseKind : std::uint8_t {
  kPlanted,  // nodes with a planted bug: it must be caught, by name
  kControl,  // nothing that is promised may be found broken
  kShown,    // a configuration that may break something: it must be seen to
};
std::string_view name_of(CaseKind kind);  // "planted", "control", "shown"

struct Case {
  CaseKind kind = CaseKind::kControl;
  std::string subject;  // the bug, or the row of the table: "ack_w_minus_1", "C8 322 write-back"
  std::string aim;      // how it is looked for: "slow links", "partition:halves"
  // Of `quorate run`, as a campaign's file has them; or a scenario instead: "I13/breaks".
  Json options = Json::object();
  std::string scenario;
  std::vector<std::string> names;  // planted: that count, the preferred one first
  std::vector<Property> cells;     // shown: what the row may break; one of them must be seen
  bool quick = false;              // part of the quick scorecard

  // Unique: "ack_w_minus_1, slow links".
  std::string name() const { return subject + ", " + aim; }
};

// The command that does the same: "quorate run --r 1 …".
std::string command_of(const Case& tried);

// The tables.
std::vector<Case> planted_cases();
std::vector<Case> shown_cases();
// Every row that promises something, under every nemesis. `one_in`: of those, about one in so many,
// another part for another seed, fair over rows and nemeses.
std::vector<Case> control_cases(int one_in, std::uint64_t seed);

}  // namespace quorate
