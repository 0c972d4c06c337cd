// The checker of CC and CCv: one pass for the reads, one over the graph of conflicts.
#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "checker/sessions/causal_evidence.h"
#include "checker/sessions/causality.h"
#include "checker/sessions/judged_history.h"
#include "checker/sessions/sessions.h"

namespace quorate {
namespace {

class CausalChecker : public Checker {
 public:
  CausalChecker(Property property, InitialValue initial)
      : property_(property), initial_(std::move(initial)) {}

  Property property() const override { return property_; }

  CheckResult check(const History& history, const Budget& budget) const override {
    const Instant began = monotonic_now();
    CheckResult result;
    result.property = property_;
    if (const std::string over = over_budget(history, budget); !over.empty()) {
      result.reason = over;
      return result;
    }
    const JudgedHistory judged(history, initial_);
    const CausalLimits limits{deadline_of(began, budget), budget.bytes - bytes_to_judge(history)};
    const bool converges = property_ == Property::kCausalConvergence;
    const Causality found = causality_of(
        judged.steps(), converges ? CausalWish::kConflicts : CausalWish::kUncausalReads, limits);
    judge(judged, found, &result);
    result.reason = !found.stopped.empty()
                        ? fmt::format("not all operations were judged: {}", found.stopped)
                        : judged.sources().undecided();
    result.validity = result.violation_count > 0 ? Validity::kInvalid
                      : !result.reason.empty()   ? Validity::kUnknown
                                                 : Validity::kValid;
    judged.measure(&result.measures);
    result.measures["uncausal_reads"] = found.uncausal_reads.size();
    result.measures["causality_cycles"] = found.cycles();
    return result;
  }

 private:
  void judge(const JudgedHistory& judged, const Causality& found, CheckResult* result) const {
    const SessionSteps& steps = judged.steps();
    CausalTracer tracer(steps);
    ShownEvidence shown;
    const std::uint32_t cycles = found.cycles();
    for (std::uint32_t c = 0; cycles > 0 && c < found.components.count(); ++c) {
      if (found.components.size_of(c) == 1) continue;
      const std::uint32_t key = steps[found.components.order[found.components.begins[c]]].key;
      if (shown.wants(key, c)) {
        shown.keep(key, c, tracer.evidence_of_cycle(found.components, c));
      }
    }
    for (const UncausalRead& read : found.uncausal_reads) {
      const std::uint32_t key = steps[read.read].key;
      const std::uint64_t tag = (std::uint64_t{1} << 32) + read.value;
      if (shown.wants(key, tag)) shown.keep(key, tag, tracer.evidence_of(read));
    }
    result->violation_count = cycles + found.uncausal_reads.size();
    if (property_ == Property::kCausalConvergence && cycles == 0) {
      judge_conflicts(steps, found, &tracer, &shown, result);
    }
    for (EvidenceOps& ops : shown.take()) {
      result->violations.push_back(
          tell_causal(judged.history(), judged.sources(), property_, std::move(ops)));
    }
  }

  static void judge_conflicts(const SessionSteps& steps, const Causality& found,
                              CausalTracer* tracer, ShownEvidence* shown, CheckResult* result) {
    ConflictGraph graph(steps, found.conflicts);
    result->violation_count += graph.cyclic().size();
    result->measures["diverging_sets"] = graph.cyclic().size();
    for (const std::uint32_t c : graph.cyclic()) {
      const std::uint32_t key = steps[graph.components().order[graph.components().begins[c]]].key;
      const std::uint64_t tag = (std::uint64_t{2} << 32) + c;
      if (!shown->wants(key, tag)) continue;
      shown->keep(key, tag, graph.evidence_of(graph.cycle(c), tracer));
    }
  }

  Property property_;
  InitialValue initial_;
};

}  // namespace

std::unique_ptr<Checker> causal_checker(Property property, const InitialValue& initial) {
  if (property != Property::kCausal && property != Property::kCausalConvergence) return nullptr;
  return std::make_unique<CausalChecker>(property, initial);
}

}  // namespace quorate
