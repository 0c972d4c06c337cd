#include "checker/sessions/session_steps.h"

#include <algorithm>

namespace quorate {
namespace {

// The sorted distinct values; their places are the dense numbers.
template <typename T>
void sort_distinct(std::vector<T>* values) {
  std::sort(values->begin(), values->end());
  values->erase(std::unique(values->begin(), values->end()), values->end());
}
template <typename T>
std::uint32_t place_of(const std::vector<T>& values, T value) {
  return static_cast<std::uint32_t>(std::lower_bound(values.begin(), values.end(), value) -
                                    values.begin());
}

}  // namespace

SessionSteps::SessionSteps(const History& history, const ReadSources& sources,
                           std::span<const OpIndex> ops)
    : history_(history), sources_(sources) {
  std::vector<OpIndex> writes;  // and the step of each
  std::vector<StepIndex> steps_of_writes;
  for (const OpIndex index : ops) {
    if (!sources.counts(index)) continue;
    const bool read = history.ops()[index].function == Function::kRead;
    Step step;
    step.op = index;
    if (!read) {
      writes.push_back(index);
    } else if (sources.source(index) == kInitialWrite) {
      step.source = kInitialStep;
    } else if (!std::binary_search(ops.begin(), ops.end(), sources.source(index))) {
      continue;
    } else {
      step.source = 0;  // its step may not be numbered yet
    }
    if (!read) steps_of_writes.push_back(size());
    steps_.push_back(step);
  }
  for (Step& step : steps_) {
    if (step.write() || step.source == kInitialStep) continue;
    step.source = steps_of_writes[place_of(writes, sources.source(step.op))];
  }
  number_sessions();
  number_keys();
  find_tellers();
}

void SessionSteps::find_tellers() {
  tellers_.assign(steps_.size(), kNoStep);
  for (StepIndex i = 0; i < size(); ++i) {
    if (sources_.told_version(steps_[i].op) == 0 || steps_[i].source == kInitialStep) continue;
    StepIndex& teller = tellers_[steps_[i].write() ? i : steps_[i].source];
    if (teller == kNoStep || steps_[i].write()) teller = i;
  }
}

void SessionSteps::number_sessions() {
  std::vector<std::int32_t> processes;
  for (const Step& step : steps_) processes.push_back(history_.ops()[step.op].process);
  std::vector<std::int32_t> distinct = processes;
  sort_distinct(&distinct);
  sessions_ = static_cast<std::uint32_t>(distinct.size());
  std::vector<StepIndex> last(sessions_, kNoStep);
  for (StepIndex i = 0; i < size(); ++i) {
    Step& step = steps_[i];
    step.session = place_of(distinct, processes[i]);
    step.before = last[step.session];
    step.position = step.before == kNoStep ? 1 : steps_[step.before].position + 1;
    last[step.session] = i;
  }
}

void SessionSteps::number_keys() {
  std::vector<Symbol> distinct;
  distinct.reserve(steps_.size());
  for (const Step& step : steps_) distinct.push_back(history_.ops()[step.op].key);
  sort_distinct(&distinct);
  key_begins_.assign(distinct.size() + 1, 0);
  for (Step& step : steps_) {
    step.key = place_of(distinct, history_.ops()[step.op].key);
    ++key_begins_[step.key + 1];
  }
  for (std::size_t i = 1; i < key_begins_.size(); ++i) key_begins_[i] += key_begins_[i - 1];
  by_key_.resize(steps_.size());
  std::vector<std::size_t> next(key_begins_.begin(), key_begins_.end() - 1);
  for (StepIndex i = 0; i < size(); ++i) by_key_[next[steps_[i].key]++] = i;
}

}  // namespace quorate
