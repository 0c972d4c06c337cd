// FinalReads: after healing and quiescence, reads every key at every place, and then once from all
// replicas. Where there are very many keys, each is read at fewer places.
//
// Reads from all replicas come when the others are over: where reads repair nothing, they may show
// what too few replicas hold for the others to find it by right.
#pragma once

#include <deque>
#include <optional>
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
  // Nodes that crashed are not asked. `all_serve`: whether an answer of all replicas can be asked
  // for at all.
  FinalReads(const Load::Parts& parts, const std::vector<std::string>& keys,
             const std::vector<std::string>& crashed, bool all_serve, std::int32_t first_process);
  bool finished() const { return load_.finished(); }
  void stop() { load_.stop(); }

 private:
  void plan(const std::vector<std::string>& keys, const std::vector<std::string>& crashed,
            std::optional<std::uint8_t> all);

  Next next(const Asked& asked);
  std::deque<Invocation>& queue_of(std::size_t client, bool from_all);

  Load load_;
  // By place: those that nobody is making.
  std::vector<std::deque<Invocation>> left_;
  std::vector<std::deque<Invocation>> left_from_all_;
  std::size_t unread_ = 0;  // of the first kind: those that have not succeeded yet
};

}  // namespace quorate
