#include "simulation/clients.h"

#include <cmath>

namespace quorate::simulation {

namespace {

constexpr std::uint64_t kGiveUp = Clients::kTokens / 2;  // tokens above: an operation's patience

}  // namespace

Clients::Clients(World* world, std::uint64_t seed) : world_(world), random_(seed, "clients") {
  const ClusterSetup& setup = world->setup();
  moves_ = random_.chance(0.5) ? 0.5 : 0;
  if (setup.faults.time_outs) gives_up_ = random_.chance(0.2) ? 0.3 : 0.03;
  may_delete_ = setup.deletes && random_.chance(0.7);
  const std::size_t count = 2 + random_.below(World::kClients - 1);
  const std::size_t length = 2 + random_.below(2);
  for (std::size_t i = 0; i < count; ++i) {
    Client client;
    client.home = setup.client_driven ? static_cast<Endpoint>(setup.nodes + i)
                                      : static_cast<Endpoint>(random_.below(setup.nodes));
    client.process = next_process_++;
    client.plan = draw_plan(i, length);
    left_ += client.plan.size();
    clients_.push_back(std::move(client));
  }
  for (std::size_t i = 0; i < count; ++i) plan_turn(i);
}

std::vector<Order> Clients::draw_plan(std::size_t client, std::size_t length) {
  std::vector<Order> plan;
  const bool single = world_->setup().single_writer;
  for (std::size_t i = 0; i < length; ++i) {
    const bool writes = single ? client == 0 : random_.chance(0.5);
    const bool deletes = writes && may_delete_ && random_.chance(0.4);
    if (deletes) may_delete_ = false;  // one at most
    plan.push_back(!writes ? Order::kGet : deletes ? Order::kDel : Order::kSet);
  }
  return plan;
}

node::QuorumSize Clients::raised_quorum() {
  node::QuorumSize quorum = world_->setup().quorum;
  quorum.r = static_cast<std::uint16_t>(quorum.r + random_.below(quorum.n - quorum.r + 1U));
  quorum.w = static_cast<std::uint16_t>(quorum.w + random_.below(quorum.n - quorum.w + 1U));
  return quorum;
}

Duration Clients::pause() {
  if (random_.chance(0.4)) return Duration(1000 + random_.below(1000));
  const double mean_us = world_->setup().purge_after > Duration::zero() ? 10'000 : 1500;
  const double us = 1 - mean_us * std::log(1 - random_.uniform());
  return Duration(static_cast<std::int64_t>(us * 1000));
}

void Clients::plan_turn(std::size_t client) {
  clients_[client].waits = true;
  world_->wake_at(world_->now() + pause(), client);
}

void Clients::on_wake(std::uint64_t token) {
  if (token >= kGiveUp) return world_->give_up(token - kGiveUp);
  begin_next(token);
}

void Clients::begin_next(std::size_t index) {
  Client& client = clients_[index];
  const ClusterSetup& setup = world_->setup();
  Request request{client.process, client.plan.back(), client.home};
  client.plan.pop_back();
  if (!setup.client_driven && random_.chance(moves_)) {
    request.at = static_cast<Endpoint>(random_.below(setup.nodes));
  }
  const bool ends_early = setup.faults.time_outs && random_.chance(gives_up_ / 2);
  if (ends_early) request.timeout = std::chrono::milliseconds(1 + random_.below(10));
  if (setup.raises_quorums) request.quorum = raised_quorum();
  client.waits = false;
  client.current = world_->invoke(request);
  if (random_.chance(gives_up_ / 2) && world_->is_open(*client.current)) {
    world_->wake_at(world_->now() + pause(), kGiveUp + *client.current);
  }
}

void Clients::go_on() {
  for (std::size_t i = 0; i < clients_.size(); ++i) {
    Client& client = clients_[i];
    if (client.waits || !client.current || world_->is_open(*client.current)) continue;
    const Operation& operation = world_->history().operations[*client.current];
    if (operation.outcome == Outcome::kInfo) client.process = 100 + next_process_++;
    client.current.reset();
    --left_;
    if (!client.plan.empty()) plan_turn(i);
  }
}

}  // namespace quorate::simulation
