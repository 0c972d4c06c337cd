// FinalReads: after healing and quiescence, reads every key at every place, and once from all
// replicas. Where there are very many keys, each is read at fewer places.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "harness/run/load.h"

namespace quorate {

// Reads in all, beside those from all replicas, from which on keys are read at fewer places.
inline constexpr std::size_t kMostFinalReads = 15'000;
inline constexpr auto kFinalReadsTimeout = std::chrono::seconds(30);

class FinalReads {
 public:
  // Begins at once, several reads at a place at a time. A read that does not succeed is made again.
  // Nodes that crashed are not asked,
  // and then nobody can be asked for an answer of all replicas.
  FinalReads(const Load::Parts& parts, const std::vector<std::string>& keys,
             const std::vector<std::string>& crashed, std::int32_t first_process);
  bool finished() const { return load_.finished(); }
  void stop() { load_.stop(); }

 private:
  void plan(const std::vector<std::string>& keys, const std::vector<std::string>& crashed,
            std::uint8_t all);

  Load load_;
  std::vector<std::deque<Invocation>> left_;  // by place: those that nobody is making
};

}  // namespace quorate
