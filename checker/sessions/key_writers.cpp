#include "checker/sessions/key_writers.h"

namespace quorate {

KeyWriters::KeyWriters(const SessionSteps& steps)
    : steps_(steps), writer_of_(steps.size()), live_(steps.keys()) {
  for (std::uint32_t key = 0; key < steps.keys(); ++key) add_key(key);
}

void KeyWriters::add_key(std::uint32_t key) {
  const std::size_t begin = writes_.size();
  for (const StepIndex index : steps_.of_key(key)) {
    if (steps_[index].write()) writes_.push_back(index);
  }
  std::stable_sort(
      writes_.begin() + static_cast<std::ptrdiff_t>(begin), writes_.end(),
      [this](StepIndex a, StepIndex b) { return steps_[a].session < steps_[b].session; });
  for (std::size_t i = begin; i < writes_.size(); ++i) {
    const Step& step = steps_[writes_[i]];
    const auto place = static_cast<std::uint32_t>(i);
    if (i == begin || writers_.back().session != step.session) {
      writers_.push_back({step.session, place, place, place, place});
    }
    ++writers_.back().end;
    writer_of_[writes_[i]] = static_cast<std::uint32_t>(writers_.size() - 1);
    positions_.push_back(step.position);
  }
}

void KeyWriters::add(StepIndex write) {
  Writer& writer = writers_[writer_of_[write]];
  if (writer.added == writer.begin) live_[steps_[write].key].push_back(writer_of_[write]);
  ++writer.added;
}

}  // namespace quorate
