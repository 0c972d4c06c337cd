#include "checker/sessions/judged_history.h"

#include <numeric>
#include <vector>

#include <fmt/format.h>

namespace quorate {
namespace {

constexpr std::size_t kBytesPerOp = 240;

std::vector<OpIndex> all_ops(const History& history) {
  std::vector<OpIndex> ops(history.ops().size());
  std::iota(ops.begin(), ops.end(), OpIndex{0});
  return ops;
}

}  // namespace

JudgedHistory::JudgedHistory(const History& history, const InitialValue& initial)
    : history_(history),
      keys_(history),
      sources_(history, keys_, initial),
      steps_(history, sources_, all_ops(history)) {}

bool JudgedHistory::tells_versions() const {
  bool any_write = false;
  for (StepIndex i = 0; i < steps_.size(); ++i) {
    if (!steps_[i].write()) continue;
    if (steps_.version(i) != 0) return true;
    any_write = true;
  }
  return !any_write;
}

void JudgedHistory::measure(Json* measures) const {
  StepIndex writes = 0;
  for (StepIndex i = 0; i < steps_.size(); ++i) writes += steps_[i].write() ? 1 : 0;
  (*measures)["operations"] = history_.ops().size();
  (*measures)["keys"] = keys_.size();
  (*measures)["sessions"] = steps_.sessions();
  (*measures)["reads"] = steps_.size() - writes;
  (*measures)["writes"] = writes;
  (*measures)["dirty_reads"] = sources_.dirty_reads();
  (*measures)["thin_air_reads"] = sources_.thin_air_reads();
  (*measures)["unpaired_reads"] = sources_.unpaired_reads();
}

std::size_t bytes_to_judge(const History& history) { return history.ops().size() * kBytesPerOp; }

std::string over_budget(const History& history, const Budget& budget) {
  const std::size_t needed = bytes_to_judge(history);
  if (needed > budget.bytes) {
    return fmt::format("the history needs about {} bytes to judge, over the budget of {}", needed,
                       budget.bytes);
  }
  if (budget.time <= Duration::zero()) {
    return fmt::format("nothing was judged within the time budget of {}",
                       format_duration(budget.time));
  }
  return "";
}

Instant deadline_of(Instant began, const Budget& budget) {
  return budget.time > Instant::max() - began ? Instant::max() : began + budget.time;
}

}  // namespace quorate
