#include "checker/sessions/causality.h"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

#include "checker/sessions/causal_clocks.h"
#include "checker/sessions/causal_horizon.h"
#include "checker/sessions/key_writers.h"

namespace quorate {
namespace {

// What collecting may cost for each step between two collections of the usual distance.
constexpr std::uint64_t kStepsWorth = 65'536;

// One pass over the steps in an order that extends causality.
class CausalPass {
 public:
  CausalPass(const SessionSteps& steps, CausalWish wish, const CausalLimits& limits,
             std::vector<std::vector<CausalEdge>>* edges)
      : steps_(steps),
        wish_(wish),
        limits_(limits),
        edges_(edges),
        clocks_(steps),
        writers_(steps),
        horizon_(steps, &clocks_, &writers_),
        until_collection_(limits.collect_every) {}

  Causality run() {
    found_.components =
        strong_components(steps_.size(), [this](std::uint32_t step, std::uint32_t i) {
          return causal_predecessor(steps_, step, i);
        });
    if (edges_ != nullptr) edges_->assign(steps_.keys(), {});
    std::vector<bool> tainted(steps_.size(), false);  // in a cycle, or after one
    std::uint32_t taken = 0;
    for (const StepIndex index : found_.components.order) {
      if (++taken % 256 == 0 && out_of_budget()) break;
      bool bad = found_.components.size_of(found_.components.component[index]) > 1;
      for (std::uint32_t i = 0; i < 2 && !bad; ++i) {
        const StepIndex before = causal_predecessor(steps_, index, i);
        if (before == kNoNode) break;
        bad = tainted[before];
      }
      tainted[index] = bad;
      if (!bad) take(index);
    }
    sort_conflicts();
    return std::move(found_);
  }

 private:
  void take(StepIndex index) {
    clocks_.advance(index);
    const Step& step = steps_[index];
    if (wish_ == CausalWish::kCausalEdges) {
      if (step.write()) add_edges(index);
    } else if (!step.write()) {
      judge_read(index);
    }
    if (step.write()) writers_.add(index);
    horizon_.take(index);
    if (++since_collection_ >= until_collection_) collect();
  }

  // As often as costs no more than the steps themselves.
  void collect() {
    horizon_.collect();
    since_collection_ = 0;
    until_collection_ = limits_.collect_every * (1 + horizon_.cost() / kStepsWorth);
  }

  void add_edges(StepIndex index) {
    const Step& step = steps_[index];
    for (const std::uint32_t writer : writers_.of_key(step.key)) {
      const StepIndex last = last_before(step, &writers_[writer]);
      if (last == kNoStep) continue;
      (*edges_)[step.key].push_back({last, index});
      ++edge_count_;
    }
  }

  StepIndex last_before(const Step& step, KeyWriters::Writer* writer) {
    const std::uint32_t place = clocks_.known_now(step, writer->session);
    return place == 0 ? kNoStep : writers_.last_until(writer, place);
  }

  void judge_read(StepIndex index) {
    const Step& step = steps_[index];
    const std::size_t conflicts = found_.conflicts.size();
    for (const std::uint32_t writer : writers_.of_key(step.key)) {
      const StepIndex last = last_before(step, &writers_[writer]);
      if (last == kNoStep || last == step.source) continue;
      if (step.source == kInitialStep || clocks_.is_before(step.source, last)) {
        found_.uncausal_reads.push_back({index, step.source, last});
        found_.conflicts.resize(conflicts);  // it says nothing more
        return;
      }
      if (wish_ != CausalWish::kConflicts || clocks_.is_before(last, step.source)) continue;
      found_.conflicts.push_back({last, step.source, index});
    }
    if (found_.conflicts.size() > conflicts_limit_) {
      sort_conflicts();
      conflicts_limit_ = std::max(conflicts_limit_, 2 * found_.conflicts.size());
    }
  }

  void sort_conflicts() {
    const auto place = [](const ReadConflict& c) { return std::tuple(c.after, c.before, c.read); };
    std::sort(found_.conflicts.begin(), found_.conflicts.end(),
              [&](const ReadConflict& a, const ReadConflict& b) { return place(a) < place(b); });
    const auto same = [](const ReadConflict& a, const ReadConflict& b) {
      return a.after == b.after && a.before == b.before;
    };
    found_.conflicts.erase(std::unique(found_.conflicts.begin(), found_.conflicts.end(), same),
                           found_.conflicts.end());
  }

  bool out_of_budget() {
    if (monotonic_now() >= limits_.deadline) {
      found_.stopped = "the time budget ran out";
    } else {
      const std::size_t bytes = clocks_.bytes() + edge_count_ * 2 * sizeof(CausalEdge) +
                                found_.conflicts.capacity() * sizeof(ReadConflict);
      if (bytes > limits_.bytes) {
        found_.stopped = fmt::format(
            "what {} sessions know of each other takes more than the "
            "budget of bytes leaves",
            steps_.sessions());
      }
    }
    return !found_.stopped.empty();
  }

  const SessionSteps& steps_;
  CausalWish wish_;
  CausalLimits limits_;
  std::vector<std::vector<CausalEdge>>* edges_;
  CausalClocks clocks_;
  KeyWriters writers_;
  CausalHorizon horizon_;
  std::uint64_t since_collection_ = 0;
  std::uint64_t until_collection_;
  Causality found_;
  std::size_t edge_count_ = 0;
  std::size_t conflicts_limit_ = std::size_t{1} << 20;
};

}  // namespace

std::uint32_t Causality::cycles() const {
  std::uint32_t cycles = 0;
  for (std::uint32_t c = 0; c < components.count(); ++c)
    cycles += components.size_of(c) > 1 ? 1 : 0;
  return cycles;
}

StepIndex causal_predecessor(const SessionSteps& steps, StepIndex step, std::uint32_t i) {
  const Step& of = steps[step];
  if (of.before != kNoStep) {
    if (i == 0) return of.before;
    --i;
  }
  return i == 0 && of.source < steps.size() ? of.source : kNoNode;
}

Causality causality_of(const SessionSteps& steps, CausalWish wish, const CausalLimits& limits,
                       std::vector<std::vector<CausalEdge>>* edges) {
  return CausalPass(steps, wish, limits, edges).run();
}

}  // namespace quorate
