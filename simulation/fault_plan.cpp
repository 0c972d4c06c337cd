#include "simulation/fault_plan.h"

#include <utility>

namespace quorate::simulation {

FaultPlan::FaultPlan(World* world, std::uint64_t seed) : world_(world), random_(seed, "faults") {
  const ClusterSetup& setup = world->setup();
  victim_ = static_cast<Endpoint>(random_.below(setup.nodes));
  std::vector<Kind> kinds;
  if (setup.faults.partitions) kinds.push_back(Kind::kPartition);
  if (setup.faults.pauses) kinds.push_back(Kind::kPause);
  if (setup.faults.kills) kinds.push_back(Kind::kKill);
  const std::uint64_t count = random_.chance(0.5) ? 0 : 1 + random_.below(3);
  for (std::uint64_t i = 0; i < count && !kinds.empty(); ++i) plan(random_.pick(kinds));
  if (setup.faults.power_cuts && random_.chance(0.8)) plan(Kind::kPowerCut);
  if (setup.faults.wipes && random_.chance(0.8)) plan(Kind::kWipe);
  if (setup.faults.cuts_one_off) plan_cut_off();
  if (setup.sloppy && random_.chance(0.8)) plan_split();
}

Duration FaultPlan::some_time(int ms) {
  return std::chrono::microseconds(random_.below(static_cast<std::uint64_t>(ms) * 1000));
}

void FaultPlan::plan(Kind kind) {
  Fault fault;
  fault.kind = kind;
  const bool loses_disk = kind == Kind::kWipe || kind == Kind::kPowerCut;
  // Where a disk is lost, nobody else is killed: an introduction of a process that is gone may come
  // after its successor's and cast doubt on the next start; two nodes of three in doubt wait for
  // each other for ever.
  const bool is_victims = loses_disk || (kind == Kind::kKill && world_->setup().faults.wipes);
  fault.node = is_victims ? victim_ : static_cast<Endpoint>(random_.below(world_->nodes()));
  if (kind == Kind::kPartition) {
    static constexpr LinkState kStates[] = {LinkState::kHeld, LinkState::kLossy, LinkState::kDown,
                                            LinkState::kHeldWrites};
    fault.state = kStates[random_.below(4)];
    fault.both_ways = random_.chance(0.5);
    for (Endpoint i = 0; i < world_->nodes(); ++i) {
      if (i != fault.node && random_.chance(0.6)) fault.others.push_back(i);
    }
  }
  const Instant from = world_->now() + some_time(12);
  const bool is_short = random_.chance(loses_disk ? 0.9 : 0.5);
  fault.until = from + (is_short ? some_time(3) : some_time(40));
  add(std::move(fault), from);
}

// From soon on, one node hears of no write.
void FaultPlan::plan_cut_off() {
  Fault fault;
  fault.kind = Kind::kPartition;
  fault.state = LinkState::kLossy;
  fault.node = victim_;
  for (Endpoint i = 0; i < world_->nodes(); ++i) {
    if (i != victim_) fault.others.push_back(i);
  }
  const Instant from = world_->now() + some_time(8);
  fault.until = from + some_time(60);
  add(std::move(fault), from);
}

// Two sides, each with stand-ins for the other: every link between them is down.
void FaultPlan::plan_split() {
  const Instant from = world_->now() + some_time(4);
  const Instant until = from + some_time(30);
  std::vector<bool> side(world_->nodes());
  for (std::size_t i = 0; i < side.size(); ++i) side[i] = random_.chance(0.5);
  for (Endpoint i = 0; i < side.size(); ++i) {
    Fault fault;
    fault.kind = Kind::kPartition;
    fault.state = LinkState::kDown;
    fault.node = i;
    for (Endpoint j = 0; j < i; ++j) {
      if (side[i] != side[j]) fault.others.push_back(j);
    }
    fault.until = until;
    if (!fault.others.empty()) add(std::move(fault), from);
  }
}

// Two tokens each: it begins, it ends.
void FaultPlan::add(Fault fault, Instant from) {
  const std::uint64_t token = kFirstToken + 2 * faults_.size();
  world_->wake_at(from, token);
  world_->wake_at(fault.until, token + 1);
  faults_.push_back(std::move(fault));
}

void FaultPlan::on_wake(std::uint64_t token) {
  const Fault& fault = faults_[(token - kFirstToken) / 2];
  if ((token - kFirstToken) % 2 == 0) {
    begin(fault);
  } else {
    end(fault);
  }
}

void FaultPlan::on_links(const Fault& fault, LinkState state) {
  for (const Endpoint other : fault.others) {
    if (state == LinkState::kOpen) {
      world_->release(fault.node, other);
      if (fault.both_ways) world_->release(other, fault.node);
    } else {
      world_->set_link(fault.node, other, state);
      if (fault.both_ways) world_->set_link(other, fault.node, state);
    }
  }
}

void FaultPlan::begin(const Fault& fault) {
  switch (fault.kind) {
    case Kind::kPartition:
      return on_links(fault, fault.state);
    case Kind::kPause:
      return world_->pause(fault.node, fault.until);
    case Kind::kKill:
      if (world_->node(fault.node).is_up()) world_->stop(fault.node, World::Stop::kKill);
      return;
    case Kind::kPowerCut:
      if (world_->node(fault.node).is_up()) world_->stop(fault.node, World::Stop::kCutPower);
      return;
    case Kind::kWipe:
      if (world_->node(fault.node).is_up()) world_->stop(fault.node, World::Stop::kWipe);
      return;
  }
}

void FaultPlan::end(const Fault& fault) {
  if (fault.kind == Kind::kPartition) on_links(fault, LinkState::kOpen);
  if (fault.kind != Kind::kPartition && fault.kind != Kind::kPause) world_->start(fault.node);
}

}  // namespace quorate::simulation
