// FinalReads: after healing and quiescence, reads every key at every place, and once from all
// replicas.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "harness/run/load.h"

namespace quorate {

inline constexpr auto kFinalReadsTimeout = std::chrono::seconds(10);

class FinalReads {
 public:
  // Begins at once. A read that does not succeed is made again. Nodes that crashed are not asked,
  // and then nobody can be asked for an answer of all replicas.
  FinalReads(const Load::Parts& parts, const std::vector<std::string>& keys,
             const std::vector<std::string>& crashed, std::int32_t first_process);
  bool finished() const { return load_.finished(); }
  void stop() { load_.stop(); }

 private:
  Load load_;
  std::vector<std::deque<Invocation>> left_;  // by place
};

}  // namespace quorate
