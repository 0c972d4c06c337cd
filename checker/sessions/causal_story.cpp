// How a violation of causality is told: as what each process did and saw, one after the other.
#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/check.h"
#include "checker/evidence/story.h"
#include "checker/sessions/causal_evidence.h"

namespace quorate {
namespace {

constexpr CausalLimits kNoLimits{Instant::max(), std::numeric_limits<std::size_t>::max()};

class CausalTeller {
 public:
  CausalTeller(const SessionSteps& steps, Property property, EvidenceOps ops)
      : steps_(steps),
        property_(property),
        tracer_(steps),
        story_(steps.history(), std::move(ops)) {}

  Violation tell_read(const UncausalRead& bad) {
    const std::string newer = shown(bad.newer);
    if (bad.value != kInitialStep) follow(tracer_.path(bad.value, bad.newer));
    follow(tracer_.path(bad.newer, bad.read));
    note(bad.newer, "came before the last read");
    note(bad.read, bad.value == kInitialStep ? "← as if nothing had been written"
                                             : "← older than what came before it");
    if (bad.value == kInitialStep) {
      story_.sentence(
          "So the write of {} came before that read, which had to return it or something newer.",
          newer);
    } else {
      story_.sentence(
          "So {} is newer than {}, and came before that read, which had to return it or something "
          "newer.",
          newer, shown(bad.value));
    }
    return story_.tell(property_, Anomaly::kCausalityViolation);
  }

  Violation tell_cycle(std::vector<StepIndex> cycle) {
    const StepIndex read = cycle.front();
    const StepIndex write = cycle.back();
    follow(cycle);
    story_.edge(steps_[write].op, steps_[read].op, "was read by");
    story_.sentence("So the read of {} came before the write of it, which came before the read.",
                    shown(write));
    return story_.tell(property_, Anomaly::kCausalityCycle);
  }

  Violation tell_divergence(const std::vector<ReadConflict>& cycle) {
    for (std::size_t i = 0; i < cycle.size(); ++i) {
      const ReadConflict& conflict = cycle[i];
      follow(tracer_.path(conflict.before, conflict.read));
      story_.sentence("Process {} so read {} when {} had come before: for it {} is the older.",
                      steps_.op(conflict.read).process, shown(conflict.after),
                      shown(conflict.before), shown(conflict.before));
      story_.edge(steps_[conflict.before].op, steps_[conflict.after].op,
                  fmt::format("process {} read the second after the first",
                              steps_.op(conflict.read).process));
      const ReadConflict& next = cycle[(i + 1) % cycle.size()];
      if (conflict.after != next.before) follow(tracer_.path(conflict.after, next.before));
    }
    story_.sentence("No one order of the writes of each key fits all of them.");
    return story_.tell(property_, Anomaly::kCausalDivergence);
  }

 private:
  // "x = 1", or "1" where there is one key without a name.
  std::string shown(StepIndex step) const {
    const Op& op = steps_.op(step);
    const bool absent = op.function == Function::kDelete || op.value == kAbsent;
    std::string value = absent ? "nothing" : story_.shown(op.value);
    if (op.key == kAbsent) return value;
    return fmt::format("{} = {}", steps_.history().plain(op.key), value);
  }
  std::string deed(StepIndex step) const {
    return fmt::format("{} {}", steps_[step].write() ? "wrote" : "read", shown(step));
  }
  void note(StepIndex step, std::string text) {
    std::string outcome;
    if (steps_[step].write()) {
      outcome = steps_.op(step).outcome == Outcome::kOk ? "(acknowledged) " : "(outcome unknown) ";
    }
    story_.note(steps_[step].op, outcome + text);
  }

  // One sentence for each stretch of a session, and an edge for each two steps.
  void follow(const std::vector<StepIndex>& path) {
    std::string sentence;
    for (std::size_t i = 0; i < path.size(); ++i) {
      const bool same_process = i > 0 && steps_[path[i]].session == steps_[path[i - 1]].session &&
                                steps_[path[i]].position > steps_[path[i - 1]].position;
      if (i > 0) {
        story_.edge(steps_[path[i - 1]].op, steps_[path[i]].op,
                    same_process ? because::kSameProcess : because::kWasReadBy);
      }
      if (same_process) {
        sentence += fmt::format(", then {}", deed(path[i]));
        continue;
      }
      if (!sentence.empty()) story_.sentence("{}.", sentence);
      sentence = fmt::format("Process {} {}", steps_.op(path[i]).process, deed(path[i]));
      if (i > 0) {
        sentence +=
            fmt::format(" (so it saw what process {} had done)", steps_.op(path[i - 1]).process);
      }
    }
    if (path.size() > 1) story_.sentence("{}.", sentence);
  }

  const SessionSteps& steps_;
  Property property_;
  CausalTracer tracer_;
  Story story_;
};

CausalWish wish_of(Property property) {
  return property == Property::kCausal ? CausalWish::kUncausalReads : CausalWish::kConflicts;
}

bool violated(const SessionSteps& steps, Property property) {
  const Causality found = causality_of(steps, wish_of(property), kNoLimits);
  if (found.cycles() > 0 || !found.uncausal_reads.empty()) return true;
  return property != Property::kCausal && !ConflictGraph(steps, found.conflicts).cyclic().empty();
}

}  // namespace

Violation tell_causal(const History& history, const ReadSources& sources, Property property,
                      EvidenceOps ops) {
  minimise(
      &ops,
      [&](OpIndex read, OpIndex write) {
        return history.ops()[read].function == Function::kRead && sources.source(read) == write;
      },
      [&](const EvidenceOps& fewer) {
        return violated(SessionSteps(history, sources, fewer), property);
      });
  const SessionSteps steps(history, sources, ops);
  const Causality found = causality_of(steps, wish_of(property), kNoLimits);
  CausalTeller teller(steps, property, ops);
  for (std::uint32_t c = 0; c < found.components.count(); ++c) {
    if (found.components.size_of(c) == 1) continue;
    return teller.tell_cycle(CausalTracer(steps).cycle(found.components, c));
  }
  if (!found.uncausal_reads.empty()) return teller.tell_read(found.uncausal_reads.front());
  ConflictGraph graph(steps, found.conflicts);
  QUORATE_CHECK(!graph.cyclic().empty(), "the operations violate nothing");
  return teller.tell_divergence(graph.cycle(graph.cyclic().front()));
}

}  // namespace quorate
