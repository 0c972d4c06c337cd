// Model: what one object does, as small numbers: states, actions, and facts of states.
//
// A model is made for one key of one history (theory: section 2.6). First action() is called for
// each operation that may have taken effect, then settle(), then the rest. A state is a number that
// stands for a value of the object, equal for equal values. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "results/history.h"

namespace quorate {

using ModelState = std::uint32_t;
inline constexpr ModelState kIllegal = 0xffff'ffff;
// Operations that do and tell the same have the same action.
using ActionId = std::uint32_t;
// "Cell c holds v": a register has one cell, a multi-register one for each key.
using FactId = std::uint32_t;
inline constexpr FactId kNoFact = 0xffff'ffff;

struct ActionTraits {
  bool changes = true;        // false: the state is the same afterwards, always
  std::vector<FactId> wants;  // legal only where these hold
  std::vector<FactId> puts;   // these hold afterwards, in cells of their own
};

// What of a history without an order is sure to have none either when the rest is left out.
enum class Dependence : std::uint8_t {
  kFacts,     // an observation, and whatever may have put what it saw
  kText,      // an observation, and whatever may have changed the state before it
  kElements,  // all that is done to one element
  kSections,  // all that is done between two moments of rest in the initial state
};

class Model {
 public:
  virtual ~Model() = default;
  virtual Dependence dependence() const = 0;

  // In order of invocation. What a completion tells is known of ok operations only.
  // REQUIRES: the operation is one of the model's, well formed (validate_operations); it may have
  // taken effect, or is ok.
  virtual ActionId action(const Op& op) = 0;
  // After the last action: fixes the initial state.
  virtual void settle() {}
  virtual ModelState initial() const = 0;
  // kIllegal where the action cannot happen. May make new states.
  virtual ModelState step(ModelState state, ActionId action) = 0;
  virtual const ActionTraits& traits(ActionId action) const = 0;

  // Facts are numbers below this; 0 for an object that has none.
  virtual std::size_t fact_count() const { return 0; }
  // What `state` holds in the cell of `fact`.
  virtual FactId held(ModelState /*state*/, FactId fact) const { return fact; }
  // With one cell, an action that wants nothing and puts a fact forgets all that was before.
  virtual bool one_cell() const { return false; }

  // Whether an action that may never have happened can explain anything that did.
  virtual bool may_matter(ActionId /*action*/) const { return true; }
  // Whether some actions after `state` can lead to where `goal`, which changes nothing, is legal;
  // `overwritten` says that an action may come between that forgets the state.
  virtual bool leads_to(ModelState /*state*/, ActionId /*goal*/, bool /*overwritten*/) const {
    return true;
  }
  // Forgets the state before it.
  virtual bool overwrites(ActionId /*action*/) const { return false; }
  // kElements: what the action is done to; 0 where that is not known.
  virtual std::uint32_t element(ActionId /*action*/) const { return 0; }
  // leads_to() may be false.
  virtual bool has_goals() const { return false; }

  // What its states and tables take; grows with step().
  virtual std::size_t bytes() const = 0;
};

}  // namespace quorate
