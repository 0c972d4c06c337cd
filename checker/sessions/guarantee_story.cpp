#include "checker/sessions/guarantee_story.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/check.h"
#include "checker/evidence/story.h"
#include "checker/sessions/causal_evidence.h"
#include "checker/sessions/causality.h"

namespace quorate {
namespace {

constexpr CausalLimits kNoLimits{Instant::max(), std::numeric_limits<std::size_t>::max()};

// What judging a handful of operations finds first.
struct Found {
  std::optional<Demand> demand;
  std::vector<Hop> cycle;
};

// Where versions are known, a key whose sessions do not go back in them may still contradict
// itself: once a read that told one is dropped.
Judgement judge_by_order(GuaranteeJudge* judge, std::uint32_t key, KeyOrder order,
                         const std::vector<CausalEdge>* causal) {
  return order == KeyOrder::kVersions ? judge->by_demands(key) : judge->by_order(key, causal);
}

Found judge(const SessionSteps& steps, const GuaranteeRule& rule, KeyOrder order) {
  std::vector<std::vector<CausalEdge>> edges;
  if (order == KeyOrder::kCausal) {
    causality_of(steps, CausalWish::kCausalEdges, kNoLimits, &edges);
  }
  GuaranteeJudge judge(steps, rule);
  Found found;
  for (std::uint32_t key = 0; key < steps.keys() && !found.demand; ++key) {
    if (order == KeyOrder::kVersions) {
      const Judgement told = judge.by_versions(key);
      if (!told.broken.empty()) found.demand = told.broken.front();
      if (found.demand) break;
    }
    const Judgement judgement =
        judge_by_order(&judge, key, order, order == KeyOrder::kCausal ? &edges[key] : nullptr);
    if (judgement.broken.empty()) continue;
    found.demand = judgement.broken.front();
    found.cycle = judge.cycle(*found.demand);
  }
  return found;
}

class GuaranteeTeller {
 public:
  GuaranteeTeller(const SessionSteps& steps, EvidenceOps ops)
      : steps_(steps), story_(steps.history(), std::move(ops)) {}

  Story& story() { return story_; }

  // "Process 3 wrote 7 and then read 5".
  std::string deeds(const Demand& demand) const {
    return fmt::format("Process {} {} {} and then {} {}", steps_.op(demand.later).process,
                       verb(demand.earlier), shown(demand.earlier), verb(demand.later),
                       shown(demand.later));
  }

  void tell_initial(const Demand& demand) {
    note(demand.later, "← as if nothing had been written");
    session_edge(demand);
    story_.sentence("{}: what {} held before its first write.", deeds(demand),
                    steps_.op(demand.later).key == kAbsent ? "it" : "the key");
  }

  void tell_versions(const Demand& demand) {
    const StepIndex newer = value_of(demand.earlier);
    const StepIndex older = value_of(demand.later);
    note(demand.later, "← older");
    session_edge(demand);
    story_.edge(steps_[older].op, steps_[newer].op, because::kSmallerVersion);
    story_.sentence("{}, which is older by the store's own versions.", deeds(demand));
    if (!steps_[demand.later].write()) return;
    story_.sentence("Replicas keep what has the greater version, so they drop {} for {}.",
                    shown(demand.later), shown(demand.earlier));
  }

  void tell_cycle(const std::vector<Hop>& cycle, KeyOrder order) {
    note(cycle.front().demand->later, "← goes back");
    CausalTracer tracer(steps_);
    for (const Hop& hop : cycle) {
      if (hop.demand) {
        story_.sentence("{}: {} must be the newer.", deeds(*hop.demand), shown(hop.after));
        session_edge(*hop.demand);
        order_edge(hop, fmt::format("process {} had the second after the first",
                                    steps_.op(hop.demand->later).process));
      } else if (order == KeyOrder::kRealTime) {
        story_.sentence("The write of {} ended {}before the write of {} began: {} is the newer.",
                        shown(hop.before), story_.gap(steps_[hop.before].op, steps_[hop.after].op),
                        shown(hop.after), shown(hop.after));
        order_edge(hop, because::kEndedBefore);
      } else {
        tell_path(tracer.path(hop.before, hop.after));
        story_.sentence("So the write of {} came before the write of {}: {} is the newer.",
                        shown(hop.before), shown(hop.after), shown(hop.after));
        order_edge(hop, "came causally before it");
      }
    }
    story_.sentence("No order of these writes fits.");
  }

 private:
  StepIndex value_of(StepIndex step) const {
    return steps_[step].write() ? step : steps_[step].source;
  }
  std::string shown(StepIndex step) const {
    const Op& op = steps_.op(step);
    return op.function == Function::kDelete ? "nothing" : story_.shown(op.value);
  }
  std::string verb(StepIndex step) const { return steps_[step].write() ? "wrote" : "read"; }

  void note(StepIndex step, const std::string& text) {
    std::string outcome;
    if (steps_[step].write()) {
      outcome = steps_.op(step).outcome == Outcome::kOk ? "(acknowledged) " : "(outcome unknown) ";
    }
    story_.note(steps_[step].op, outcome + text);
  }
  void session_edge(const Demand& demand) {
    read_edge(demand.earlier);
    story_.edge(steps_[demand.earlier].op, steps_[demand.later].op, because::kSameProcess);
    read_edge(demand.later);
  }
  // From the write whose value it returned.
  void read_edge(StepIndex step) {
    const bool has_source = !steps_[step].write() && steps_[step].source != kInitialStep;
    if (has_source)
      story_.edge(steps_[steps_[step].source].op, steps_[step].op, because::kWasReadBy);
  }
  void order_edge(const Hop& hop, std::string reason) {
    story_.edge(steps_[hop.before].op, steps_[hop.after].op, std::move(reason));
  }
  void tell_path(const std::vector<StepIndex>& path) {
    for (std::size_t i = 1; i < path.size(); ++i) {
      const bool session = steps_[path[i - 1]].session == steps_[path[i]].session;
      story_.edge(steps_[path[i - 1]].op, steps_[path[i]].op,
                  session ? because::kSameProcess : because::kWasReadBy);
    }
  }

  const SessionSteps& steps_;
  Story story_;
};

// Who told the versions of the values.
void add_tellers(const SessionSteps& steps, std::vector<StepIndex>* found) {
  for (std::size_t i = 0; i < 2; ++i) {
    const Step& step = steps[(*found)[i]];
    const StepIndex value = step.write() ? (*found)[i] : step.source;
    if (value == kInitialStep || steps.version_teller(value) == kNoStep) continue;
    found->push_back(steps.version_teller(value));
  }
}

}  // namespace

EvidenceOps evidence_of(const SessionSteps& steps, const Demand& demand,
                        const std::vector<Hop>& cycle, KeyOrder order) {
  std::vector<StepIndex> found = {demand.earlier, demand.later};
  CausalTracer tracer(steps);
  if (order == KeyOrder::kVersions) add_tellers(steps, &found);
  for (const Hop& hop : cycle) {
    found.push_back(hop.before);
    if (hop.demand) {
      found.push_back(hop.demand->earlier);
      found.push_back(hop.demand->later);
    } else if (order == KeyOrder::kCausal) {
      const std::vector<StepIndex> path = tracer.path(hop.before, hop.after);
      found.insert(found.end(), path.begin(), path.end());
    }
  }
  return tracer.ops_of(found);
}

Violation tell_guarantee(const History& history, const ReadSources& sources,
                         const GuaranteeRule& rule, KeyOrder order, EvidenceOps ops) {
  minimise(
      &ops,
      [&](OpIndex read, OpIndex write) {
        return history.ops()[read].function == Function::kRead && sources.source(read) == write;
      },
      [&](const EvidenceOps& fewer) {
        return judge(SessionSteps(history, sources, fewer), rule, order).demand.has_value();
      });
  const SessionSteps steps(history, sources, ops);
  const Found found = judge(steps, rule, order);
  QUORATE_CHECK(found.demand, "the operations violate nothing");
  GuaranteeTeller teller(steps, ops);
  if (steps[found.demand->later].source == kInitialStep) {
    teller.tell_initial(*found.demand);
  } else if (found.cycle.empty()) {
    teller.tell_versions(*found.demand);
  } else {
    teller.tell_cycle(found.cycle, order);
  }
  return teller.story().tell(rule.property, rule.anomaly);
}

}  // namespace quorate
