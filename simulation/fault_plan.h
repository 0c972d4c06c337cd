// FaultPlan: what goes wrong in a random schedule, and when. A few faults of the kinds that the
// setup allows, at random moments while clients are at work; many schedules have none, because
// faults also hide each other. Not thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/random.h"
#include "simulation/clients.h"
#include "simulation/world.h"

namespace quorate::simulation {

class FaultPlan {
 public:
  // Tokens from here on are this one's.
  static constexpr std::uint64_t kFirstToken = Clients::kTokens;

  // The world must outlive this.
  FaultPlan(World* world, std::uint64_t seed);

  // A token of the world's from kFirstToken on.
  void on_wake(std::uint64_t token);

 private:
  enum class Kind : std::uint8_t { kPartition, kPause, kKill, kPowerCut, kWipe };
  struct Fault {
    Kind kind = Kind::kPause;
    Endpoint node = 0;
    LinkState state = LinkState::kOpen;  // of kPartition
    bool both_ways = true;
    std::vector<Endpoint> others;  // on the other side
    Instant until;
  };

  void plan(Kind kind);
  void plan_cut_off();
  void plan_split();
  void add(Fault fault, Instant from);
  void begin(const Fault& fault);
  void end(const Fault& fault);
  void on_links(const Fault& fault, LinkState state);
  Duration some_time(int ms);

  World* const world_;
  RandomStream random_;
  Endpoint victim_ = 0;  // the one node that may lose its disk
  std::vector<Fault> faults_;
};

}  // namespace quorate::simulation
