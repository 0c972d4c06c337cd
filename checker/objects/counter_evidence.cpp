#include "checker/objects/counter_evidence.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/check.h"
#include "checker/evidence/story.h"

namespace quorate {
namespace {

using Kind = CounterEvidence::Kind;

bool may_count(const CounterAdd& add, const CounterRead& read) { return add.start < read.end; }
bool counts(const CounterAdd& add, const CounterRead& read) { return add.end < read.start; }

// The first `limit` of the adds, and the reads; in log order.
void settle(std::vector<CounterAdd> adds, std::size_t limit, CounterEvidence* evidence) {
  if (adds.size() > limit) {
    evidence->unshown = adds.size() - limit;
    adds.resize(limit);
  }
  for (const CounterAdd& add : adds) evidence->ops.push_back(add.op);
  evidence->ops.push_back(evidence->read.op);
  if (evidence->earlier.op != kNoOp) evidence->ops.push_back(evidence->earlier.op);
  std::sort(evidence->ops.begin(), evidence->ops.end());
}

// Largest first, as many as it takes to exceed `excess`.
std::vector<CounterAdd> fewest_above(std::vector<CounterAdd> adds, Amount excess) {
  std::stable_sort(adds.begin(), adds.end(),
                   [](const CounterAdd& a, const CounterAdd& b) { return a.amount > b.amount; });
  Amount sum = 0;
  std::size_t taken = 0;
  while (taken < adds.size() && sum <= excess) sum += adds[taken++].amount;
  adds.resize(taken);
  return adds;
}

CounterEvidence evidence_below(const CounterHistory& counter, const CounterRead& read) {
  CounterEvidence evidence{Kind::kBelow, Anomaly::kLostIncrement, {}, read, {}, 0};
  std::vector<CounterAdd> increments;
  std::vector<CounterAdd> decrements;
  Amount decremented = 0;
  for (const CounterAdd& add : counter.adds()) {
    if (add.amount > 0 && counts(add, read)) increments.push_back(add);
    if (add.amount < 0 && may_count(add, read)) {
      decrements.push_back(add);
      decremented += add.amount;
    }
  }
  if (increments.empty()) {
    evidence.anomaly = decrements.empty() ? Anomaly::kThinAirRead : Anomaly::kDuplicateEffect;
  }
  std::vector<CounterAdd> shown = fewest_above(increments, read.value - decremented);
  shown.insert(shown.end(), decrements.begin(), decrements.end());
  settle(std::move(shown), kMostAddsShown, &evidence);
  return evidence;
}

CounterEvidence evidence_above(const CounterHistory& counter, const CounterRead& read) {
  CounterEvidence evidence{Kind::kAbove, Anomaly::kDuplicateEffect, {}, read, {}, 0};
  std::vector<CounterAdd> shown;
  bool increments = false;
  for (const CounterAdd& add : counter.adds()) {
    if (add.amount > 0 ? !may_count(add, read) : !counts(add, read)) continue;
    increments = increments || add.amount > 0;
    shown.push_back(add);
  }
  if (!increments) {
    evidence.anomaly = shown.empty() ? Anomaly::kThinAirRead : Anomaly::kLostIncrement;
  }
  settle(std::move(shown), kMostAddsShown, &evidence);
  return evidence;
}

const CounterRead& find_read(const CounterHistory& counter, OpIndex op) {
  const auto found = std::find_if(counter.reads().begin(), counter.reads().end(),
                                  [op](const CounterRead& read) { return read.op == op; });
  QUORATE_CHECK(found != counter.reads().end());
  return *found;
}

void tell_bounds(const History& history, const CounterEvidence& evidence, Story* story) {
  const CounterRead& read = evidence.read;
  const bool below = evidence.kind == Kind::kBelow;
  for (const OpIndex index : evidence.ops) {
    const bool done = index != read.op && history.ops()[index].completed < read.start;
    if (done) story->edge(index, read.op, because::kEndedBefore);
  }
  story->note(read.op, below ? fmt::format("← at least {} must be there", read.low)
                             : fmt::format("← at most {} can be there", read.high));
  if (below) {
    story->sentence("What was acknowledged before the read began, less all that may have been");
    story->sentence("subtracted before it ended, is {}, yet the read returned {}.", read.low,
                    read.value);
  } else {
    story->sentence("All that may have been added before the read ended, less what was surely");
    story->sentence("subtracted before it began, is {}, yet the read returned {}.", read.high,
                    read.value);
  }
}

void tell_growth(const History& history, const CounterEvidence& evidence, Story* story) {
  const CounterRead& before = evidence.earlier;
  const CounterRead& read = evidence.read;
  story->edge(before.op, read.op, because::kEndedBefore);
  if (evidence.kind == Kind::kDecreased) {
    story->sentence("Nothing is ever subtracted, yet the counter went from {} back to {}.",
                    before.value, read.value);
    return;
  }
  std::size_t between = evidence.unshown;
  for (const OpIndex index : evidence.ops) {
    if (history.ops()[index].function == Function::kRead) continue;
    ++between;
    story->edge(before.op, index, because::kEndedBefore);
    story->edge(index, read.op, because::kEndedBefore);
  }
  story->sentence("Between the two reads {} increments began and were acknowledged, yet the",
                  between);
  story->sentence("counter only went from {} to {}.", before.value, read.value);
}

}  // namespace

CounterEvidence evidence_out_of_bounds(const CounterHistory& counter, const CounterRead& read) {
  QUORATE_CHECK(read.value < read.low || read.value > read.high);
  return read.value < read.low ? evidence_below(counter, read) : evidence_above(counter, read);
}

CounterEvidence evidence_impossible(const CounterHistory& counter, const CounterRead& read) {
  CounterEvidence evidence{Kind::kImpossible, Anomaly::kThinAirRead, {}, read, {}, 0};
  std::vector<CounterAdd> shown;
  for (const CounterAdd& add : counter.adds()) {
    if (may_count(add, read)) shown.push_back(add);
  }
  settle(std::move(shown), kMostAddsShown, &evidence);
  return evidence;
}

CounterEvidence evidence_decreased(const CounterRead& earlier, const CounterRead& read) {
  CounterEvidence evidence{Kind::kDecreased, Anomaly::kNewOldInversion, {}, read, earlier, 0};
  settle({}, 0, &evidence);
  return evidence;
}

CounterEvidence evidence_too_slow(const CounterHistory& counter, const UnitConflict& conflict) {
  const CounterRead& read = find_read(counter, conflict.later);
  if (conflict.earlier == kNoOp) return evidence_out_of_bounds(counter, read);
  const CounterRead& earlier = find_read(counter, conflict.earlier);
  CounterEvidence evidence{Kind::kTooSlow, Anomaly::kLostIncrement, {}, read, earlier, 0};
  std::vector<CounterAdd> between;
  for (const CounterAdd& add : counter.adds()) {
    const bool inside = earlier.end < add.start && add.end < read.start;
    if (add.amount > 0 && inside) between.push_back(add);
  }
  settle(fewest_above(std::move(between), read.value - earlier.value), kMostAddsShown, &evidence);
  return evidence;
}

Violation tell(const History& history, Property property, const CounterEvidence& evidence) {
  Story story(history, evidence.ops);
  switch (evidence.kind) {
    case Kind::kBelow:
    case Kind::kAbove:
      tell_bounds(history, evidence, &story);
      break;
    case Kind::kImpossible:
      story.sentence("No sum of adds that had begun is {}, yet the read returned it.",
                     evidence.read.value);
      break;
    case Kind::kDecreased:
    case Kind::kTooSlow:
      tell_growth(history, evidence, &story);
  }
  if (evidence.unshown > 0) {
    story.sentence("{} more adds that count are not shown.", evidence.unshown);
  }
  return story.tell(property, evidence.anomaly);
}

}  // namespace quorate
