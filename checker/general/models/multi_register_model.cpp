#include <algorithm>
#include <cstring>
#include <utility>

#include "base/check.h"
#include "base/json.h"
#include "checker/general/models/cells.h"
#include "checker/general/models/make_model.h"
#include "results/symbol_table.h"

namespace quorate {
namespace {

constexpr std::size_t kFactBytes = sizeof(FactId);

// Registers under one lock. A state is the fact that holds in each cell, four bytes each, as a
// text.
class MultiRegisterModel final : public Model {
 public:
  MultiRegisterModel(const History& history, const InitialValue& initial)
      : history_(history), free_(initial.kind == InitialValue::Kind::kFree) {
    if (initial.kind != InitialValue::Kind::kValue) return;
    const Result<Json> values = parse_json(initial.json, "the initial value");
    QUORATE_CHECK(values && values->is_object(), "{} names no registers", initial.json);
    for (const auto& [name, value] : values->items()) {
      cells_.cell(Json(name).dump(), canonical_value(value.dump()));
    }
  }

  Dependence dependence() const override { return Dependence::kFacts; }
  ActionId action(const Op& op) override {
    const bool known = op.outcome == Outcome::kOk;
    const auto [place, fresh] =
        ids_.try_emplace(std::pair(known, op.value), static_cast<ActionId>(actions_.size()));
    if (!fresh) return place->second;
    Action& action = actions_.emplace_back();
    const Result<Json> steps = parse_json(history_.text(op.value), "a txn");
    QUORATE_CHECK(steps && steps->is_array(), "{} is no txn", history_.text(op.value));
    for (const Json& step : *steps) add_step(step, known, &action);
    action.traits.changes = !action.traits.puts.empty();
    return place->second;
  }

  void settle() override {
    cells_.settle();
    std::string state;
    for (CellId cell = 0; cell < cells_.size(); ++cell) append(cells_.initial(cell), &state);
    initial_ = intern(state);
  }

  ModelState initial() const override { return initial_; }

  ModelState step(ModelState state, ActionId id) override {
    const Action& action = actions_[id];
    if (action.impossible) return kIllegal;
    for (const FactId fact : action.traits.wants) {
      if (held(state, fact) != fact) return kIllegal;
    }
    if (!action.traits.changes) return state;
    std::string next(states_.text(state));
    for (const FactId fact : action.traits.puts) {
      std::memcpy(next.data() + cells_.cell_of(fact) * kFactBytes, &fact, kFactBytes);
    }
    return intern(next);
  }

  const ActionTraits& traits(ActionId action) const override { return actions_[action].traits; }
  std::size_t fact_count() const override { return cells_.fact_count(); }
  FactId held(ModelState state, FactId fact) const override {
    FactId result = kNoFact;
    std::memcpy(&result, states_.text(state).data() + cells_.cell_of(fact) * kFactBytes,
                kFactBytes);
    return result;
  }
  std::size_t bytes() const override {
    constexpr std::size_t kPerAction = sizeof(Action) + 128;
    return bytes_ + cells_.bytes() + actions_.size() * kPerAction;
  }

 private:
  struct Action {
    ActionTraits traits;
    bool impossible = false;  // it read something else than it had written itself
  };

  CellId cell(const Json& name) {
    return cells_.cell(name.dump(), free_ ? std::nullopt : std::optional<std::string>(""));
  }
  static void append(FactId fact, std::string* state) {
    state->append(reinterpret_cast<const char*>(&fact), kFactBytes);
  }
  // What this txn has itself put into the cell so far; kNoFact if nothing.
  FactId* own(CellId cell, Action* action) {
    for (FactId& fact : action->traits.puts) {
      if (cells_.cell_of(fact) == cell) return &fact;
    }
    return nullptr;
  }

  void add_step(const Json& step, bool known, Action* action) {
    const CellId where = cell(step[1]);
    const std::string value = canonical_value(step[2].dump());
    FactId* const mine = own(where, action);
    if (step[0] == "w") {
      const FactId fact = cells_.put(where, value);
      if (mine != nullptr) {
        *mine = fact;
      } else {
        action->traits.puts.push_back(fact);
      }
      return;
    }
    if (!known) return;
    if (mine != nullptr) {
      action->impossible |= *mine != cells_.fact(where, value);
      return;
    }
    const FactId fact = cells_.wanted(where, value);
    std::vector<FactId>& wants = action->traits.wants;
    if (std::find(wants.begin(), wants.end(), fact) == wants.end()) wants.push_back(fact);
  }

  ModelState intern(const std::string& state) {
    constexpr std::size_t kPerState = 64;
    const std::size_t before = states_.size();
    const ModelState id = states_.intern(state);
    if (states_.size() != before) bytes_ += state.size() + kPerState;
    return id;
  }

  const History& history_;
  bool free_;
  Cells cells_;
  SymbolTable states_;
  ModelState initial_ = 0;
  std::size_t bytes_ = 0;
  std::vector<Action> actions_;
  boost::unordered_flat_map<std::pair<bool, Symbol>, ActionId> ids_;
};

}  // namespace

std::unique_ptr<Model> make_multi_register(const History& history, const InitialValue& initial) {
  return std::make_unique<MultiRegisterModel>(history, initial);
}

}  // namespace quorate
