#include "checker/general/models/cells.h"

#include "base/json.h"

namespace quorate {
namespace {

std::string fact_name(CellId cell, std::string_view value) {
  std::string name(reinterpret_cast<const char*>(&cell), sizeof(cell));
  name += value;
  return name;
}

}  // namespace

std::string canonical_value(std::string_view json) {
  if (json.empty() || json == "null") return "";
  const Result<Json> value = parse_json(json, "a value");
  return value ? value->dump() : std::string(json);
}

CellId Cells::cell(std::string_view name, const std::optional<std::string>& initial) {
  const auto [place, fresh] =
      cell_of_name_.try_emplace(std::string(name), static_cast<CellId>(cells_.size()));
  if (!fresh) return place->second;
  const CellId id = place->second;
  Cell& cell = cells_.emplace_back();
  cell.free = !initial.has_value();
  if (initial) cell.initial = fact(id, *initial);
  return id;
}

FactId Cells::fact(CellId cell, std::string_view value) {
  const auto [place, fresh] =
      fact_of_value_.try_emplace(fact_name(cell, value), static_cast<FactId>(facts_.size()));
  if (fresh) facts_.emplace_back().cell = cell;
  return place->second;
}

FactId Cells::wanted(CellId cell, std::string_view value) {
  const FactId id = fact(cell, value);
  if (!facts_[id].wanted) wanted_order_.push_back(id);
  facts_[id].wanted = true;
  return id;
}

FactId Cells::put(CellId cell, std::string_view value) {
  const FactId id = fact(cell, value);
  facts_[id].put = true;
  return id;
}

void Cells::settle() {
  for (const FactId wanted : wanted_order_) {
    Cell& cell = cells_[facts_[wanted].cell];
    if (cell.free && cell.initial == kNoFact && !facts_[wanted].put) cell.initial = wanted;
  }
  for (CellId id = 0; id < cells_.size(); ++id) {
    if (cells_[id].initial != kNoFact) continue;
    cells_[id].initial = static_cast<FactId>(facts_.size());  // a value that nothing names
    facts_.emplace_back().cell = id;
  }
}

std::size_t Cells::bytes() const {
  constexpr std::size_t kPerFact = 80;
  return facts_.size() * kPerFact + cells_.size() * (kPerFact + sizeof(Cell));
}

}  // namespace quorate
