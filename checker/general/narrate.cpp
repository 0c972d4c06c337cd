#include "checker/general/narrate.h"

#include <algorithm>
#include <set>
#include <string>

#include <fmt/format.h>

#include "checker/evidence/story.h"

namespace quorate {
namespace {

// Longer evidence is not told in every detail.
constexpr std::size_t kToldEdges = 64;
constexpr std::size_t kToldOrder = 8;

class Teller {
 public:
  Teller(const History& history, const KeyCalls& calls, const Shrunk& shrunk,
         const SearchResult& found)
      : history_(history),
        calls_(calls),
        model_(calls.model()),
        kept_(shrunk.calls),
        found_(found),
        story_(history, ops_of(shrunk.calls)) {}

  Violation tell(bool minimal) {
    const Anomaly anomaly = name_it();
    if (anomaly != Anomaly::kDuplicateEffect) tell_stuck();
    if (!minimal) {
      story_.sentence("The budget ended before this was the smallest set: it is not minimal.");
    }
    tell_edges();
    return story_.tell(Property::kLinearizable, anomaly);
  }

 private:
  static std::vector<OpIndex> ops_of(const std::vector<Call>& calls) {
    std::vector<OpIndex> ops;
    for (const Call& call : calls) ops.push_back(call.op);
    return ops;
  }
  static bool certain(const Call& call) { return call.completed != kNever; }
  const Op& op(OpIndex index) const { return history_.ops()[index]; }

  Anomaly name_it() {
    switch (model_.dependence()) {
      case Dependence::kFacts:
        return name_facts();
      case Dependence::kElements:
        return name_elements();
      case Dependence::kSections:
        return name_sections();
      case Dependence::kText:
        break;
    }
    return Anomaly::kNotLinearizable;
  }

  // How often a fact may have come to be, over the whole key and not only in what is kept.
  std::size_t puts(FactId fact) const {
    std::size_t count = model_.held(model_.initial(), fact) == fact ? 1 : 0;
    for (const Call& call : calls_.all()) {
      const std::vector<FactId>& puts = model_.traits(call.action).puts;
      count += static_cast<std::size_t>(std::count(puts.begin(), puts.end(), fact));
    }
    return count;
  }

  Anomaly name_facts() {
    for (const Call& call : kept_) {
      if (!certain(call)) continue;
      for (const FactId fact : model_.traits(call.action).wants) {
        if (puts(fact) == 0) {
          story_.sentence("Nobody ever put there what {} saw.", short_name(call.op));
          return Anomaly::kThinAirRead;
        }
        if (is_twice_taken(fact)) return Anomaly::kDuplicateEffect;
      }
    }
    if (is_future()) return Anomaly::kFutureRead;
    for (const Call& call : kept_) {
      if (is_stale(call)) return Anomaly::kStaleRead;
    }
    return is_inversion() ? Anomaly::kNewOldInversion : Anomaly::kNotLinearizable;
  }

  bool is_read(const Call& call) const {
    return certain(call) && !model_.traits(call.action).changes;
  }
  // Whether the fact was over, for certain, before `position`: whoever may have put it, before
  // `until`, was overwritten by something that is kept.
  bool is_over(FactId fact, Position until, Position position) const {
    const FactId cell = model_.held(model_.initial(), fact);
    const auto overwritten = [&](Position since) {
      return std::any_of(kept_.begin(), kept_.end(), [&](const Call& call) {
        const std::vector<FactId>& puts = model_.traits(call.action).puts;
        return since < call.invoked && call.completed < position && overwrites(fact, puts) &&
               std::find(puts.begin(), puts.end(), fact) == puts.end();
      });
    };
    if (cell == fact && !overwritten(kBefore)) return false;
    for (const Call& call : calls_.all()) {
      const std::vector<FactId>& puts = model_.traits(call.action).puts;
      const bool source = std::find(puts.begin(), puts.end(), fact) != puts.end();
      if (source && call.invoked < until && !overwritten(call.completed)) return false;
    }
    return true;
  }
  // It saw what had been overwritten for certain before it began.
  bool is_stale(const Call& call) {
    if (!is_read(call)) return false;
    for (const FactId fact : model_.traits(call.action).wants) {
      if (!is_over(fact, call.completed, call.invoked)) continue;
      story_.sentence("Whatever may have put there what {} saw was overwritten before it began.",
                      short_name(call.op));
      return true;
    }
    return false;
  }
  // Two reads, one behind the other, of two values: seen in the wrong order.
  bool is_inversion() const {
    std::vector<const Call*> reads;
    for (const Call& call : kept_) {
      if (is_read(call)) reads.push_back(&call);
    }
    return reads.size() == 2 && reads[0]->action != reads[1]->action &&
           (reads[0]->completed < reads[1]->invoked || reads[1]->completed < reads[0]->invoked);
  }

  // More successful cas from a value than it can have been there.
  bool is_twice_taken(FactId fact) {
    std::vector<const Call*> takers;
    for (const Call& call : kept_) {
      const ActionTraits& traits = model_.traits(call.action);
      if (!certain(call) || !traits.changes) continue;
      const auto& wants = traits.wants;
      const auto& puts_here = traits.puts;
      const bool wants_it = std::find(wants.begin(), wants.end(), fact) != wants.end();
      const bool leaves_it = std::find(puts_here.begin(), puts_here.end(), fact) == puts_here.end();
      if (wants_it && leaves_it && overwrites(fact, puts_here)) takers.push_back(&call);
    }
    if (takers.size() <= puts(fact)) return false;
    story_.sentence(
        "{} operations succeeded that each need and replace one value, which was put "
        "there at most {}.",
        takers.size(), puts(fact) == 1 ? "once" : fmt::format("{} times", puts(fact)));
    return true;
  }
  bool overwrites(FactId fact, const std::vector<FactId>& puts) const {
    const FactId cell = model_.held(model_.initial(), fact);
    return std::any_of(puts.begin(), puts.end(),
                       [&](FactId put) { return model_.held(model_.initial(), put) == cell; });
  }

  // One observation alone, over before anything that could have put what it saw was invoked.
  bool is_future() {
    if (kept_.size() != 1 || !is_read(kept_[0])) return false;
    story_.sentence("It was over before anything that puts there what it saw was invoked.");
    return true;
  }

  Anomaly name_elements() {
    for (const Call& call : kept_) {
      const std::uint32_t element = model_.element(call.action);
      if (element == 0 || op(call.op).function != Function::kDequeue) continue;
      std::size_t in = 0;
      std::size_t out = 0;
      for (const Call& other : calls_.all()) {
        if (model_.element(other.action) != element) continue;
        (op(other.op).function == Function::kEnqueue ? in : out) += 1;
      }
      if (in == 0) {
        story_.note(call.op, "← nobody ever enqueued it");
        return Anomaly::kThinAirRead;
      }
      if (out > in) {
        story_.sentence("{} was dequeued {} times, and enqueued at most {}.",
                        story_.shown(op(call.op).value), out,
                        in == 1 ? "once" : fmt::format("{} times", in));
        return Anomaly::kDuplicateEffect;
      }
    }
    return Anomaly::kNotLinearizable;
  }

  Anomaly name_sections() {
    if (found_.stuck == kNoOp || op(found_.stuck).function != Function::kAcquire) {
      return Anomaly::kNotLinearizable;
    }
    if (kept_.size() == 2) {
      const std::int32_t holder = op(kept_[0].op).process;
      story_.note(kept_[1].op, fmt::format("← while process {} held it", holder));
      story_.sentence("Process {} did not try to release it before the second was over.", holder);
    } else {
      story_.sentence("It was acquired while it was held: no release can have come between.");
    }
    return Anomaly::kDuplicateEffect;
  }

  std::string short_name(OpIndex index) const {
    const Op& op = this->op(index);
    const bool valued = takes_value(op.function) || tells_value(op.function);
    return valued ? fmt::format("{} {}", name_of(op.function), story_.shown(op.value))
                  : std::string(name_of(op.function));
  }

  void tell_stuck() {
    const std::vector<OpIndex>& kept = story_.ops();
    if (found_.stuck == kNoOp || !std::binary_search(kept.begin(), kept.end(), found_.stuck)) {
      return;
    }
    story_.note(found_.stuck, "← no order has a place for it");
    std::vector<std::string> names;
    for (const OpIndex index : found_.order) names.push_back(short_name(index));
    if (names.empty()) {
      story_.sentence("Nothing that could come first allows it.");
    } else if (names.size() <= kToldOrder) {
      story_.sentence("The longest order that is legal: {}.", fmt::join(names, ", "));
    } else {
      const auto end = names.end();
      story_.sentence("The longest order that is legal has {} operations and ends: {}.",
                      names.size(), fmt::join(end - kToldOrder, end, ", "));
    }
    story_.sentence("Behind it, and at any place in it, {} is impossible.",
                    short_name(found_.stuck));
  }

  // a ended before b began, and nothing lies between.
  void tell_edges() {
    if (kept_.size() > kToldEdges) return;
    for (const Call& a : kept_) {
      for (const Call& b : kept_) {
        if (a.completed >= b.invoked || lies_between(a, b)) continue;
        story_.edge(a.op, b.op, because::kEndedBefore);
      }
    }
  }
  bool lies_between(const Call& a, const Call& b) const {
    return std::any_of(kept_.begin(), kept_.end(), [&](const Call& c) {
      return a.completed < c.invoked && c.completed < b.invoked;
    });
  }

  const History& history_;
  const KeyCalls& calls_;
  const Model& model_;
  const std::vector<Call>& kept_;
  const SearchResult& found_;
  Story story_;
};

}  // namespace

Violation narrate(const History& history, const KeyCalls& calls, const Shrunk& shrunk,
                  SearchBudget* budget) {
  const SearchResult found =
      search(reduce(shrunk.calls, calls.model()), &calls.model(), budget, {.look_ahead = false});
  return Teller(history, calls, shrunk, found).tell(shrunk.minimal);
}

}  // namespace quorate
