#include <array>

#include "checker/general/models/make_model.h"

namespace quorate {
namespace {

constexpr ModelState kUnlocked = 0;
constexpr ModelState kLocked = 1;
constexpr ActionId kAcquireAction = 0;
constexpr ActionId kReleaseAction = 1;

class MutexModel final : public Model {
 public:
  explicit MutexModel(ModelState initial) : initial_(initial) {}

  Dependence dependence() const override { return Dependence::kSections; }
  ActionId action(const Op& op) override {
    return op.function == Function::kAcquire ? kAcquireAction : kReleaseAction;
  }
  ModelState initial() const override { return initial_; }
  ModelState step(ModelState state, ActionId action) override {
    if (action == kAcquireAction) return state == kUnlocked ? kLocked : kIllegal;
    return state == kLocked ? kUnlocked : kIllegal;
  }
  const ActionTraits& traits(ActionId action) const override { return traits_[action]; }
  std::size_t bytes() const override { return sizeof(*this); }

 private:
  ModelState initial_;
  std::array<ActionTraits, 2> traits_;
};

}  // namespace

std::unique_ptr<Model> make_mutex(const InitialValue& initial) {
  const bool locked = initial.kind == InitialValue::Kind::kValue && initial.json == "\"locked\"";
  return std::make_unique<MutexModel>(locked ? kLocked : kUnlocked);
}

}  // namespace quorate
