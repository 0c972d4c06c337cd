#include "checker/general/linearization.h"

#include <algorithm>
#include <queue>

namespace quorate {
namespace {

constexpr std::uint32_t kBitsOfWord = 64;

}  // namespace

Linearization::Linearization(const std::vector<Call>& calls, Model* model, ModelState start,
                             bool look_ahead)
    : calls_(calls),
      model_(model),
      look_ahead_(look_ahead),
      one_cell_(model->one_cell()),
      state_(start),
      done_(calls.size()),
      next_(calls.size() + 1),
      prev_(calls.size() + 1),
      slot_(calls.size()) {
  const auto count = static_cast<std::uint32_t>(calls.size());
  std::uint32_t last = count;
  ActionId actions = 0;
  std::vector<std::uint32_t> kind_of;
  for (std::uint32_t i = 0; i < count; ++i) {
    const ActionId action = calls[i].action;
    actions = std::max(actions, action + 1);
    if (required(i)) {
      returns_.push_back(i);
      next_[last] = i;
      prev_[i] = last;
      last = i;
      continue;
    }
    kind_of.resize(std::max<std::size_t>(kind_of.size(), action + 1), kNone);
    if (kind_of[action] == kNone) {
      kind_of[action] = static_cast<std::uint32_t>(kinds_.size());
      kinds_.emplace_back().action = action;
    }
    kinds_[kind_of[action]].calls.push_back(i);
  }
  next_[last] = count;
  prev_[count] = last;
  used_.resize(kinds_.size());
  seen_action_.resize(actions);
  seen_at_.resize(actions);
  std::stable_sort(returns_.begin(), returns_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return calls_[a].completed < calls_[b].completed;
  });
  number_slots();
  if (model->fact_count() > 0) build_facts();
  if (model->has_goals()) build_goals();
}

// The least free number when a call begins; free again when it ends.
void Linearization::number_slots() {
  std::priority_queue<std::uint32_t, std::vector<std::uint32_t>, std::greater<>> free;
  std::uint32_t slots = 0;
  std::size_t ended = 0;
  for (std::uint32_t i = first_undone(); i != calls_.size(); i = next_[i]) {
    for (; calls_[returns_[ended]].completed < calls_[i].invoked; ++ended) {
      free.push(slot_[returns_[ended]]);
    }
    if (free.empty()) free.push(slots++);
    slot_[i] = free.top();
    free.pop();
  }
  bits_.resize((slots + kBitsOfWord - 1) / kBitsOfWord);
}

void Linearization::build_facts() {
  facts_.resize(model_->fact_count());
  std::vector<std::vector<Position>> puts(facts_.size());
  want_begin_.resize(calls_.size());
  std::uint32_t wants = 0;
  for (std::uint32_t i = 0; i < calls_.size(); ++i) {
    want_begin_[i] = wants;
    wants += static_cast<std::uint32_t>(traits(i).wants.size());
    for (const FactId fact : traits(i).puts) puts[fact].push_back(calls_[i].invoked);
    if (required(i)) continue;
    for (const FactId fact : traits(i).wants) ++facts_[fact].optional_left;
  }
  want_rank_.resize(wants);
  for (const std::uint32_t call : returns_) {
    const std::vector<FactId>& wanted = traits(call).wants;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      Fact& fact = facts_[wanted[i]];
      want_rank_[want_begin_[call] + i] = fact.left++;
      fact.wanted_by.push_back(call);
      const std::vector<Position>& by = puts[wanted[i]];
      fact.puts_before.push_back(static_cast<std::uint32_t>(
          std::lower_bound(by.begin(), by.end(), calls_[call].completed) - by.begin()));
    }
  }
}

void Linearization::build_goals() {
  std::vector<Position> overwrites;
  for (const Call& call : calls_) {
    if (model_->overwrites(call.action)) overwrites.push_back(call.invoked);
  }
  goal_from_.assign(returns_.size() + 1, static_cast<std::uint32_t>(returns_.size()));
  overwrites_before_.resize(returns_.size());
  for (std::size_t i = returns_.size(); i-- > 0;) {
    goal_from_[i] = goal_from_[i + 1];
    if (traits(returns_[i]).changes) continue;
    goal_from_[i] = static_cast<std::uint32_t>(i);
    overwrites_before_[i] = static_cast<std::uint32_t>(
        std::lower_bound(overwrites.begin(), overwrites.end(), calls_[returns_[i]].completed) -
        overwrites.begin());
  }
}

void Linearization::unlink(std::uint32_t call) {
  next_[prev_[call]] = next_[call];
  prev_[next_[call]] = prev_[call];
}

// REQUIRES: calls are linked again in the reverse order.
void Linearization::link(std::uint32_t call) {
  next_[prev_[call]] = call;
  prev_[next_[call]] = call;
}

void Linearization::set_bit(std::uint32_t call) {
  bits_[slot_[call] / kBitsOfWord] |= std::uint64_t{1} << (slot_[call] % kBitsOfWord);
}

void Linearization::clear_bit(std::uint32_t call) {
  bits_[slot_[call] / kBitsOfWord] &= ~(std::uint64_t{1} << (slot_[call] % kBitsOfWord));
}

// Counts that looking ahead needs.
void Linearization::note(const ActionTraits& traits, std::uint32_t call, bool done) {
  if (model_->has_goals() && model_->overwrites(calls_[call].action)) {
    overwrites_done_ += done ? 1 : -1U;
  }
  if (facts_.empty()) return;
  for (const FactId fact : traits.puts) facts_[fact].put += done ? 1 : -1U;
  if (!required(call)) return;
  for (std::size_t i = 0; i < traits.wants.size(); ++i) {
    Fact& fact = facts_[traits.wants[i]];
    fact.left += done ? -1U : 1;
    if (!done) fact.first = std::min(fact.first, want_rank_[want_begin_[call] + i]);
  }
}

void Linearization::append(Step step) {
  trail_.push_back(step);
  if ((step & kKind) != 0) {
    Kind& kind = kinds_[step & ~kKind];
    note(model_->traits(kind.action), kind.calls[used_[step & ~kKind]++], true);
    return;
  }
  done_[step] = 1;
  unlink(step);
  set_bit(step);
  note(traits(step), step, true);
}

void Linearization::go_back(const Mark& mark) {
  state_ = mark.state;
  while (trail_.size() > mark.length) {
    const Step step = trail_.back();
    trail_.pop_back();
    if ((step & kKind) != 0) {
      Kind& kind = kinds_[step & ~kKind];
      note(model_->traits(kind.action), kind.calls[--used_[step & ~kKind]], false);
      continue;
    }
    done_[step] = 0;
    link(step);
    clear_bit(step);
    note(traits(step), step, false);
  }
  // Only now: later calls may have had the same slots.
  for (; frontier_ > mark.frontier; --frontier_) {
    const std::uint32_t passed = returns_[frontier_ - 1];
    if (done_[passed] != 0) set_bit(passed);
  }
}

void Linearization::advance() {
  for (; !complete() && done_[returns_[frontier_]] != 0; ++frontier_) {
    clear_bit(returns_[frontier_]);
  }
}

void Linearization::settle() {
  for (bool moved = true; moved;) {
    const std::uint32_t before = frontier_;
    for (std::uint32_t i = first_undone(); i != calls_.size() && calls_[i].invoked < limit();
         i = next_[i]) {
      const ActionId action = calls_[i].action;
      if (!model_->traits(action).changes && model_->step(state_, action) != kIllegal) append(i);
    }
    advance();
    moved = frontier_ != before;
  }
}

// A write of what nobody will look for any more.
bool Linearization::unread(ActionId action) const {
  if (!one_cell_) return false;
  const ActionTraits& traits = model_->traits(action);
  if (!traits.wants.empty() || traits.puts.size() != 1) return false;
  const Fact& fact = facts_[traits.puts.front()];
  return fact.left == 0 && fact.optional_left == 0;
}

void Linearization::absorb_unread(std::uint32_t except) {
  for (std::uint32_t i = first_undone(); i != calls_.size() && calls_[i].invoked < limit();
       i = next_[i]) {
    if (i != except && unread(calls_[i].action)) append(i);
  }
}

void Linearization::append_steps(std::vector<Step>* steps) {
  ++round_;
  const std::size_t begin = steps->size();
  const std::uint32_t first = returns_[frontier_];
  const auto see = [&](ActionId action) {
    seen_action_[action] = round_;
    seen_at_[action] = static_cast<std::uint32_t>(steps->size());
  };
  if (traits(first).changes) {
    see(calls_[first].action);
    steps->push_back(first);
  }
  for (std::uint32_t i = first_undone(); i != calls_.size() && calls_[i].invoked < limit();
       i = next_[i]) {
    const ActionId action = calls_[i].action;
    if (i == first || !model_->traits(action).changes || unread(action)) continue;
    if (seen_action_[action] != round_) {
      see(action);
      steps->push_back(i);
    } else if (calls_[i].completed < calls_[(*steps)[seen_at_[action]]].completed) {
      (*steps)[seen_at_[action]] = i;
    }
  }
  const auto by_end = [&](Step a, Step b) { return calls_[a].completed < calls_[b].completed; };
  std::sort(steps->begin() + static_cast<std::ptrdiff_t>(begin), steps->end(), by_end);
  for (std::uint32_t k = 0; k < kinds_.size(); ++k) {
    const Kind& kind = kinds_[k];
    if (used_[k] == kind.calls.size() || calls_[kind.calls[used_[k]]].invoked >= limit()) continue;
    if (seen_action_[kind.action] == round_ || unread(kind.action)) continue;
    steps->push_back(kKind | k);
  }
}

bool Linearization::take(Step step) {
  const bool kind = (step & kKind) != 0;
  const ActionId action = kind ? kinds_[step & ~kKind].action : calls_[step].action;
  const ModelState before = state_;
  const ModelState after = model_->step(before, action);
  if (after == kIllegal) return false;
  if (one_cell_ && model_->traits(action).wants.empty()) absorb_unread(kind ? kNone : step);
  append(step);
  if (look_ahead_ && !leaves_well(before, action)) return false;
  state_ = after;
  advance();
  settle();
  return !look_ahead_ || leads_to_goal();
}

// Whether the next call that wants the fact may still find it, once it is left: not all that put it
// in time are used up.
bool Linearization::may_leave(FactId id) {
  Fact& fact = facts_[id];
  while (fact.first < fact.wanted_by.size() && done_[fact.wanted_by[fact.first]] != 0) {
    ++fact.first;
  }
  if (fact.first == fact.wanted_by.size()) return true;
  if (fact.put < fact.puts_before[fact.first]) return true;
  horizon_ = std::max(horizon_, calls_[fact.wanted_by[fact.first]].completed);
  return false;
}

bool Linearization::leaves_well(ModelState before, ActionId action) {
  if (facts_.empty()) return true;
  for (const FactId put : model_->traits(action).puts) {
    const FactId old = model_->held(before, put);
    if (old != put && !may_leave(old)) return false;
  }
  return true;
}

bool Linearization::leads_to_goal() {
  if (goal_from_.empty()) return true;
  std::uint32_t goal = goal_from_[frontier_];
  while (goal < returns_.size() && done_[returns_[goal]] != 0) goal = goal_from_[goal + 1];
  if (goal == returns_.size()) return true;
  const Call& call = calls_[returns_[goal]];
  if (model_->leads_to(state_, call.action, overwrites_done_ < overwrites_before_[goal])) {
    return true;
  }
  horizon_ = std::max(horizon_, call.completed);
  return false;
}

void Linearization::write_key(std::uint64_t* key) const {
  key[0] = std::uint64_t{frontier_} << 32 | state_;
  std::copy(bits_.begin(), bits_.end(), key + 1);
}

std::vector<OpIndex> Linearization::order() const {
  std::vector<OpIndex> result;
  std::vector<std::uint32_t> used(kinds_.size());
  for (const Step step : trail_) {
    const bool kind = (step & kKind) != 0;
    result.push_back(calls_[kind ? kinds_[step & ~kKind].calls[used[step & ~kKind]++] : step].op);
  }
  return result;
}

std::size_t Linearization::bytes() const {
  constexpr std::size_t kPerCall = 60;
  return calls_.size() * kPerCall + facts_.size() * sizeof(Fact) + kinds_.size() * sizeof(Kind);
}

}  // namespace quorate
