// cells: the table of expected verdicts (docs/guarantees.md, section 2.4) as data: what each
// configuration owes, and what a test must be able to show broken.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/property.h"
#include "simulation/cluster_setup.h"
#include "simulation/judge.h"

namespace quorate::simulation {

enum class Mark : char {
  kGuaranteed = 'G',  // every violation is a bug
  kViolable = 'V',    // there is a schedule that shows it
  kNotOwed = '-',     // in this form of the row neither: another form of the row shows it
};

// One form of a row: a configuration of the store that the row speaks of.
struct Row {
  std::string name;   // "C8 542 write-back": the table's row, n r w, and what tells the forms apart
  std::string marks;  // one of Mark for each of kJudged, in that order
  ClusterSetup setup;

  Mark mark(std::size_t column) const { return static_cast<Mark>(marks[column]); }
};
const std::vector<Row>& rows();
// nullptr: there is none of that name.
const Row* row_named(std::string_view name);

// Rows of the table that the store cannot be configured as, and why.
struct LeftOut {
  std::string_view row;
  std::string_view reason;
};
const std::vector<LeftOut>& rows_left_out();

// A schedule of the row that breaks the property, found by `quorate-simulation --find-seeds`.
struct ShownBy {
  std::string_view row;
  Property property;
  std::uint64_t seed;
};
const std::vector<ShownBy>& violating_seeds();
std::optional<std::uint64_t> seed_that_shows(const Row& row, Property property);

}  // namespace quorate::simulation
