// Violations of causality: the operations that show one, and its story.
#pragma once

#include <vector>

#include "checker/sessions/causality.h"
#include "checker/sessions/session_steps.h"
#include "checker/sessions/shown_evidence.h"
#include "results/verdict.h"

namespace quorate {

// Finds operations that show what a pass found, not yet minimal. Its arrays live from one to the
// next. Each O(n).
class CausalTracer {
 public:
  // REQUIRES: the steps outlive this.
  explicit CausalTracer(const SessionSteps& steps) : steps_(steps), paths_(steps.size()) {}

  // The fewest steps from one to another along sessions and reads-from, both included: of each
  // stretch of a session its first and its last. Empty where `to` does not come after `from`.
  std::vector<StepIndex> path(StepIndex from, StepIndex to);
  // The operations of the steps and of the writes that they read.
  EvidenceOps ops_of(const std::vector<StepIndex>& steps) const;

  EvidenceOps evidence_of(const UncausalRead& read);
  // Of the CyclicCO that component `c` is.
  EvidenceOps evidence_of_cycle(const StrongComponents& components, std::uint32_t c);
  std::vector<StepIndex> cycle(const StrongComponents& components, std::uint32_t c);

 private:
  std::vector<StepIndex> ends_of_stretches(const std::vector<StepIndex>& path) const;

  const SessionSteps& steps_;
  PathFinder paths_;
};

// The graph of session order, reads-from and conflicts, whose cycles are CyclicCF.
class ConflictGraph {
 public:
  // REQUIRES: both outlive this.
  ConflictGraph(const SessionSteps& steps, const std::vector<ReadConflict>& conflicts);

  const StrongComponents& components() const { return components_; }
  // Of more than one step each, in order.
  const std::vector<std::uint32_t>& cyclic() const { return cyclic_; }
  // The conflicts of a shortest cycle of a component, of those tried, in the order of the cycle.
  std::vector<ReadConflict> cycle(std::uint32_t component);
  // How each conflict's `after` comes before the next one's `before`, and each `before` before the
  // read that made it a conflict.
  EvidenceOps evidence_of(const std::vector<ReadConflict>& cycle, CausalTracer* tracer) const;

 private:
  std::uint32_t predecessor(StepIndex step, std::uint32_t i) const;
  const ReadConflict* conflict_between(StepIndex before, StepIndex after) const;

  const SessionSteps& steps_;
  const std::vector<ReadConflict>& conflicts_;
  std::vector<std::uint32_t> begins_;  // into conflicts_, by `after`, and one more
  StrongComponents components_;
  std::vector<std::uint32_t> cyclic_;
  PathFinder paths_;
};

// Judges the operations alone, drops what is not needed, and tells the rest. REQUIRES: they violate
// the property.
Violation tell_causal(const History& history, const ReadSources& sources, Property property,
                      EvidenceOps ops);

}  // namespace quorate
