// The end of every schedule: all is healed, what is in flight arrives, anti-entropy runs until
// nothing differs any more (or too often), and one more read is made.
#pragma once

#include "simulation/world.h"

namespace quorate::simulation {

// Processes below this are the schedule's own.
inline constexpr std::uint32_t kFinalProcess = 1000;

// Heals, and steps until every node votes and nothing is in flight. False: it did not come to rest
// within a minute of the world's time.
bool come_to_rest(World* world);

// Anti-entropy on every node's demand, round after round, until all replicas of the key are equal.
// Gives up, unequal, after kMaxRounds. REQUIRES: at rest.
inline constexpr int kMaxRounds = 6;
void compare_replicas(World* world);

// All of that and the final read, by a client of its own; fills history().replicas. False as
// come_to_rest().
bool finish_schedule(World* world);

}  // namespace quorate::simulation
