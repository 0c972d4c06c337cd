#include "checker/objects/key_elements.h"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace quorate {
namespace {

bool is_ok_read(const Op& op) {
  return op.function == Function::kRead && op.outcome == Outcome::kOk;
}

// The only write of the key that may take effect; kNoOp if there is none or more than one.
OpIndex sole_write(const History& history, std::span<const OpIndex> ops, std::size_t* writes) {
  OpIndex found = kNoOp;
  *writes = 0;
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (op.function == Function::kRead || op.outcome == Outcome::kFail) continue;
    ++*writes;
    found = index;
  }
  const bool sole = *writes == 1 && history.ops()[found].function == Function::kWrite;
  return sole ? found : kNoOp;
}

ElementLife life_of(const History& history, std::span<const OpIndex> ops, OpIndex write) {
  ElementLife life;
  const auto ended = [&history](OpIndex i) {
    return i == kNoOp ? kNever : history.ops()[i].completed;
  };
  if (history.ops()[write].outcome == Outcome::kOk) life.known = write;
  for (const OpIndex index : ops) {
    const Op& op = history.ops()[index];
    if (!is_ok_read(op)) continue;
    if (op.value == history.ops()[write].value) {
      life.last_present = index;
      life.in_final_read |= op.final_read;
      if (op.completed < ended(life.known)) life.known = index;
    } else {
      life.last_absent = index;
      if (op.final_read) life.last_final_absent = index;
    }
  }
  return life;
}

class KeyElementsChecker : public Checker {
 public:
  explicit KeyElementsChecker(std::unique_ptr<Checker> registers)
      : registers_(std::move(registers)) {}
  Property property() const override { return registers_->property(); }

  CheckResult check(const History& history, const Budget& budget) const override {
    CheckResult result = registers_->check(history, budget);
    std::uint64_t skipped = 0;
    const ElementClasses classes = classes_of_keys(history, &skipped);
    classes.tell(&result.measures);
    result.measures["not_elements"] = skipped;
    const bool empty = property() == Property::kNoLostWrite && classes.stable() == 0;
    if (empty && result.validity == Validity::kValid) {
      result.validity = Validity::kUnknown;
      result.reason = "no element was seen to last";
    }
    return result;
  }

 private:
  std::unique_ptr<Checker> registers_;
};

}  // namespace

ElementClasses classes_of_keys(const History& history, std::uint64_t* skipped) {
  const bool finals = std::any_of(history.ops().begin(), history.ops().end(),
                                  [](const Op& op) { return is_ok_read(op) && op.final_read; });
  const KeyIndex keys(history);
  ElementClasses classes;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::size_t writes = 0;
    const OpIndex write = sole_write(history, keys.ops(i), &writes);
    if (write == kNoOp) {
      *skipped += writes > 0 ? 1 : 0;
      continue;
    }
    const ElementLife life = life_of(history, keys.ops(i), write);
    classes.add(history, life, class_of(history, life, finals),
                history.ops()[write].outcome == Outcome::kOk);
  }
  return classes;
}

std::unique_ptr<Checker> key_elements_checker(Property property) {
  std::unique_ptr<Checker> registers = register_checker(property);
  return registers ? std::make_unique<KeyElementsChecker>(std::move(registers)) : nullptr;
}

}  // namespace quorate
