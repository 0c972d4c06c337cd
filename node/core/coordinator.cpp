#include "node/core/coordinator.h"

#include "base/check.h"
#include "node/core/planted_bugs.h"

namespace quorate::node {

Coordinator::Coordinator(std::uint64_t incarnation, CoordinatorOptions options)
    : incarnation_(incarnation), options_(options), random_(incarnation, "coordinator") {}

void Coordinator::start_write(WriteCommand command, CoordinatorEffects* effects) {
  if (refuse_if_full(command.client, effects)) return;
  ++counters_.writes;
  const OperationId id = next_id_++;
  QuorumWrite::Parameters parameters;
  parameters.id = id;
  parameters.quorum = command.quorum;
  if (planted(Bug::kAckWMinus1) && command.quorum.w > 1) --parameters.quorum.w;
  parameters.incarnation = incarnation_;
  parameters.attempt = next_attempt_++;
  choose_version_source(command, &parameters);
  parameters.targets = order(command.placement);
  if (options_.fan_out == FanOut::kExact) parameters.targets.resize(command.quorum.w);
  parameters.watches_to_the_end = options_.reports_missed;
  parameters.key = std::move(command.key);
  parameters.tombstone = command.tombstone;
  parameters.value = std::move(command.value);
  parameters.fallbacks = std::move(command.placement.fallbacks);
  start(id, {command.client, command.deadline, false, QuorumWrite(std::move(parameters))}, effects);
}

void Coordinator::choose_version_source(const WriteCommand& command,
                                        QuorumWrite::Parameters* parameters) {
  const bool no_query = planted(Bug::kCoordLocalCounter);
  switch (no_query ? VersionScheme::kLocalCounter : options_.version_scheme) {
    case VersionScheme::kTwoPhase:
      parameters->ask = order(command.placement);
      parameters->answers = command.quorum.r;
      if (options_.fan_out == FanOut::kExact) parameters->ask.resize(command.quorum.r);
      return;
    case VersionScheme::kLocalCounter:
      if (!options_.self) {
        parameters->counter = ++own_counter_;
        return;
      }
      parameters->ask = {{*options_.self, *options_.self}};
      parameters->answers = 1;
      return;
    case VersionScheme::kClock:
      parameters->counter = command.clock;
      return;
  }
}

void Coordinator::start_read(ReadCommand command, CoordinatorEffects* effects) {
  if (refuse_if_full(command.client, effects)) return;
  ++counters_.reads;
  const OperationId id = next_id_++;
  QuorumRead::Parameters parameters;
  parameters.id = id;
  parameters.key = std::move(command.key);
  parameters.quorum = command.quorum;
  parameters.mode = options_.read_mode;
  if (planted(Bug::kRrAsync)) parameters.mode = ReadMode::kAsync;
  if (planted(Bug::kNoWriteback)) parameters.mode = ReadMode::kNone;
  if (planted(Bug::kWbReadSetOnly)) parameters.mode = ReadMode::kBlocking;
  parameters.targets = order(command.placement);
  parameters.exact = options_.fan_out == FanOut::kExact;
  parameters.ask =
      parameters.exact ? command.quorum.r : static_cast<std::uint16_t>(parameters.targets.size());
  parameters.fallbacks = std::move(command.placement.fallbacks);
  start(id, {command.client, command.deadline, false, QuorumRead(std::move(parameters))}, effects);
}

std::vector<Target> Coordinator::order(const Placement& placement) {
  std::vector<Target> targets = placement.targets;
  if (options_.fan_out == FanOut::kExact) random_.shuffle(&targets);
  return targets;
}

bool Coordinator::refuse_if_full(ClientToken client, CoordinatorEffects* effects) {
  if (in_flight() < options_.max_operations) return false;
  ++counters_.refused;
  effects->finished.push_back({client, {OperationOutcome::kFail, kErrorOverloaded, {}, {}}});
  return true;
}

void Coordinator::start(OperationId id, Operation operation, CoordinatorEffects* effects) {
  std::visit([effects](auto& machine) { machine.start(&effects->sends); }, operation.machine);
  deadlines_.emplace(operation.deadline, id);
  settle(operations_.emplace(id, std::move(operation)).first, effects);
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
  std::visit([&](auto& machine) { machine.on_not_sent(to, kind, &effects->sends); },
             found->second.machine);
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
  if (!state.told) {
    if (!std::visit([](const auto& machine) { return machine.done(); }, state.machine)) return;
    OperationResult result =
        std::visit([](auto& machine) { return machine.take_result(); }, state.machine);
    const bool reuses = planted(Bug::kReuseVersion) && result.error == kErrorTimeout;
    if (reuses && result.record.version.attempt != 0) {
      next_attempt_ = result.record.version.attempt;
    }
    effects->finished.push_back({state.client, std::move(result)});
    state.told = true;
    ++trailing_;
  }
  const bool over =
      std::visit([](const auto& machine) { return machine.is_over(); }, state.machine);
  if (over) return let_go(operation, effects);
  if (trailing_ <= options_.max_operations) return;
  ++counters_.unwatched;
  std::visit([](auto& machine) { machine.on_deadline(); }, state.machine);
  let_go(operation, effects);
}

void Coordinator::let_go(Operations::iterator operation, CoordinatorEffects* effects) {
  Operation& state = operation->second;
  if (const auto* read = std::get_if<QuorumRead>(&state.machine)) {
    counters_.repairs += read->repairs();
  } else {
    const QuorumWrite& write = std::get<QuorumWrite>(state.machine);
    std::vector<ReplicaIndex> missed = write.missed();
    if (options_.reports_missed && !missed.empty()) {
      effects->missed.push_back({write.key(), write.record(), std::move(missed)});
    }
  }
  deadlines_.erase({state.deadline, operation->first});
  operations_.erase(operation);
  --trailing_;
}

}  // namespace quorate::node
