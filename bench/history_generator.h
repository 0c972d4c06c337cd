// HistoryGenerator: large linearizable register histories, as closed-loop clients of a perfect
// store would make them.
#pragma once

#include <cstdint>
#include <functional>

#include "base/random.h"
#include "results/history.h"

namespace quorate {

struct GeneratorOptions {
  std::uint64_t operations = 1'000'000;
  std::int32_t clients = 10;
  std::uint32_t keys = 5;
  double read_share = 0.5;
  double info_share = 0.01;  // of the writes; half of these take effect
  bool details = false;      // completions tell version, replicas, r and w, as a run's do
  std::uint64_t seed = 1;
};

// Calls `take` with every event in log order; its views live until take returns. Each operation
// takes effect at one random moment between its invocation and its completion, so the history is
// linearizable. Values are "process-seq"; after info, a client goes on under a new process id.
// Deterministic.
void generate_history(const GeneratorOptions& options,
                      const std::function<void(const ClientEvent&)>& take);

// The same as a History.
History generated_history(const GeneratorOptions& options);

}  // namespace quorate
