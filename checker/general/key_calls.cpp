#include "checker/general/key_calls.h"

#include <algorithm>
#include <utility>

namespace quorate {
namespace {

// Reads that are not ok tell and change nothing; a dequeue of unknown outcome may have taken away
// what it never told.
bool counts(const Op& op) {
  if (op.outcome == Outcome::kFail) return false;
  return op.outcome == Outcome::kOk || op.function != Function::kRead;
}

bool optional(const Call& call) { return call.completed == kNever; }

// Which optional calls the others need, and by when, in a model with facts.
class FactNeeds {
 public:
  FactNeeds(const std::vector<Call>& calls, const Model& model)
      : calls_(calls),
        model_(model),
        kept_(calls.size()),
        producers_(model.fact_count()),
        wanted_by_(model.fact_count(), kNever),
        needed_(model.fact_count()) {
    for (std::size_t i = 0; i < calls.size(); ++i) {
      for (const FactId fact : model.traits(calls[i].action).puts) producers_[fact].push_back(i);
    }
  }

  std::vector<Call> reduce() {
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (!optional(calls_[i])) keep(i, calls_[i].completed);
    }
    while (!work_.empty()) {
      const FactId fact = work_.back();
      work_.pop_back();
      needed(fact);
    }
    std::vector<Call> result;
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (!kept_[i].kept) continue;
      result.push_back(calls_[i]);
      result.back().completed = kept_[i].completed;
    }
    return result;
  }

 private:
  struct Kept {
    bool kept = false;
    Position completed = kNever;
  };

  void keep(std::size_t index, Position completed) {
    Kept& kept = kept_[index];
    if (kept.kept && completed >= kept.completed) return;
    kept = {true, std::min(kept.completed, completed)};
    for (const FactId fact : model_.traits(calls_[index].action).wants) {
      if (needed_[fact] && completed >= wanted_by_[fact]) continue;
      needed_[fact] = true;
      wanted_by_[fact] = std::min(wanted_by_[fact], completed);
      work_.push_back(fact);
    }
  }

  void needed(FactId fact) {
    const bool initial = model_.held(model_.initial(), fact) == fact;
    const bool sole = producers_[fact].size() == 1 && !initial;
    for (const std::size_t index : producers_[fact]) {
      if (!optional(calls_[index])) continue;
      const bool bounded = sole && wanted_by_[fact] > calls_[index].invoked;
      keep(index, bounded ? wanted_by_[fact] : kNever);
    }
  }

  const std::vector<Call>& calls_;
  const Model& model_;
  std::vector<Kept> kept_;
  std::vector<std::vector<std::size_t>> producers_;
  std::vector<Position> wanted_by_;  // the first end of what must have happened and wants it
  std::vector<bool> needed_;
  std::vector<FactId> work_;
};

}  // namespace

KeyCalls::KeyCalls(const History& history, std::span<const OpIndex> ops,
                   std::unique_ptr<Model> model)
    : history_(history), model_(std::move(model)) {
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (!counts(op)) continue;
    const Position completed = op.outcome == Outcome::kOk ? op.completed : kNever;
    calls_.push_back({index, model_->action(op), op.invoked, completed});
  }
  model_->settle();
}

std::vector<Call> cut(const std::vector<Call>& calls, const Model& model, Position end) {
  std::vector<Call> result;
  for (Call call : calls) {
    if (call.invoked >= end) break;
    if (call.completed >= end) {
      if (!model.traits(call.action).changes) continue;
      call.completed = kNever;
    }
    result.push_back(call);
  }
  return result;
}

std::vector<Call> reduce(std::vector<Call> calls, const Model& model) {
  if (model.fact_count() > 0) return FactNeeds(calls, model).reduce();
  std::erase_if(calls,
                [&](const Call& call) { return optional(call) && !model.may_matter(call.action); });
  return calls;
}

}  // namespace quorate
