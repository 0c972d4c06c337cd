#include <utility>

#include "base/check.h"
#include "base/json.h"
#include "checker/general/models/cells.h"
#include "checker/general/models/make_model.h"

namespace quorate {
namespace {

// The register and the CAS register. A state is the fact that holds.
class RegisterModel final : public Model {
 public:
  RegisterModel(const History& history, const InitialValue& initial) : history_(history) {
    std::optional<std::string> value;
    if (initial.kind == InitialValue::Kind::kNothing) value = "";
    if (initial.kind == InitialValue::Kind::kValue) value = canonical_value(initial.json);
    cells_.cell("", value);
  }

  Dependence dependence() const override { return Dependence::kFacts; }
  ActionId action(const Op& op) override {
    const auto [place, fresh] =
        ids_.try_emplace(std::pair(op.function, op.value), static_cast<ActionId>(actions_.size()));
    if (!fresh) return place->second;
    ActionTraits& action = actions_.emplace_back();
    const std::string_view text = history_.text(op.value);
    switch (op.function) {
      case Function::kRead:
        action.changes = false;
        action.wants = {cells_.wanted(0, text)};
        break;
      case Function::kWrite:
      case Function::kDelete:
        action.puts = {cells_.put(0, op.function == Function::kDelete ? "" : text)};
        break;
      case Function::kCas:
        add_cas(text, &action);
        break;
      default:
        QUORATE_CHECK(false, "{} is no operation of a register", name_of(op.function));
    }
    return place->second;
  }

  void settle() override { cells_.settle(); }

  ModelState initial() const override { return cells_.initial(0); }
  ModelState step(ModelState state, ActionId id) override {
    const ActionTraits& action = actions_[id];
    if (!action.wants.empty() && action.wants.front() != state) return kIllegal;
    return action.puts.empty() ? state : action.puts.front();
  }
  const ActionTraits& traits(ActionId action) const override { return actions_[action]; }

  std::size_t fact_count() const override { return cells_.fact_count(); }
  FactId held(ModelState state, FactId /*fact*/) const override { return state; }
  bool one_cell() const override { return true; }
  std::size_t bytes() const override {
    constexpr std::size_t kPerAction = sizeof(ActionTraits) + 64;
    return cells_.bytes() + actions_.size() * kPerAction;
  }

 private:
  // A cas to what is expected changes nothing: it is a read.
  void add_cas(std::string_view text, ActionTraits* action) {
    const Result<Json> pair = parse_json(text, "a cas");
    QUORATE_CHECK(pair && pair->is_array() && pair->size() == 2, "{} is no cas", text);
    const std::string expected = canonical_value((*pair)[0].dump());
    const std::string put = canonical_value((*pair)[1].dump());
    action->wants = {cells_.wanted(0, expected)};
    action->changes = expected != put;
    if (action->changes) action->puts = {cells_.put(0, put)};
  }

  const History& history_;
  Cells cells_;
  std::vector<ActionTraits> actions_;
  boost::unordered_flat_map<std::pair<Function, Symbol>, ActionId> ids_;
};

}  // namespace

std::unique_ptr<Model> make_register(const History& history, const InitialValue& initial) {
  return std::make_unique<RegisterModel>(history, initial);
}

}  // namespace quorate
