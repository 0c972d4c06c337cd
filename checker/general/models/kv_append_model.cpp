#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/check.h"
#include "checker/general/models/cells.h"
#include "checker/general/models/make_model.h"
#include "results/symbol_table.h"

namespace quorate {
namespace {

// A state is the text that is there. JSON texts are taken without their quotes, as they are
// escaped: that of two texts behind each other is the two behind each other.
class KvAppendModel final : public Model {
 public:
  KvAppendModel(const History& history, const InitialValue& initial) : history_(history) {
    if (initial.kind == InitialValue::Kind::kValue) {
      initial_ = intern(unquoted(canonical_value(initial.json)));
    }
  }

  Dependence dependence() const override { return Dependence::kText; }
  ActionId action(const Op& op) override {
    const auto [place, fresh] =
        ids_.try_emplace(std::pair(op.function, op.value), static_cast<ActionId>(actions_.size()));
    if (!fresh) return place->second;
    Action& action = actions_.emplace_back();
    action.function = op.function;
    action.text = op.function == Function::kDelete ? "" : unquoted(history_.text(op.value));
    action.traits.changes = op.function != Function::kRead;
    if (op.function != Function::kAppend) action.state = intern(std::string(action.text));
    if (op.function == Function::kRead) reads_.push_back(action.text);
    return place->second;
  }

  ModelState initial() const override { return initial_; }

  ModelState step(ModelState state, ActionId id) override {
    const Action& action = actions_[id];
    if (action.function == Function::kRead) return state == action.state ? state : kIllegal;
    if (action.function != Function::kAppend) return action.state;
    std::string text(states_.text(state));
    text += action.text;
    return intern(text);
  }

  const ActionTraits& traits(ActionId action) const override { return actions_[action].traits; }
  // Where it was appended, every read until the next write tells it.
  bool may_matter(ActionId id) const override {
    const Action& action = actions_[id];
    for (const std::string_view read : reads_) {
      if (action.function == Function::kAppend ? read.find(action.text) != std::string_view::npos
                                               : read.starts_with(action.text)) {
        return true;
      }
    }
    return false;
  }
  bool leads_to(ModelState state, ActionId goal, bool overwritten) const override {
    return overwritten || actions_[goal].text.starts_with(states_.text(state));
  }
  bool overwrites(ActionId action) const override {
    return actions_[action].function == Function::kWrite ||
           actions_[action].function == Function::kDelete;
  }
  bool has_goals() const override { return true; }
  std::size_t bytes() const override {
    constexpr std::size_t kPerAction = sizeof(Action) + 64;
    return bytes_ + actions_.size() * kPerAction;
  }

 private:
  struct Action {
    Function function = Function::kRead;
    std::string_view text;
    ModelState state = 0;  // read: what it wants; write: what it makes
    ActionTraits traits;
  };

  static std::string_view unquoted(std::string_view json) {
    if (json == "null") return "";
    const bool quoted = json.size() >= 2 && json.front() == '"' && json.back() == '"';
    return quoted ? json.substr(1, json.size() - 2) : json;
  }
  ModelState intern(std::string_view text) {
    constexpr std::size_t kPerState = 64;
    const std::size_t before = states_.size();
    const ModelState state = states_.intern(text);
    if (states_.size() != before) bytes_ += text.size() + kPerState;
    return state;
  }

  const History& history_;
  SymbolTable states_;
  std::size_t bytes_ = 0;
  ModelState initial_ = 0;
  std::vector<Action> actions_;
  std::vector<std::string_view> reads_;
  boost::unordered_flat_map<std::pair<Function, Symbol>, ActionId> ids_;
};

}  // namespace

std::unique_ptr<Model> make_kv_append(const History& history, const InitialValue& initial) {
  return std::make_unique<KvAppendModel>(history, initial);
}

}  // namespace quorate
