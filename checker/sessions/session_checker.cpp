// The checker of the four session guarantees: a loop over the keys, each by the order that it has.
#include <array>
#include <map>

#include <fmt/format.h>

#include "checker/sessions/causality.h"
#include "checker/sessions/guarantee_story.h"
#include "checker/sessions/judged_history.h"
#include "checker/sessions/sessions.h"

namespace quorate {
namespace {

constexpr std::size_t kTriedCycles = 16;

// One history being judged.
class SessionRun {
 public:
  SessionRun(const History& history, const GuaranteeRule& rule, KnownOrder order,
             const InitialValue& initial, const CausalLimits& limits)
      : rule_(rule),
        order_(order),
        limits_(limits),
        judged_(history, initial),
        judge_(judged_.steps(), rule) {}

  CheckResult run() {
    CheckResult result;
    undecided(judged_.sources().undecided());
    if (needs_versions() && judged_.steps().size() > 0 && !judged_.tells_versions()) {
      undecided("not decidable without versions: no reply tells one");
    }
    if (by_causality()) learn_causality();
    for (std::uint32_t key = 0; key < judged_.steps().keys(); ++key) {
      if (monotonic_now() >= limits_.deadline) {
        undecided(fmt::format("{} was not reached within the time budget", name_of_key(key)));
        break;
      }
      judge_key(key);
    }
    tell(&result);
    return result;
  }

 private:
  // What has no order but the versions' can be judged by nothing else.
  bool needs_versions() const { return rule_.to_write; }
  bool by_causality() const { return order_ == KnownOrder::kCausal && !needs_versions(); }

  Symbol symbol_of(std::uint32_t key) const {
    return judged_.steps().op(judged_.steps().of_key(key).front()).key;
  }
  std::string name_of_key(std::uint32_t key) const {
    return key_name(judged_.history(), symbol_of(key));
  }
  void undecided(const std::string& reason) {
    if (reason_.empty()) reason_ = reason;
  }

  void learn_causality() {
    const Causality found =
        causality_of(judged_.steps(), CausalWish::kCausalEdges, limits_, &edges_);
    if (!found.stopped.empty()) {
      undecided(fmt::format("not all of causality is known: {}", found.stopped));
    }
    if (found.cycles() > 0) undecided("causality itself is cyclic, which `causal` judges");
  }

  KeyOrder order_of(std::uint32_t key) const {
    if (needs_versions()) return KeyOrder::kVersions;
    if (order_ == KnownOrder::kCausal) return KeyOrder::kCausal;
    const bool told = judged_.sources().versions_told(symbol_of(key));
    return order_ == KnownOrder::kBest && told ? KeyOrder::kVersions : KeyOrder::kRealTime;
  }

  void judge_key(std::uint32_t key) {
    const KeyOrder order = order_of(key);
    ++keys_by_order_[static_cast<std::size_t>(order)];
    if (order != KeyOrder::kVersions) {
      keep(key, order, judge_.by_order(key, by_causality() ? &edges_[key] : nullptr));
      return;
    }
    if (judged_.sources().versions_disagree(symbol_of(key))) {
      undecided(fmt::format("{} tells two versions of one value, or one version of two",
                            name_of_key(key)));
      return;
    }
    const Judgement judgement = judge_.by_versions(key);
    if (judgement.undecided) {
      undecided(fmt::format("not decidable without versions: {} has writes that tell none",
                            name_of_key(key)));
    }
    keep(key, order, judgement);
  }

  void keep(std::uint32_t key, KeyOrder order, const Judgement& judgement) {
    violations_ += judgement.broken.size();
    for (std::size_t i = 0; i < judgement.broken.size(); ++i) {
      const std::uint64_t tag = judgement.tags[i];
      if (!shown_.wants(key, tag)) continue;
      EvidenceOps ops = evidence(i, order, judgement);
      order_of_evidence_[ops] = order;
      shown_.keep(key, tag, std::move(ops));
    }
  }

  // Of the demands that are broken together with the i-th, that with the shortest cycle is shown.
  EvidenceOps evidence(std::size_t i, KeyOrder order, const Judgement& judgement) {
    Demand shortest = judgement.broken[i];
    if (order == KeyOrder::kVersions) return evidence_of(judged_.steps(), shortest, {}, order);
    std::vector<Hop> cycle = judge_.cycle(shortest);
    std::size_t tried = 1;
    for (std::size_t k = i + 1; k < judgement.broken.size() && tried < kTriedCycles; ++k) {
      if (judgement.tags[k] != judgement.tags[i]) continue;
      ++tried;
      std::vector<Hop> other = judge_.cycle(judgement.broken[k]);
      if (other.size() >= cycle.size()) continue;
      shortest = judgement.broken[k];
      cycle = std::move(other);
    }
    return evidence_of(judged_.steps(), shortest, cycle, order);
  }

  void tell(CheckResult* result) {
    result->property = rule_.property;
    result->violation_count = violations_;
    for (EvidenceOps& ops : shown_.take()) {
      const KeyOrder order = order_of_evidence_[ops];
      result->violations.push_back(
          tell_guarantee(judged_.history(), judged_.sources(), rule_, order, std::move(ops)));
    }
    result->validity = violations_ > 0    ? Validity::kInvalid
                       : !reason_.empty() ? Validity::kUnknown
                                          : Validity::kValid;
    result->reason = reason_;
    judged_.measure(&result->measures);
    result->measures["keys_by_versions"] = keys_by_order_[0];
    result->measures["keys_by_real_time"] = keys_by_order_[1];
    result->measures["keys_by_causality"] = keys_by_order_[2];
  }

  const GuaranteeRule& rule_;
  KnownOrder order_;
  CausalLimits limits_;
  JudgedHistory judged_;
  GuaranteeJudge judge_;
  std::vector<std::vector<CausalEdge>> edges_;  // by key
  std::array<std::uint64_t, 3> keys_by_order_{};
  ShownEvidence shown_;
  std::map<EvidenceOps, KeyOrder> order_of_evidence_;
  std::uint64_t violations_ = 0;
  std::string reason_;
};

class SessionChecker : public Checker {
 public:
  SessionChecker(const GuaranteeRule& rule, InitialValue initial, KnownOrder order)
      : rule_(rule), initial_(std::move(initial)), order_(order) {}

  Property property() const override { return rule_.property; }

  CheckResult check(const History& history, const Budget& budget) const override {
    const Instant began = monotonic_now();
    if (std::string over = over_budget(history, budget); !over.empty()) {
      CheckResult result;
      result.property = rule_.property;
      result.reason = std::move(over);
      return result;
    }
    const CausalLimits limits{deadline_of(began, budget), budget.bytes - bytes_to_judge(history)};
    return SessionRun(history, rule_, order_, initial_, limits).run();
  }

 private:
  const GuaranteeRule& rule_;
  InitialValue initial_;
  KnownOrder order_;
};

}  // namespace

std::unique_ptr<Checker> session_checker(Property property, const InitialValue& initial,
                                         KnownOrder order) {
  const GuaranteeRule* rule = guarantee_rule(property);
  if (rule == nullptr) return nullptr;
  return std::make_unique<SessionChecker>(*rule, initial, order);
}

}  // namespace quorate
