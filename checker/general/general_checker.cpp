#include "checker/general/general_checker.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "checker/general/key_judge.h"
#include "checker/general/models/make_model.h"
#include "checker/key_index.h"

namespace quorate {
namespace {

constexpr std::size_t kShown = 8;
// Fewer operations than this are not worth a thread.
constexpr std::size_t kOpsForThreads = 20'000;
// The share of the time budget that evidence may take at most, and its limit.
constexpr Duration kEvidenceTime = std::chrono::seconds(5);

// The operations of each object: of a key, or of the whole history for a model over all keys.
class Objects {
 public:
  Objects(const History& history, ModelKind kind) : keys_(history) {
    if (kind != ModelKind::kMultiRegister) return;
    all_.resize(history.ops().size());
    std::iota(all_.begin(), all_.end(), OpIndex{0});
  }
  std::size_t size() const { return all_.empty() ? keys_.size() : 1; }
  std::span<const OpIndex> ops(std::size_t i) const {
    return all_.empty() ? keys_.ops(i) : std::span<const OpIndex>(all_);
  }
  std::string name(const History& history, std::size_t i) const {
    if (!all_.empty()) return "the history";
    if (keys_.key(i) == kAbsent) return "the only object";
    return fmt::format("key {}", history.text(keys_.key(i)));
  }
  std::size_t symbol_count() const { return keys_.symbol_count(); }

 private:
  KeyIndex keys_;
  std::vector<OpIndex> all_;
};

class GeneralChecker final : public Checker {
 public:
  GeneralChecker(ModelKind kind, InitialValue initial)
      : kind_(kind), initial_(std::move(initial)) {}
  Property property() const override { return Property::kLinearizable; }
  CheckResult check(const History& history, const Budget& budget) const override;

 private:
  std::vector<KeyVerdict> judge_all(const History& history, const Objects& objects,
                                    SearchBudget* budget) const;

  ModelKind kind_;
  InitialValue initial_;
};

// The longest keys first; each worker takes the next that nobody has.
std::vector<KeyVerdict> GeneralChecker::judge_all(const History& history, const Objects& objects,
                                                  SearchBudget* budget) const {
  std::vector<KeyVerdict> verdicts(objects.size());
  std::vector<std::size_t> order(objects.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return objects.ops(a).size() > objects.ops(b).size();
  });
  std::atomic<std::size_t> next{0};
  const auto work = [&] {
    KeyJudge judge(history, objects.symbol_count(), kind_, initial_, budget);
    for (std::size_t i = next++; i < order.size(); i = next++) {
      verdicts[order[i]] = judge.judge(objects.ops(order[i]));
    }
  };
  std::size_t workers = 1;
  if (history.ops().size() >= kOpsForThreads) {
    workers = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, objects.size());
  }
  std::vector<std::thread> threads;
  for (std::size_t i = 1; i < workers; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return verdicts;
}

CheckResult GeneralChecker::check(const History& history, const Budget& budget) const {
  const Instant began = monotonic_now();
  CheckResult result;
  result.property = Property::kLinearizable;
  if (const auto valid = validate_operations(history, kind_); !valid) {
    result.reason = valid.error().context;
    return result;
  }
  SearchBudget search_budget(budget, began);
  const Objects objects(history, kind_);
  const std::vector<KeyVerdict> verdicts = judge_all(history, objects, &search_budget);

  std::array<std::uint64_t, 3> counts{};
  std::uint64_t searched = 0;
  std::uint64_t steps = 0;
  const Instant judged = monotonic_now();
  const Duration left = std::max(budget.time - (judged - began), Duration(0));
  SearchBudget evidence_budget({std::min(left, kEvidenceTime), budget.bytes}, judged);
  KeyJudge judge(history, objects.symbol_count(), kind_, initial_, &evidence_budget);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    const KeyVerdict& verdict = verdicts[i];
    ++counts[static_cast<std::size_t>(verdict.validity)];
    searched += verdict.method == Method::kSearch ? 1 : 0;
    steps += verdict.steps;
    if (verdict.validity == Validity::kUnknown && result.reason.empty()) {
      result.reason = objects.name(history, i) + " " + verdict.reason;
    }
    if (verdict.validity != Validity::kInvalid) continue;
    if (result.violations.size() < kShown) {
      result.violations.push_back(judge.explain(objects.ops(i), verdict, &evidence_budget));
    }
  }
  result.violation_count = counts[static_cast<std::size_t>(Validity::kInvalid)];
  const bool unknown = counts[static_cast<std::size_t>(Validity::kUnknown)] > 0;
  result.validity = result.violation_count > 0 ? Validity::kInvalid
                    : unknown                  ? Validity::kUnknown
                                               : Validity::kValid;
  result.measures["operations"] = history.ops().size();
  result.measures["keys"] = objects.size();
  result.measures["keys_valid"] = counts[static_cast<std::size_t>(Validity::kValid)];
  result.measures["keys_invalid"] = result.violation_count;
  result.measures["keys_unknown"] = counts[static_cast<std::size_t>(Validity::kUnknown)];
  result.measures["keys_searched"] = searched;
  result.measures["search_steps"] = steps;
  result.measures["bytes_peak"] = std::max(search_budget.peak(), evidence_budget.peak());
  return result;
}

}  // namespace

Result<std::unique_ptr<Checker>> linearizable_checker(ModelKind model,
                                                      const InitialValue& initial) {
  if (auto allowed = check_initial(model, initial); !allowed) return allowed.error();
  return std::unique_ptr<Checker>(std::make_unique<GeneralChecker>(model, initial));
}

}  // namespace quorate
