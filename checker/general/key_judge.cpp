#include "checker/general/key_judge.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"
#include "checker/general/decide.h"
#include "checker/general/models/make_model.h"
#include "checker/general/narrate.h"
#include "checker/general/shrink.h"
#include "checker/general/two_holders.h"
#include "checker/registers/dirty_reads.h"
#include "checker/registers/explain.h"
#include "checker/registers/order_check.h"

namespace quorate {
namespace {

// What building one call, or one cluster, takes at most, all tables together.
constexpr std::size_t kBytesPerOp = 160;

bool is_register(ModelKind kind) {
  return kind == ModelKind::kRegister || kind == ModelKind::kCasRegister;
}

KeyVerdict unknown(std::string reason) {
  KeyVerdict verdict;
  verdict.reason = std::move(reason);
  return verdict;
}

constexpr std::string_view kTime = "was not decided within the time budget";
constexpr std::string_view kMemory = "was not decided within the memory budget";

}  // namespace

KeyJudge::KeyJudge(const History& history, std::size_t symbol_count, ModelKind kind,
                   const InitialValue& initial, SearchBudget* budget)
    : history_(history),
      kind_(kind),
      initial_(initial),
      budget_(budget),
      clusters_(history, is_register(kind) ? symbol_count : 1),
      initial_symbol_(initial_symbol(history, initial)) {}

// Where values are not unique they tell no order, though which reads nothing allows.
KeyJudge::Clusters KeyJudge::build_clusters(std::span<const OpIndex> ops) {
  if (!is_register(kind_)) return Clusters::kNotARegister;
  told_.clear();
  for (const OpIndex index : ops) {
    const Op& op = history_.ops()[index];
    const bool known = op.function == Function::kRead || op.function == Function::kWrite;
    if (!known && op.outcome != Outcome::kFail) return Clusters::kNotARegister;
    if (known) told_.push_back(index);
  }
  clusters_.build(told_, initial_symbol_, initial_.kind == InitialValue::Kind::kFree);
  return clusters_.duplicate() ? Clusters::kBadReads : Clusters::kOrder;
}

bool KeyJudge::ordered() const {
  std::vector<OrderItem> items;
  collect_items(clusters_, OrderRule::kLinearizable, &items);
  return order_check(&items, 1).conflicts == 0;
}

std::unique_ptr<KeyCalls> KeyJudge::calls_of(std::span<const OpIndex> ops) const {
  return std::make_unique<KeyCalls>(history_, ops, make_model(kind_, history_, initial_));
}

KeyVerdict KeyJudge::judge(std::span<const OpIndex> ops) {
  if (!budget_->time_left()) return unknown(std::string("was not reached within the time budget"));
  MemoryCharge charge(budget_);
  if (!charge.hold(ops.size() * kBytesPerOp)) return unknown(std::string(kMemory));
  KeyVerdict verdict;
  const Clusters told = build_clusters(ops);
  const bool bad_reads = told != Clusters::kNotARegister && !clusters_.bad_reads().empty();
  if (bad_reads || told == Clusters::kOrder) {
    verdict.method = Method::kClusters;
    verdict.validity = !bad_reads && ordered() ? Validity::kValid : Validity::kInvalid;
  } else {
    judge_calls(ops, &verdict);
  }
  return verdict;
}

void KeyJudge::judge_calls(std::span<const OpIndex> ops, KeyVerdict* verdict) {
  const std::unique_ptr<KeyCalls> calls = calls_of(ops);
  const Decision decision = decide(calls->all(), &calls->model(), budget_);
  const SearchResult& result = decision.result;
  verdict->method = decision.searched ? Method::kSearch : Method::kChains;
  verdict->steps = result.steps;
  verdict->bad_end = result.bad_end;
  switch (result.answer) {
    case SearchResult::Answer::kLinearizable:
      verdict->validity = Validity::kValid;
      break;
    case SearchResult::Answer::kNotLinearizable:
      verdict->validity = Validity::kInvalid;
      break;
    case SearchResult::Answer::kOutOfTime:
      verdict->reason = kTime;
      break;
    case SearchResult::Answer::kOutOfMemory:
      verdict->reason = kMemory;
      break;
  }
}

Violation KeyJudge::explain_clusters() {
  Evidence evidence;
  CounterexampleFinder finder(history_, &clusters_);
  if (!clusters_.bad_reads().empty()) {
    evidence = evidence_of(clusters_, clusters_.bad_reads().front());
    BadReadNames(history_).find_writer(&evidence);
  } else {
    std::vector<OrderItem> items;
    collect_items(clusters_, OrderRule::kLinearizable, &items);
    const OrderResult order = order_check(&items, 1);
    QUORATE_CHECK(!order.kept.empty(), "a key that was judged invalid");
    evidence = evidence_of(history_, clusters_, OrderRule::kLinearizable, order.kept.front());
    finder.minimise(&evidence);
  }
  return quorate::explain(history_, Property::kLinearizable, evidence, &finder);
}

Violation KeyJudge::explain(std::span<const OpIndex> ops, const KeyVerdict& verdict,
                            SearchBudget* budget) {
  if (verdict.method == Method::kClusters) {
    build_clusters(ops);
    return explain_clusters();
  }
  const std::unique_ptr<KeyCalls> calls = calls_of(ops);
  if (kind_ == ModelKind::kMutex) {
    const Shrunk pair{two_holders(*calls), true};
    if (!pair.calls.empty()) return narrate(history_, *calls, pair, budget);
  }
  const Shrunk shrunk = shrink(calls->all(), verdict.bad_end, &calls->model(), budget);
  // Few operations with unique values have a story of their own.
  std::vector<OpIndex> kept;
  for (const Call& call : shrunk.calls) kept.push_back(call.op);
  if (shrunk.minimal && initial_.kind != InitialValue::Kind::kFree &&
      build_clusters(kept) == Clusters::kOrder && clusters_.bad_reads().empty() && !ordered()) {
    return explain_clusters();
  }
  return narrate(history_, *calls, shrunk, budget);
}

}  // namespace quorate
