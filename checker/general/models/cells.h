// Cells: the registers of a register model, and what each is known to hold, as facts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/unordered/unordered_flat_map.hpp>

#include "checker/general/model.h"

namespace quorate {

using CellId = std::uint32_t;

// Values are JSON texts, "" is nothing. Not thread-safe.
class Cells {
 public:
  // The cell named so, new if it was not there. A fresh cell begins with `initial`; nullopt where
  // its first value is not known.
  CellId cell(std::string_view name, const std::optional<std::string>& initial);
  FactId fact(CellId cell, std::string_view value);
  // Where a value is wanted, or put, for the first time.
  FactId wanted(CellId cell, std::string_view value);
  FactId put(CellId cell, std::string_view value);

  // Cells that began with an unknown value began with the first that is wanted and never put.
  void settle();

  std::size_t size() const { return cells_.size(); }
  std::size_t fact_count() const { return facts_.size(); }
  CellId cell_of(FactId fact) const { return facts_[fact].cell; }
  // After settle().
  FactId initial(CellId cell) const { return cells_[cell].initial; }
  std::size_t bytes() const;

 private:
  struct Cell {
    FactId initial = kNoFact;
    bool free = false;
  };
  struct Fact {
    CellId cell = 0;
    bool wanted = false;
    bool put = false;
  };
  std::vector<Cell> cells_;
  std::vector<Fact> facts_;
  std::vector<FactId> wanted_order_;
  boost::unordered_flat_map<std::string, CellId> cell_of_name_;
  boost::unordered_flat_map<std::string, FactId> fact_of_value_;
};

// A JSON text as the history writes it: canonical, null as "".
std::string canonical_value(std::string_view json);

}  // namespace quorate
