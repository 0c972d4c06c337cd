#include "simulation/scripts/script.h"

#include <algorithm>

#include "base/check.h"
#include "simulation/final_phase.h"

namespace quorate::simulation {

Script::Script(const ClusterSetup& setup, std::uint64_t seed)
    : setup_(std::make_unique<const ClusterSetup>(setup)), world_(*setup_, seed, true) {}

std::unique_ptr<Script> Script::with_order(const ClusterSetup& setup, Endpoint lesser,
                                           Endpoint greater) {
  for (std::uint64_t seed = 1;; ++seed) {
    auto script = std::make_unique<Script>(setup, seed);
    const auto incarnation = [&script](Endpoint node) {
      return script->world().node(node).engine().options().incarnation;
    };
    if (incarnation(lesser) < incarnation(greater)) return script;
  }
}

std::vector<std::pair<Endpoint, LinkState>> Script::shut_out(const Group& at) {
  QUORATE_CHECK(!at.empty());
  std::vector<std::pair<Endpoint, LinkState>> outside;
  for (Endpoint i = 0; i < world_.nodes(); ++i) {
    if (std::find(at.begin(), at.end(), i) != at.end()) continue;
    outside.emplace_back(i, world_.link(at.front(), i));
    world_.set_link(at.front(), i, LinkState::kDown);
  }
  return outside;
}

Value Script::run(Request request, const Group& at) {
  const auto outside = shut_out(at);
  request.at = at.front();
  const OperationIndex operation = world_.invoke(request);
  while (world_.is_open(operation) && world_.has_events()) (void)world_.step();
  for (const auto& [node, state] : outside) world_.set_link(at.front(), node, state);
  return world_.history().operations[operation].value;
}

Value Script::get(std::uint32_t process, const Group& at) { return run({process, Order::kGet}, at); }
Value Script::set(std::uint32_t process, const Group& at) { return run({process, Order::kSet}, at); }
Value Script::del(std::uint32_t process, const Group& at) { return run({process, Order::kDel}, at); }

Value Script::get_of(std::uint16_t r, std::uint32_t process, const Group& at) {
  Request request{process, Order::kGet};
  request.quorum = setup_->quorum;
  request.quorum->r = r;
  return run(request, at);
}

OperationIndex Script::begin_set(std::uint32_t process, const Group& at, Duration timeout) {
  const auto outside = shut_out(at);
  const OperationIndex operation = world_.invoke({process, Order::kSet, at.front(), timeout});
  let_pass();
  for (const auto& [node, state] : outside) world_.set_link(at.front(), node, state);
  return operation;
}

void Script::let_pass(Duration time) { world_.run_until(world_.now() + time); }

Outcome Script::outcome_of(OperationIndex operation) const {
  return world_.history().operations[operation].outcome;
}

void Script::cut_off(Endpoint node, LinkState state) {
  for (Endpoint i = 0; i < world_.nodes(); ++i) {
    if (i == node) continue;
    world_.set_link(i, node, state);
    world_.set_link(node, i, state);
  }
}

void Script::hold_writes(Endpoint from, const Group& to) {
  for (const Endpoint node : to) world_.set_link(from, node, LinkState::kHeldWrites);
}

void Script::lose(Endpoint from, const Group& to) {
  for (const Endpoint node : to) world_.set_link(from, node, LinkState::kLossy);
}

void Script::release(Endpoint from, const Group& to) {
  for (const Endpoint node : to) world_.release(from, node);
}

void Script::end() { QUORATE_CHECK(finish_schedule(&world_), "the cluster does not come to rest"); }

bool Script::breaks(Property property) const {
  return judge(world_.history()).test(column_of(property));
}

}  // namespace quorate::simulation
