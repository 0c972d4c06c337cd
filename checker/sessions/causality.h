// Causality: what came before what, along sessions and from writes to the reads that returned them,
// and the patterns that break CC and CCv (theory 4.3; Bouajjani et al., POPL 2017).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"
#include "checker/sessions/guarantees.h"
#include "checker/sessions/session_steps.h"
#include "checker/sessions/strong_components.h"

namespace quorate {

// A read that returned `value` (kInitialStep: the initial one), although `newer`, a write of the
// same key, came causally between that value's write and the read.
struct UncausalRead {
  StepIndex read = kNoStep;
  StepIndex value = kNoStep;
  StepIndex newer = kNoStep;
};

// CF: `read` returned the write `after`, although the write `before` had come before it; so
// `before` is the older of the two.
struct ReadConflict {
  StepIndex before = kNoStep;
  StepIndex after = kNoStep;
  StepIndex read = kNoStep;
};

struct CausalLimits {
  Instant deadline;
  std::size_t bytes = 0;
  // Steps between two looks for what cannot matter any more; tests look at every step.
  std::uint64_t collect_every = 4096;
};

// What one pass finds.
struct Causality {
  // Of session order and reads-from. A component of more than one step is a CyclicCO.
  StrongComponents components;
  std::vector<UncausalRead> uncausal_reads;
  std::vector<ReadConflict> conflicts;  // by `after`, then `before`, each pair once
  std::string stopped;                  // why the pass is not complete; "" where it is

  std::uint32_t cycles() const;
};

enum class CausalWish {
  kUncausalReads,
  kConflicts,    // those too
  kCausalEdges,  // neither, but what orders the writes of a key
};

// O(n * k) time, for k sessions that matter at a time: those that go on, those whose writes will
// still be read, and those with a write that no later one stands for (CausalHorizon). O(n + c * k)
// memory, for c writes of such with pasts of their own. Steps in and after a cycle are not
// judged. With kCausalEdges `edges` gets, by key, for each write the last writes of the key in its
// past, one a session.
Causality causality_of(const SessionSteps& steps, CausalWish wish, const CausalLimits& limits,
                       std::vector<std::vector<CausalEdge>>* edges = nullptr);

// The i-th step right before `step`: in its session, and the write that it read; kNoNode after.
StepIndex causal_predecessor(const SessionSteps& steps, StepIndex step, std::uint32_t i);

}  // namespace quorate
