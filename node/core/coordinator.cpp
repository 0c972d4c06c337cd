#include "node/core/coordinator.h"

#include "base/check.h"

namespace quorate::node {

Coordinator::Coordinator(std::uint64_t incarnation, std::size_t max_operations)
    : incarnation_(incarnation), max_operations_(max_operations) {}

void Coordinator::start_write(WriteCommand command, CoordinatorEffects* effects) {
  if (refuse_if_full(command.client, effects)) return;
  const OperationId id = next_id_++;
  QuorumWrite machine({id, std::move(command.key), command.tombstone, std::move(command.value),
                       command.quorum, incarnation_, next_attempt_++});
  start(id, {command.client, command.deadline, std::move(machine)}, effects);
}

void Coordinator::start_read(ReadCommand command, CoordinatorEffects* effects) {
  if (refuse_if_full(command.client, effects)) return;
  const OperationId id = next_id_++;
  QuorumRead machine({id, std::move(command.key), command.quorum, command.mode});
  start(id, {command.client, command.deadline, std::move(machine)}, effects);
}

bool Coordinator::refuse_if_full(ClientToken client, CoordinatorEffects* effects) const {
  if (operations_.size() < max_operations_) return false;
  effects->finished.push_back({client, {OperationOutcome::kFail, kErrorOverloaded, {}, {}}});
  return true;
}

void Coordinator::start(OperationId id, Operation operation, CoordinatorEffects* effects) {
  std::visit([effects](auto& machine) { machine.start(&effects->sends); }, operation.machine);
  deadlines_.emplace(operation.deadline, id);
  operations_.emplace(id, std::move(operation));
}

void Coordinator::on_reply(ReplicaIndex from, ReplicaReply reply, CoordinatorEffects* effects) {
  const auto found = operations_.find(reply.operation);
  if (found == operations_.end()) return;
  std::visit([&](auto& machine) { machine.on_reply(from, std::move(reply), &effects->sends); },
             found->second.machine);
  settle(found, effects);
}

void Coordinator::on_not_sent(ReplicaIndex to, OperationId operation, RequestKind kind,
                              CoordinatorEffects* effects) {
  const auto found = operations_.find(operation);
  if (found == operations_.end()) return;
  std::visit([&](auto& machine) { machine.on_not_sent(to, kind); }, found->second.machine);
  settle(found, effects);
}

void Coordinator::on_time(Instant now, CoordinatorEffects* effects) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto found = operations_.find(deadlines_.begin()->second);
    QUORATE_CHECK(found != operations_.end());
    std::visit([](auto& machine) { machine.on_deadline(); }, found->second.machine);
    settle(found, effects);
  }
}

std::optional<Instant> Coordinator::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

void Coordinator::settle(Operations::iterator operation, CoordinatorEffects* effects) {
  Operation& state = operation->second;
  if (!std::visit([](const auto& machine) { return machine.done(); }, state.machine)) return;
  OperationResult result =
      std::visit([](auto& machine) { return machine.take_result(); }, state.machine);
  effects->finished.push_back({state.client, std::move(result)});
  deadlines_.erase({state.deadline, operation->first});
  operations_.erase(operation);
}

}  // namespace quorate::node
