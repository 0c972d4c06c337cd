// SessionSteps: the operations that count, or some of them, as sessions of dense numbers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "checker/key_index.h"
#include "checker/sessions/read_sources.h"

namespace quorate {

// An index into SessionSteps; steps are in order of invocation, as operations are.
using StepIndex = std::uint32_t;
inline constexpr StepIndex kNoStep = 0xffff'ffff;
inline constexpr StepIndex kInitialStep = 0xffff'fffe;

struct Step {
  OpIndex op = kNoOp;
  std::uint32_t session = 0;   // dense, by process
  std::uint32_t position = 0;  // in its session, from 1
  std::uint32_t key = 0;       // dense, by symbol
  StepIndex before = kNoStep;  // in its session
  StepIndex source = kNoStep;  // of a read: a write's step or kInitialStep; kNoStep: it is a write

  bool write() const { return source == kNoStep; }
};

class SessionSteps {
 public:
  // Of `ops`, in order of invocation, those that count; reads only where their write is among them.
  // O(ops log ops). REQUIRES: history and sources outlive this.
  SessionSteps(const History& history, const ReadSources& sources, std::span<const OpIndex> ops);

  const History& history() const { return history_; }
  const Op& op(StepIndex step) const { return history_.ops()[steps_[step].op]; }
  // As VersionRanks: of the value that the write put there, from the reply of the write or of its
  // first read here that told it; 0 where none did.
  std::uint32_t version(StepIndex write) const {
    const StepIndex teller = tellers_[write];
    return teller == kNoStep ? 0 : sources_.told_version(steps_[teller].op);
  }
  // Who told it; kNoStep: nobody.
  StepIndex version_teller(StepIndex write) const { return tellers_[write]; }

  StepIndex size() const { return static_cast<StepIndex>(steps_.size()); }
  const Step& operator[](StepIndex index) const { return steps_[index]; }
  std::uint32_t sessions() const { return sessions_; }
  std::uint32_t keys() const { return static_cast<std::uint32_t>(key_begins_.size() - 1); }
  // Steps on one key, in order of invocation.
  std::span<const StepIndex> of_key(std::uint32_t key) const {
    return {by_key_.data() + key_begins_[key], key_begins_[key + 1] - key_begins_[key]};
  }

 private:
  void number_keys();
  void number_sessions();
  void find_tellers();

  const History& history_;
  const ReadSources& sources_;
  std::vector<Step> steps_;
  std::uint32_t sessions_ = 0;
  std::vector<std::size_t> key_begins_;
  std::vector<StepIndex> by_key_;
  std::vector<StepIndex> tellers_;  // by step, of writes
};

}  // namespace quorate
