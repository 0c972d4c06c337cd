#include <cstring>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>

#include "base/check.h"
#include "checker/general/models/make_model.h"
#include "results/symbol_table.h"

namespace quorate {
namespace {

constexpr std::size_t kElementBytes = sizeof(Symbol);

// A state is the queue's elements from front to back, four bytes each, as a text.
class FifoQueueModel final : public Model {
 public:
  explicit FifoQueueModel(const History& history) : history_(history) {}

  Dependence dependence() const override { return Dependence::kElements; }
  ActionId action(const Op& op) override {
    const Symbol element = canonical(op.value);
    Kind kind = Kind::kEnqueue;
    if (op.function == Function::kDequeue) {
      kind = op.outcome != Outcome::kOk ? Kind::kTake
             : element == kAbsent       ? Kind::kFindEmpty
                                        : Kind::kDequeue;
    }
    if (kind == Kind::kDequeue) dequeued_.try_emplace(element, true);
    const auto [place, fresh] = ids_.try_emplace(std::pair(static_cast<int>(kind), element),
                                                 static_cast<ActionId>(actions_.size()));
    if (fresh) {
      Action& action = actions_.emplace_back();
      action.kind = kind;
      action.element = element;
      action.traits.changes = kind != Kind::kFindEmpty;
    }
    return place->second;
  }

  ModelState initial() const override { return 0; }

  ModelState step(ModelState state, ActionId id) override {
    const Action& action = actions_[id];
    const std::string_view queue = states_.text(state);
    switch (action.kind) {
      case Kind::kFindEmpty:
        return queue.empty() ? state : kIllegal;
      case Kind::kEnqueue:
        scratch_.assign(queue);
        scratch_.append(reinterpret_cast<const char*>(&action.element), kElementBytes);
        return intern(scratch_);
      case Kind::kDequeue:
        if (queue.empty() || front(queue) != action.element) return kIllegal;
        return intern(std::string(queue.substr(kElementBytes)));
      case Kind::kTake:
        return queue.empty() ? kIllegal : intern(std::string(queue.substr(kElementBytes)));
    }
    return kIllegal;
  }

  const ActionTraits& traits(ActionId action) const override { return actions_[action].traits; }
  // An element that nobody is known to have got need not have been there.
  bool may_matter(ActionId id) const override {
    return actions_[id].kind != Kind::kEnqueue || dequeued_.contains(actions_[id].element);
  }
  std::uint32_t element(ActionId id) const override { return actions_[id].element; }
  std::size_t bytes() const override {
    constexpr std::size_t kPerAction = sizeof(Action) + 64;
    return bytes_ + actions_.size() * kPerAction;
  }

 private:
  enum class Kind { kEnqueue, kDequeue, kFindEmpty, kTake };
  struct Action {
    Kind kind = Kind::kEnqueue;
    Symbol element = kAbsent;
    ActionTraits traits;
  };

  Symbol canonical(Symbol value) const { return history_.text(value) == "null" ? kAbsent : value; }
  static Symbol front(std::string_view queue) {
    Symbol element = kAbsent;
    std::memcpy(&element, queue.data(), kElementBytes);
    return element;
  }
  ModelState intern(const std::string& queue) {
    constexpr std::size_t kPerState = 64;
    const std::size_t before = states_.size();
    const ModelState state = states_.intern(queue);
    if (states_.size() != before) bytes_ += queue.size() + kPerState;
    return state;
  }

  const History& history_;
  SymbolTable states_;
  std::string scratch_;
  std::size_t bytes_ = 0;
  std::vector<Action> actions_;
  boost::unordered_flat_map<std::pair<int, Symbol>, ActionId> ids_;
  boost::unordered_flat_map<Symbol, bool> dequeued_;
};

}  // namespace

std::unique_ptr<Model> make_fifo_queue(const History& history) {
  return std::make_unique<FifoQueueModel>(history);
}

}  // namespace quorate
