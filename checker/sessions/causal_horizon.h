// CausalHorizon: while a pass over the steps goes on, what steps to come can still ask for.
//
// A write w matters no longer where every past that any step to come can have, if w is in it, holds
// a later write of the key that w came before. Such a past is made of what the sessions that go on
// know, and of the pasts of writes that will still be read, so it is enough that those hold it.
// Whatever w would show, that later write shows as well: a read that w makes bad the later one
// makes bad, and the order that w would add follows from that of the later one.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/sessions/causal_clocks.h"
#include "checker/sessions/key_writers.h"
#include "checker/sessions/session_steps.h"

namespace quorate {

class CausalHorizon {
 public:
  // REQUIRES: all outlive this.
  CausalHorizon(const SessionSteps& steps, CausalClocks* clocks, KeyWriters* writers);

  // The step was taken.
  void take(StepIndex index);
  // Drops what does not matter. O(writers * pasts + kept clocks); what that was is cost().
  void collect();
  std::uint64_t cost() const { return cost_; }

 private:
  std::uint32_t known(std::size_t past, std::uint32_t session) const;
  void find_pasts();
  bool drop_writes(std::uint32_t key, KeyWriters::Writer* writer);
  bool dominated(std::uint32_t key, const KeyWriters::Writer& writer);
  bool finished(std::uint32_t session) const { return taken_[session] == steps_of_[session]; }

  const SessionSteps& steps_;
  CausalClocks* clocks_;
  KeyWriters* writers_;
  std::vector<std::uint32_t> reads_left_;  // by step, of writes
  std::vector<std::uint32_t> reads_left_of_session_;
  std::vector<std::uint32_t> steps_of_;  // by session
  std::vector<std::uint32_t> taken_;     // by session
  std::vector<std::uint32_t> alive_;     // sessions that have begun, and go on
  std::vector<StepIndex> readable_;      // writes that were taken, and will be read
  std::vector<std::uint32_t> places_;    // of a session, in each past
  std::uint64_t cost_ = 0;
};

}  // namespace quorate
