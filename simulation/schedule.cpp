#include "simulation/schedule.h"

#include <utility>

#include "simulation/clients.h"
#include "simulation/fault_plan.h"
#include "simulation/final_phase.h"
#include "simulation/world.h"

namespace quorate::simulation {

ScheduleResult run_schedule(const ClusterSetup& setup, std::uint64_t seed, bool keeps_trace) {
  World world(setup, seed, keeps_trace);
  Clients clients(&world, seed);
  FaultPlan faults(&world, seed);
  const auto step = [&] {
    const auto token = world.step();
    if (token && *token >= FaultPlan::kFirstToken) faults.on_wake(*token);
    if (token && *token < Clients::kTokens) clients.on_wake(*token);
    clients.go_on();
  };
  while (!clients.done() && world.has_events()) step();
  const bool rests = finish_schedule(&world);
  ScheduleResult result;
  result.broken = judge(world.history());
  result.faulty = world.broken();
  if (!rests) result.faulty.emplace_back("the cluster did not come to rest");
  result.history = std::move(*world.mutable_history());
  result.trace_hash = world.trace().hash();
  result.trace = world.trace().text();
  return result;
}

}  // namespace quorate::simulation
