// The port of the register checkers: keys on threads, and what they found as results.
#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "checker/registers/dirty_reads.h"
#include "checker/registers/explain.h"
#include "checker/registers/key_judge.h"

namespace quorate {
namespace {

constexpr std::size_t kIndexBytesPerOp = 12;        // upper bound
constexpr std::size_t kFewestOpsToShare = 100'000;  // fewer are judged sooner than shared out

// Keys [from, to).
struct KeyRange {
  std::size_t from = 0;
  std::size_t to = 0;
};

// Cuts the keys into runs of about equally many operations: many to a thread, so that none waits
// long for the last.
std::vector<KeyRange> ranges_of(const KeyIndex& keys, std::size_t operations, std::size_t threads) {
  const std::size_t enough = threads == 1 ? operations : operations / (16 * threads) + 1;
  std::vector<KeyRange> ranges;
  KeyRange range;
  std::size_t ops = 0;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    ops += keys.ops(key).size();
    range.to = key + 1;
    if (ops < enough && range.to < keys.size()) continue;
    ranges.push_back(range);
    range.from = range.to;
    ops = 0;
  }
  return ranges;
}

// Which threads judge which range does not show in the result: it is put together in their order.
KeyVerdicts judge_ranges(const KeyJudgeContext& context, const std::vector<KeyRange>& ranges,
                         std::size_t threads) {
  std::vector<KeyVerdicts> found(ranges.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&context, &ranges, &found, &next] {
    KeyJudge judge(context);
    for (std::size_t i = next++; i < ranges.size(); i = next++) {
      found[i] = judge.judge(ranges[i].from, ranges[i].to);
    }
  };
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  KeyVerdicts all;
  all.properties.resize(context.properties.size());
  for (KeyVerdicts& verdicts : found) all.append(std::move(verdicts));
  return all;
}

std::size_t threads_for(const RegisterOptions& options, const KeyIndex& keys,
                        std::size_t operations) {
  std::size_t threads = 1;
  if (options.threads > 0) {
    threads = static_cast<std::size_t>(options.threads);
  } else if (operations >= kFewestOpsToShare) {
    threads = std::max(1U, std::thread::hardware_concurrency());
  }
  return std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(keys.size(), 1));
}

// Shares the budget out: as many threads as can each take the largest key, and one in any case.
void share_memory(const History& history, std::size_t* threads, KeyJudgeContext* context) {
  const KeyIndex& keys = context->keys;
  const std::size_t slots = keys.symbol_count() * sizeof(Symbol);
  const std::size_t index = history.ops().size() * kIndexBytesPerOp;
  std::size_t largest = 0;
  for (std::size_t key = 0; key < keys.size(); ++key) {
    largest = std::max(largest, keys.ops(key).size() * bytes_per_op(context->properties));
  }
  const std::size_t budget = context->budget.bytes;
  while (*threads > 1 && index + *threads * (slots + largest) > budget) --*threads;
  const std::size_t fixed = index + *threads * slots;
  context->bytes = fixed > budget ? 0 : (budget - fixed) / *threads;
}

bool has_final_reads(const History& history) {
  return std::any_of(history.ops().begin(), history.ops().end(), [](const Op& op) {
    return op.final_read && op.function == Function::kRead && op.outcome == Outcome::kOk;
  });
}

Json measures_of(Property property, const RegisterOptions& options, const History& history,
                 const KeyTally& tally, const PropertyFindings& found) {
  Json json = Json::object();
  json["operations"] = history.ops().size();
  json["keys"] = tally.keys;
  json["reads"] = tally.reads;
  json["writes"] = tally.writes;
  json["info_writes"] = tally.info_writes;
  json["info_share_max"] = tally.info_share_max;
  if (property != Property::kNoLostWrite) json["bad_reads"] = found.bad_reads;
  if (property == Property::kLatest) {
    json["stale_reads"] = found.findings.violation_count() - found.bad_reads;
  }
  if (property == Property::kNoLostWrite) {
    json["final_reads"] = found.final_reads;
    json["lost_writes"] = found.lost_writes;
  }
  const bool is_dirt = property == Property::kNoLostWrite || property == Property::kNoDirtyRead;
  if (options.replicas > 0 && !is_dirt) {
    json[property == Property::kLatest ? "reads_not_owed" : "keys_not_owed"] = found.not_owed;
    if (found.not_owed > 0) json["not_owed_reason"] = found.not_owed_reason;
  }
  return json;
}

// Makes results of what was found.
class Teller {
 public:
  explicit Teller(const KeyJudgeContext& context) : context_(context), names_(context.history) {}

  CheckResult tell(Property property, const KeyTally& tally, PropertyFindings found) {
    // Then each key said the same, and nothing was found.
    if (property == Property::kNoLostWrite && !has_final_reads(context_.history)) {
      Findings none;
      none.undecided("the history has no final reads");
      found.findings = std::move(none);
    }
    CheckResult result;
    result.property = property;
    result.violation_count = found.findings.violation_count();
    result.validity = result.violation_count > 0      ? Validity::kInvalid
                      : found.findings.is_undecided() ? Validity::kUnknown
                                                      : Validity::kValid;
    result.reason = found.findings.undecided_reason();
    result.measures = measures_of(property, context_.options, context_.history, tally, found);
    for (Evidence& evidence : found.findings.take_shown()) {
      if (!finder_) make_finder();
      if (evidence.rule) finder_->minimise(&evidence);
      names_.find_writer(&evidence);
      result.violations.push_back(explain(context_.history, property, evidence, finder_.get()));
    }
    return result;
  }

 private:
  void make_finder() {
    clusters_ = std::make_unique<KeyClusters>(context_.history, context_.keys.symbol_count());
    finder_ = std::make_unique<CounterexampleFinder>(context_.history, clusters_.get());
  }

  const KeyJudgeContext& context_;
  std::unique_ptr<KeyClusters> clusters_;  // where there is something to tell
  std::unique_ptr<CounterexampleFinder> finder_;
  BadReadNames names_;
};

class RegisterChecker : public Checker {
 public:
  RegisterChecker(Property property, RegisterOptions options)
      : property_(property), options_(std::move(options)) {}

  Property property() const override { return property_; }
  CheckResult check(const History& history, const Budget& budget) const override {
    return std::move(check_registers(history, {&property_, 1}, options_, budget).front());
  }

 private:
  Property property_;
  RegisterOptions options_;
};

}  // namespace

bool is_register_property(Property property) {
  switch (property) {
    case Property::kLatest:
    case Property::kWriteOrder:
    case Property::kSingleOrder:
    case Property::kLinearizable:
    case Property::kNoLostWrite:
    case Property::kNoDirtyRead:
      return true;
    default:
      return false;
  }
}

std::vector<CheckResult> check_registers(const History& history,
                                         std::span<const Property> properties,
                                         const RegisterOptions& options, const Budget& budget) {
  for (const Property property : properties) {
    QUORATE_CHECK(is_register_property(property), "{} is no property of registers",
                  name_of(property));
  }
  const Instant began = monotonic_now();
  const KeyIndex keys(history);
  KeyJudgeContext context{
      history, keys, properties, options, budget, began, initial_symbol(history, options.initial)};
  std::size_t threads = threads_for(options, keys, history.ops().size());
  share_memory(history, &threads, &context);
  KeyVerdicts found =
      judge_ranges(context, ranges_of(keys, history.ops().size(), threads), threads);
  Teller teller(context);
  std::vector<CheckResult> results;
  for (std::size_t i = 0; i < properties.size(); ++i) {
    results.push_back(teller.tell(properties[i], found.tally, std::move(found.properties[i])));
  }
  return results;
}

std::unique_ptr<Checker> register_checker_with(Property property, const RegisterOptions& options) {
  if (!is_register_property(property)) return nullptr;
  return std::make_unique<RegisterChecker>(property, options);
}

std::unique_ptr<Checker> register_checker(Property property, const InitialValue& initial) {
  return register_checker_with(property, RegisterOptions{.initial = initial});
}

}  // namespace quorate
