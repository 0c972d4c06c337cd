#include "checker/sessions/causal_evidence.h"

#include <algorithm>
#include <limits>

namespace quorate {
namespace {

constexpr std::size_t kTried = 16;

void sort_distinct(EvidenceOps* ops) {
  std::sort(ops->begin(), ops->end());
  ops->erase(std::unique(ops->begin(), ops->end()), ops->end());
}

void append(EvidenceOps* to, const EvidenceOps& from) {
  to->insert(to->end(), from.begin(), from.end());
}

}  // namespace

std::vector<StepIndex> CausalTracer::path(StepIndex from, StepIndex to) {
  return ends_of_stretches(paths_.find(
      from, to,
      [this](StepIndex step, std::uint32_t i) { return causal_predecessor(steps_, step, i); },
      [this](StepIndex before, StepIndex step) {
        return steps_[before].session == steps_[step].session ? 0U : 1U;
      },
      [](StepIndex) { return true; }));
}

// A stretch is a run of steps of one session, in its order.
std::vector<StepIndex> CausalTracer::ends_of_stretches(const std::vector<StepIndex>& path) const {
  const auto joined = [this](StepIndex a, StepIndex b) {
    return steps_[a].session == steps_[b].session && steps_[a].position < steps_[b].position;
  };
  std::vector<StepIndex> ends;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const bool inside = i > 0 && i + 1 < path.size() && joined(path[i - 1], path[i]) &&
                        joined(path[i], path[i + 1]);
    if (!inside) ends.push_back(path[i]);
  }
  return ends;
}

EvidenceOps CausalTracer::ops_of(const std::vector<StepIndex>& steps) const {
  EvidenceOps ops;
  for (const StepIndex step : steps) {
    ops.push_back(steps_[step].op);
    if (steps_[step].source < steps_.size()) ops.push_back(steps_[steps_[step].source].op);
  }
  sort_distinct(&ops);
  return ops;
}

EvidenceOps CausalTracer::evidence_of(const UncausalRead& read) {
  EvidenceOps ops = ops_of(path(read.newer, read.read));
  if (read.value != kInitialStep) append(&ops, ops_of(path(read.value, read.newer)));
  sort_distinct(&ops);
  return ops;
}

std::vector<StepIndex> CausalTracer::cycle(const StrongComponents& components, std::uint32_t c) {
  std::vector<StepIndex> shortest;
  std::size_t tried = 0;
  for (std::uint32_t i = components.begins[c]; i < components.begins[c + 1]; ++i) {
    const StepIndex read = components.order[i];
    const StepIndex source = steps_[read].source;
    if (source >= steps_.size() || components.component[source] != c) continue;
    std::vector<StepIndex> found = path(read, source);
    if (shortest.empty() || found.size() < shortest.size()) shortest = std::move(found);
    if (++tried == kTried) break;
  }
  return shortest;
}

EvidenceOps CausalTracer::evidence_of_cycle(const StrongComponents& components, std::uint32_t c) {
  return ops_of(cycle(components, c));
}

ConflictGraph::ConflictGraph(const SessionSteps& steps, const std::vector<ReadConflict>& conflicts)
    : steps_(steps),
      conflicts_(conflicts),
      begins_(std::size_t{steps.size()} + 1, 0),
      paths_(steps.size()) {
  for (const ReadConflict& conflict : conflicts) ++begins_[conflict.after + 1];
  for (std::size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
  components_ = strong_components(
      steps.size(), [this](StepIndex step, std::uint32_t i) { return predecessor(step, i); });
  for (std::uint32_t c = 0; c < components_.count(); ++c) {
    if (components_.size_of(c) > 1) cyclic_.push_back(c);
  }
}

std::uint32_t ConflictGraph::predecessor(StepIndex step, std::uint32_t i) const {
  const std::uint32_t conflicts = begins_[step + 1] - begins_[step];
  if (i < conflicts) return conflicts_[begins_[step] + i].before;
  return causal_predecessor(steps_, step, i - conflicts);
}

const ReadConflict* ConflictGraph::conflict_between(StepIndex before, StepIndex after) const {
  for (std::uint32_t i = begins_[after]; i < begins_[after + 1]; ++i) {
    if (conflicts_[i].before == before) return &conflicts_[i];
  }
  return nullptr;
}

std::vector<ReadConflict> ConflictGraph::cycle(std::uint32_t component) {
  std::vector<StepIndex> shortest;
  std::size_t tried = 0;
  const auto inside = [&](StepIndex step) { return components_.component[step] == component; };
  for (std::uint32_t i = components_.begins[component]; i < components_.begins[component + 1];
       ++i) {
    const StepIndex after = components_.order[i];
    for (std::uint32_t c = begins_[after]; c < begins_[after + 1] && tried < kTried; ++c) {
      if (!inside(conflicts_[c].before)) continue;
      ++tried;
      std::vector<StepIndex> found = paths_.find(
          after, conflicts_[c].before,
          [this](StepIndex step, std::uint32_t k) { return predecessor(step, k); },
          [this](StepIndex a, StepIndex b) {
            return steps_[a].session == steps_[b].session ? 0U : 1U;
          },
          inside);
      found.push_back(after);
      if (shortest.empty() || found.size() < shortest.size()) shortest = std::move(found);
    }
  }
  std::vector<ReadConflict> cycle;
  for (std::size_t i = 1; i < shortest.size(); ++i) {
    const ReadConflict* conflict = conflict_between(shortest[i - 1], shortest[i]);
    if (conflict != nullptr) cycle.push_back(*conflict);
  }
  return cycle;
}

EvidenceOps ConflictGraph::evidence_of(const std::vector<ReadConflict>& cycle,
                                       CausalTracer* tracer) const {
  EvidenceOps ops;
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    append(&ops, tracer->ops_of(tracer->path(cycle[i].before, cycle[i].read)));
    const ReadConflict& next = cycle[(i + 1) % cycle.size()];
    if (cycle[i].after == next.before) continue;
    append(&ops, tracer->ops_of(tracer->path(cycle[i].after, next.before)));
  }
  sort_distinct(&ops);
  return ops;
}

}  // namespace quorate
