// One random schedule: a world, its clients and its faults, from one seed to a judgement.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulation/cluster_setup.h"
#include "simulation/history.h"
#include "simulation/judge.h"

namespace quorate::simulation {

struct ScheduleResult {
  SmallHistory history;
  Broken broken;
  std::vector<std::string> faulty;  // what no configuration may do: a broken invariant, a cluster
                                    // that does not come to rest
  std::uint64_t trace_hash = 0;
  std::string trace;  // where it was asked for
};

// Equal setups and seeds give equal results, byte for byte.
ScheduleResult run_schedule(const ClusterSetup& setup, std::uint64_t seed,
                            bool keeps_trace = false);

}  // namespace quorate::simulation
