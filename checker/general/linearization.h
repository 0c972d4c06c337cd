// Linearization: the order that a search is building, call by call, with its way back.
//
// Knows what is done, which call must return next (the frontier: everything that returns before it
// is done), which calls may come next, and what looking ahead forbids. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/general/key_calls.h"

namespace quorate {

class Linearization {
 public:
  // REQUIRES: as search(); the calls outlive this.
  Linearization(const std::vector<Call>& calls, Model* model, ModelState start, bool look_ahead);

  // A call by its index, or a kind of optional calls.
  using Step = std::uint32_t;
  static constexpr Step kKind = 0x8000'0000;

  struct Mark {  // a place to go back to
    ModelState state = 0;
    std::uint32_t frontier = 0;
    std::uint32_t length = 0;
  };
  Mark mark() const { return {state_, frontier_, static_cast<std::uint32_t>(trail_.size())}; }
  // REQUIRES: `mark` was made of an order of which this is a continuation.
  void go_back(const Mark& mark);

  // Everything that must take effect has done so.
  bool complete() const { return frontier_ == returns_.size(); }
  std::uint32_t frontier() const { return frontier_; }
  // REQUIRES: not complete.
  const Call& next_return() const { return calls_[returns_[frontier_]]; }
  const Call& return_at(std::uint32_t frontier) const { return calls_[returns_[frontier]]; }

  // Appends the steps that are worth trying from here to *steps, the frontier's own first.
  void append_steps(std::vector<Step>* steps);
  // Takes a step and all that should follow at once. False where it is illegal or leads nowhere;
  // the order is then to be taken back.
  bool take(Step step);
  // All that changes nothing and is legal here; moves the frontier.
  void settle();

  // The configuration: words() words, and lanes() counts of optional calls that were used.
  std::size_t words() const { return 1 + bits_.size(); }
  std::size_t lanes() const { return kinds_.size(); }
  void write_key(std::uint64_t* key) const;
  const std::uint32_t* used() const { return used_.data(); }

  // The last end of any call that looking ahead has used to forbid a step.
  Position horizon() const { return horizon_; }
  std::vector<OpIndex> order() const;
  // What its tables take; they do not grow.
  std::size_t bytes() const;

 private:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  struct Kind {  // optional calls that do the same
    ActionId action = 0;
    std::vector<std::uint32_t> calls;  // by invocation
  };
  struct Fact {
    std::vector<std::uint32_t> wanted_by;    // calls that must happen, by their ends
    std::vector<std::uint32_t> puts_before;  // as wanted_by: calls that put it, invoked by then
    std::uint32_t first = 0;                 // all of wanted_by before are done
    std::uint32_t left = 0;                  // of wanted_by, not done
    std::uint32_t optional_left = 0;         // kinds that want it: they never cease to
    std::uint32_t put = 0;                   // calls that put it and are done
  };

  void number_slots();
  void build_facts();
  void build_goals();
  bool required(std::uint32_t call) const { return calls_[call].completed != kNever; }
  const ActionTraits& traits(std::uint32_t call) const {
    return model_->traits(calls_[call].action);
  }
  Position limit() const { return complete() ? kNever : next_return().completed; }
  std::uint32_t first_undone() const { return next_[calls_.size()]; }

  void link(std::uint32_t call);
  void unlink(std::uint32_t call);
  void set_bit(std::uint32_t call);
  void clear_bit(std::uint32_t call);
  void note(const ActionTraits& traits, std::uint32_t call, bool done);
  void append(Step step);
  void advance();

  bool unread(ActionId action) const;
  void absorb_unread(std::uint32_t except);
  bool may_leave(FactId fact);
  bool leaves_well(ModelState before, ActionId action);
  bool leads_to_goal();

  const std::vector<Call>& calls_;
  Model* model_;
  bool look_ahead_;
  bool one_cell_;

  ModelState state_;
  std::uint32_t frontier_ = 0;
  std::vector<std::uint32_t> returns_;  // required calls by their ends
  std::vector<Step> trail_;
  std::vector<std::uint8_t> done_;
  std::vector<std::uint32_t> next_, prev_;  // required, not done, by invocation; the last: head
  std::vector<std::uint32_t> slot_;         // of calls in flight
  std::vector<std::uint64_t> bits_;         // slots that are done and not yet passed
  std::vector<Kind> kinds_;
  std::vector<std::uint32_t> used_;  // as kinds_
  std::vector<Fact> facts_;
  std::vector<std::uint32_t> want_rank_;   // of a call among its fact's wanted_by …
  std::vector<std::uint32_t> want_begin_;  // … from here on, in the order of its wants
  std::vector<std::uint32_t> goal_from_;   // by frontier: the next return that changes nothing
  std::vector<std::uint32_t> overwrites_before_;  // as returns_, of goals
  std::uint32_t overwrites_done_ = 0;
  Position horizon_ = kBefore;
  std::vector<std::uint32_t> seen_action_;  // by action: the round that saw it last …
  std::vector<std::uint32_t> seen_at_;      // … and where in the steps
  std::uint32_t round_ = 0;
};

}  // namespace quorate
