#include "checker/sessions/causal_horizon.h"

#include <algorithm>

namespace quorate {

namespace {

constexpr std::uint32_t kNobody = 0xffff'ffff;
constexpr int kTried = 4;

}  // namespace

CausalHorizon::CausalHorizon(const SessionSteps& steps, CausalClocks* clocks, KeyWriters* writers)
    : steps_(steps),
      clocks_(clocks),
      writers_(writers),
      reads_left_(steps.size(), 0),
      reads_left_of_session_(steps.sessions(), 0),
      steps_of_(steps.sessions(), 0),
      taken_(steps.sessions(), 0) {
  for (StepIndex i = 0; i < steps.size(); ++i) {
    ++steps_of_[steps[i].session];
    if (steps[i].write() || steps[i].source == kInitialStep) continue;
    ++reads_left_[steps[i].source];
    ++reads_left_of_session_[steps[steps[i].source].session];
  }
}

void CausalHorizon::take(StepIndex index) {
  const Step& step = steps_[index];
  if (++taken_[step.session] == 1) alive_.push_back(step.session);
  if (step.write()) {
    if (reads_left_[index] > 0) readable_.push_back(index);
  } else if (step.source != kInitialStep) {
    --reads_left_[step.source];
    --reads_left_of_session_[steps_[step.source].session];
  }
}

// Pasts are those of the sessions that are alive, and then those of the writes.
std::uint32_t CausalHorizon::known(std::size_t past, std::uint32_t session) const {
  if (past >= alive_.size()) return clocks_->known_at(readable_[past - alive_.size()], session);
  return alive_[past] == session ? taken_[session] : clocks_->known_to(alive_[past], session);
}

void CausalHorizon::find_pasts() {
  std::erase_if(alive_, [this](std::uint32_t session) { return finished(session); });
  std::erase_if(readable_, [this](StepIndex write) { return reads_left_[write] == 0; });
  places_.resize(alive_.size() + readable_.size());
}

void CausalHorizon::collect() {
  find_pasts();
  std::vector<bool> needed(steps_.sessions(), false);
  std::vector<StepIndex> writes = readable_;
  cost_ = 0;
  for (std::uint32_t key = 0; key < writers_->keys(); ++key) {
    std::vector<std::uint32_t>& live = writers_->of_key(key);
    cost_ += live.size() * places_.size();
    std::vector<std::uint32_t> kept;
    for (const std::uint32_t w : live) {
      if (!drop_writes(key, &(*writers_)[w])) kept.push_back(w);
    }
    live = std::move(kept);
    for (const std::uint32_t w : live) {
      const KeyWriters::Writer& writer = (*writers_)[w];
      needed[writer.session] = true;
      for (std::uint32_t i = writer.begin; i < writer.added; ++i) {
        writes.push_back(writers_->write(i));
      }
    }
  }
  for (std::uint32_t s = 0; s < steps_.sessions(); ++s) {
    if (!finished(s) || reads_left_of_session_[s] > 0) needed[s] = true;
  }
  cost_ += writes.size();
  std::sort(writes.begin(), writes.end());
  writes.erase(std::unique(writes.begin(), writes.end()), writes.end());
  clocks_->collect(writes, alive_, needed);
  cost_ += clocks_->bytes() / sizeof(std::uint32_t);
}

// True where nothing of the writer is left.
bool CausalHorizon::drop_writes(std::uint32_t key, KeyWriters::Writer* writer) {
  std::uint32_t least = kNobody;  // that any past knows of those that know any
  for (std::size_t past = 0; past < places_.size(); ++past) {
    places_[past] = known(past, writer->session);
    if (places_[past] >= writers_->position(writer->begin)) least = std::min(least, places_[past]);
  }
  if (least == kNobody) {
    writer->begin = writer->added;
  } else {
    while (writer->begin + 1 < writer->added && writers_->position(writer->begin + 1) <= least) {
      ++writer->begin;
    }
  }
  if (!finished(writer->session)) return writer->begin == writer->added;
  return writer->begin + 1 >= writer->added &&
         (writer->begin == writer->added || dominated(key, *writer));
}

// Whether all pasts that know the last write of the writer know one of another session after it.
bool CausalHorizon::dominated(std::uint32_t key, const KeyWriters::Writer& writer) {
  const StepIndex write = writers_->write(writer.begin);
  int tried = 0;
  for (const std::uint32_t o : writers_->of_key(key)) {
    KeyWriters::Writer& other = (*writers_)[o];
    if (finished(other.session) || other.session == writer.session) continue;
    std::uint32_t least = kNobody;
    for (std::size_t past = 0; past < places_.size(); ++past) {
      if (places_[past] < steps_[write].position) continue;
      least = std::min(least, known(past, other.session));
    }
    const StepIndex later = least == 0 ? kNoStep : writers_->last_until(&other, least);
    if (later != kNoStep && clocks_->is_before(write, later)) return true;
    cost_ += places_.size();
    if (++tried == kTried) break;
  }
  return false;
}

}  // namespace quorate
