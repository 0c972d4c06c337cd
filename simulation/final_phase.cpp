#include "simulation/final_phase.h"

#include <algorithm>
#include <vector>

namespace quorate::simulation {

namespace {

// What one replica purges while another is compared comes back; a while later it is purged there
// too.
constexpr Duration kWhilePurging = std::chrono::milliseconds(100);
constexpr Duration kPatience = std::chrono::minutes(1);

bool is_at_rest(World* world) {
  if (world->is_busy()) return false;
  for (Endpoint i = 0; i < world->nodes(); ++i) {
    const node::Background& background = world->node(i).engine().background();
    if (!background.is_voting() || !background.tree_is_built()) return false;
    if (background.hints().count() > 0 || !background.anti_entropy().is_idle()) return false;
  }
  return true;
}

bool step_until_at_rest(World* world) {
  const Instant limit = world->now() + kPatience;
  while (!is_at_rest(world)) {
    if (!world->has_events() || world->next_event() > limit) return false;
    (void)world->step();
  }
  return true;
}

std::vector<node::Record> records_of_replicas(World* world) {
  std::vector<node::Record> records;
  for (const node::Target& target : world->node(0).engine().ring().placement_of(kKey).targets) {
    records.push_back(world->record_at(target.node));
  }
  return records;
}

bool differ(const std::vector<node::Record>& records) {
  return std::any_of(records.begin(), records.end(),
                     [&records](const node::Record& one) { return one != records.front(); });
}

}  // namespace

bool come_to_rest(World* world) {
  world->heal();
  return step_until_at_rest(world);
}

void compare_replicas(World* world) {
  const bool purges = world->setup().purge_after > Duration::zero();
  for (int round = 0; round < kMaxRounds && differ(records_of_replicas(world)); ++round) {
    if (purges) world->run_until(world->now() + kWhilePurging);
    for (Endpoint i = 0; i < world->nodes(); ++i) world->demand_anti_entropy(i);
    if (!step_until_at_rest(world)) break;
  }
}

bool finish_schedule(World* world) {
  if (!come_to_rest(world)) return false;
  compare_replicas(world);
  world->mutable_history()->replicas = records_of_replicas(world);
  const ClusterSetup& setup = world->setup();
  const Endpoint at = setup.client_driven ? setup.nodes : Endpoint{0};
  const OperationIndex read = world->invoke({kFinalProcess, Order::kGet, at});
  while (world->is_open(read) && world->has_events()) (void)world->step();
  world->mutable_history()->operations[read].final_read = true;
  return true;
}

}  // namespace quorate::simulation
