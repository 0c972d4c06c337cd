// Script: an interleaving told step by step, on a World with one seed. Nodes are A, B, C …; clients
// are processes; values are those of the history: the first write is v1, the next v2, …
//
// "At {A, B}" means: the first coordinates, and certainly sends nothing to a node outside. Not
// thread-safe.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "simulation/judge.h"
#include "simulation/world.h"

namespace quorate::simulation {

inline constexpr Endpoint A = 0;
inline constexpr Endpoint B = 1;
inline constexpr Endpoint C = 2;
inline constexpr Endpoint D = 3;
inline constexpr Endpoint E = 4;

using Group = std::vector<Endpoint>;

class Script {
 public:
  explicit Script(const ClusterSetup& setup, std::uint64_t seed = 1);
  // With the first seed under which versions of equal counters from `lesser` are less than those
  // from `greater`.
  static std::unique_ptr<Script> with_order(const ClusterSetup& setup, Endpoint lesser,
                                            Endpoint greater);

  World& world() { return world_; }

  // Each runs until the operation is over; the value that was read, or the number of the write.
  Value get(std::uint32_t process, const Group& at);
  Value get_of(std::uint16_t r, std::uint32_t process, const Group& at);  // with this r
  Value set(std::uint32_t process, const Group& at);
  Value del(std::uint32_t process, const Group& at);
  // Begins a write, and lets it go as far as it gets within `time`.
  OperationIndex begin_set(std::uint32_t process, const Group& at,
                           Duration timeout = std::chrono::seconds(50));
  void let_pass(Duration time = std::chrono::milliseconds(500));

  bool is_ok(OperationIndex operation) const { return outcome_of(operation) == Outcome::kOk; }
  Outcome outcome_of(OperationIndex operation) const;
  Outcome last_outcome() const { return world_.history().operations.back().outcome; }
  // Of all its links to others, both ways.
  void cut_off(Endpoint node, LinkState state = LinkState::kDown);
  // From `from` to each of `to`.
  void hold_writes(Endpoint from, const Group& to);
  void lose(Endpoint from, const Group& to);
  void release(Endpoint from, const Group& to);
  // Heals, compares replicas, reads once more.
  void end();

  bool breaks(Property property) const;
  bool breaks_nothing() const { return judge(world_.history()).none(); }

 private:
  // Takes the coordinator's links to nodes outside down; what they were before.
  std::vector<std::pair<Endpoint, LinkState>> shut_out(const Group& at);
  // Request::at is the first of `at`.
  Value run(Request request, const Group& at);

  const std::unique_ptr<const ClusterSetup> setup_;
  World world_;
};

}  // namespace quorate::simulation
