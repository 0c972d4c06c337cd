// World: the operations of clients, and what is done to nodes and links.
#include <utility>

#include "base/check.h"
#include "simulation/world.h"

namespace quorate::simulation {

namespace {

constexpr Duration kReconnect = std::chrono::milliseconds(1);

std::string text_of(const std::optional<node::QuorumSize>& quorum) {
  return quorum ? fmt::format(" R {} W {}", quorum->r, quorum->w) : "";
}

}  // namespace

// --- operations

OperationIndex World::invoke(const Request& request) {
  const OperationIndex index = history_.operations.size();
  Operation operation;
  operation.process = request.process;
  operation.invoked = position_++;
  if (request.order != Order::kGet) {
    operation.function = Function::kWrite;
    operation.tombstone = request.order == Order::kDel;
    operation.value = ++last_value_;
  }
  Pending pending{request, {}, true};
  if (request.order == Order::kSet) pending.text = "v" + std::to_string(operation.value);
  trace_.add(now_, 'i', request.process, request.at, operation.value);
  if (trace_.keeps_text()) {
    trace_.say(now_, fmt::format("process {} at {}: {} {}{}", request.process, request.at,
                                 operation.is_write() ? operation.tombstone ? "DEL" : "SET" : "GET",
                                 pending.text, text_of(request.quorum)));
  }
  history_.operations.push_back(operation);
  pending_.push_back(std::move(pending));
  ++open_;
  const bool paused = is_node(request.at) && disturbances_[request.at].paused_until > now_;
  if (paused) {
    push(disturbances_[request.at].paused_until, EventKind::kStart,
         static_cast<std::uint32_t>(index));
  } else {
    begin(index);
  }
  return index;
}

void World::begin(OperationIndex index) {
  if (!pending_[index].open) return;  // given up before anything was sent
  const Request request = pending_[index].request;
  if (!is_node(request.at)) return begin_driven(index);
  if (!nodes_[request.at]->is_up()) return complete(index, Outcome::kFail);
  node::ClientCommand command;
  command.kind = request.order == Order::kGet   ? node::CommandKind::kGet
                 : request.order == Order::kSet ? node::CommandKind::kSet
                                                : node::CommandKind::kDel;
  command.key = kKey;
  command.value = pending_[index].text;
  command.quorum = quorum_of(request);
  command.timeout = request.timeout;
  nodes_[request.at]->engine().start(index, std::move(command), now_);
  arm(request.at);
}

void World::begin_driven(OperationIndex index) {
  const Pending& pending = pending_[index];
  DrivenClient& client = clients_[pending.request.at - nodes_.size()];
  const Instant deadline = now_ + pending.request.timeout;
  const node::Placement placement = node::everywhere(setup_.quorum.n);
  const node::QuorumSize quorum = quorum_of(pending.request);
  if (pending.request.order == Order::kGet) {
    client.read({index, kKey, quorum, placement, deadline});
  } else {
    const auto clock = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(now_.time_since_epoch()).count());
    client.write({index, kKey, pending.request.order == Order::kDel, pending.text, quorum,
                  placement, deadline, clock});
  }
  arm(pending.request.at);
}

Value World::value_of(const node::Record& record) const {
  const bool purged = record.version.is_none();
  if (purged && setup_.purge_after == Duration::zero()) return 0;
  const auto& operations = history_.operations;
  for (OperationIndex i = operations.size(); i-- > 0;) {
    const Operation& one = operations[i];
    if (!one.is_write() || one.tombstone == record.has_value()) continue;
    const bool failed = !pending_[i].open && one.outcome == Outcome::kFail;
    if (record.has_value() ? pending_[i].text == record.value : !(purged && failed)) {
      return one.value;
    }
  }
  return 0;
}

void World::finish(node::ClientToken token, const node::OperationResult& result) {
  Operation& operation = history_.operations[token];
  if (result.outcome != node::OperationOutcome::kFail) operation.version = result.record.version;
  if (!pending_[token].open) return;
  if (operation.function == Function::kRead) operation.value = value_of(result.record);
  switch (result.outcome) {
    case node::OperationOutcome::kOk:
      return complete(token, Outcome::kOk);
    case node::OperationOutcome::kFail:
      return complete(token, Outcome::kFail);
    case node::OperationOutcome::kUnknown:
      return complete(token, Outcome::kInfo);
  }
}

void World::give_up(OperationIndex operation) {
  if (is_open(operation)) complete(operation, Outcome::kInfo);
}

void World::complete(OperationIndex index, Outcome outcome) {
  Operation& operation = history_.operations[index];
  pending_[index].open = false;
  --open_;
  operation.outcome = outcome;
  if (outcome == Outcome::kFail && operation.tombstone) {  // who found nothing saw what was before
    for (Operation& one : history_.operations) {
      if (one.is_ok_read() && one.value == operation.value) one.value = 0;
    }
  }
  const Position position = position_++;
  if (outcome != Outcome::kInfo) operation.completed = position;
  trace_.add(now_, 'c', index, static_cast<std::uint64_t>(outcome), operation.value);
  if (!trace_.keeps_text()) return;
  trace_.say(now_, fmt::format("process {}: {} v{} {}", operation.process, name_of(outcome),
                               operation.value, to_string(operation.version)));
}

// --- what is done to nodes and links

void World::set_link(Endpoint from, Endpoint to, LinkState state) {
  trace_.add(now_, 'l', from, to, static_cast<std::uint64_t>(state));
  network_.set_state(from, to, state);
}

void World::release(Endpoint from, Endpoint to) {
  const bool was_down = network_.state(from, to) == LinkState::kDown;
  set_link(from, to, LinkState::kOpen);
  for (const std::uint32_t slot : network_.take_held(from, to)) {
    push(now_ + network_.delay_of(network_.at(slot)), EventKind::kMessage, slot);
  }
  if (!was_down || !is_node(from) || !is_node(to) || !nodes_[from]->is_up()) return;
  nodes_[from]->engine().on_link_up(to, now_);
  arm(from);
}

void World::pause(Endpoint node, Instant until) {
  trace_.add(now_, 'p', node, static_cast<std::uint64_t>(until.time_since_epoch().count()), 0);
  disturbances_[node].paused_until = until;
}

void World::stop(Endpoint node, Stop how) {
  trace_.add(now_, 'k', node, static_cast<std::uint64_t>(how), 0);
  if (trace_.keeps_text()) {
    static constexpr const char* kNames[] = {"killed", "cut off from power", "wiped"};
    trace_.say(now_, fmt::format("node {} is {}", node, kNames[static_cast<std::size_t>(how)]));
  }
  for (OperationIndex i = 0; i < pending_.size(); ++i) {
    if (pending_[i].open && pending_[i].request.at == node) complete(i, Outcome::kInfo);
  }
  if (how == Stop::kKill) nodes_[node]->kill();
  if (how == Stop::kCutPower) nodes_[node]->cut_power();
  if (how == Stop::kWipe) nodes_[node]->wipe();
}

void World::start(Endpoint node) {
  if (nodes_[node]->is_up()) return;
  nodes_[node]->start(now_);
  trace_.add(now_, 'u', node, nodes_[node]->life(), 0);
  if (trace_.keeps_text()) trace_.say(now_, fmt::format("node {} starts", node));
  disturbances_[node].paused_until = {};
  push(now_ + kReconnect, EventKind::kLinksUp, node, nodes_[node]->life());
  arm(node);
}

void World::on_links_up(Endpoint node) {
  for (Endpoint other = 0; other < nodes_.size(); ++other) {
    if (other == node || !nodes_[other]->is_up() || !nodes_[node]->is_up()) continue;
    nodes_[other]->engine().on_link_up(node, now_);
    nodes_[node]->engine().on_link_up(other, now_);
    arm(other);
  }
  arm(node);
}

void World::heal() {
  const auto endpoints = static_cast<Endpoint>(nodes_.size() + kClients);
  for (Endpoint from = 0; from < endpoints; ++from) {
    for (Endpoint to = 0; to < endpoints; ++to) {
      const bool is_open = network_.state(from, to) == LinkState::kOpen;
      if (from != to && (!is_open || network_.holds_any())) release(from, to);
    }
  }
  for (Endpoint i = 0; i < nodes_.size(); ++i) {
    disturbances_[i].paused_until = {};
    set_syncs(i, true);
    start(i);
  }
}

void World::demand_anti_entropy(Endpoint node) {
  if (!nodes_[node]->is_up()) return;
  nodes_[node]->engine().demand_anti_entropy(now_);
  arm(node);
}

}  // namespace quorate::simulation
