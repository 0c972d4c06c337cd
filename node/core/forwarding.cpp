#include "node/core/forwarding.h"

#include "node/core/byte_codec.h"
#include "node/core/limits.h"

namespace quorate::node {

namespace {

constexpr std::size_t kMaxErrorBytes = 64;

std::uint64_t in_ms(Duration duration) {
  return static_cast<std::uint64_t>(std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

}  // namespace

std::string encode_forwarded(const ClientCommand& command) {
  std::string payload;
  ByteWriter writer(&payload);
  writer.u8(command.kind == CommandKind::kDel ? 1 : 0);
  writer.u16(command.quorum.r);
  writer.u16(command.quorum.w);
  writer.u64(in_ms(command.timeout));
  writer.text(command.key);
  writer.text(command.value);
  return payload;
}

Result<ClientCommand> decode_forwarded(std::string_view payload, std::uint16_t n) {
  ByteReader reader(payload);
  ClientCommand command;
  const std::uint8_t deletes = reader.u8();
  if (deletes > 1) reader.fail();
  command.kind = deletes == 1 ? CommandKind::kDel : CommandKind::kSet;
  command.quorum = {n, reader.u16(), 0};
  command.quorum.w = reader.u16();
  const std::uint64_t timeout = reader.u64();
  command.key = reader.text(kMaxKeyBytes);
  command.value = reader.text(kMaxValueBytes);
  const QuorumSize& quorum = command.quorum;
  const bool sound = quorum.r >= 1 && quorum.r <= n && quorum.w >= 1 && quorum.w <= n &&
                     timeout >= in_ms(kMinTimeout) && timeout <= in_ms(kMaxTimeout) &&
                     !command.key.empty() &&
                     (command.kind == CommandKind::kSet || command.value.empty());
  if (!reader.done() || !sound) return Error{ErrorCode::kProtocol, "not a forwarded write"};
  command.timeout = std::chrono::milliseconds(timeout);
  return command;
}

std::string encode_result(const OperationResult& result) {
  std::string payload;
  ByteWriter writer(&payload);
  writer.u8(static_cast<std::uint8_t>(result.outcome));
  writer.text(result.error);
  writer.version(result.record.version);
  writer.u32(static_cast<std::uint32_t>(result.replicas.size()));
  for (const ReplicaIndex replica : result.replicas) writer.u16(replica);
  return payload;
}

Result<OperationResult> decode_result(std::string_view payload) {
  ByteReader reader(payload);
  OperationResult result;
  const std::uint8_t outcome = reader.u8();
  if (outcome > static_cast<std::uint8_t>(OperationOutcome::kUnknown)) reader.fail();
  result.error = reader.text(kMaxErrorBytes);
  result.record.version = reader.version();
  result.replicas.resize(reader.count(kMaxReplicas));
  for (ReplicaIndex& replica : result.replicas) {
    replica = reader.u16();
    if (replica >= kMaxReplicas) reader.fail();
  }
  if (!reader.done()) return Error{ErrorCode::kProtocol, "not the result of a forwarded write"};
  result.outcome = static_cast<OperationOutcome>(outcome);
  return result;
}

void Forwarding::start(OperationId operation, ClientToken client, const ClientCommand& command,
                       std::vector<ReplicaIndex> replicas, Instant deadline,
                       CoordinatorEffects* effects) {
  deadlines_.emplace(deadline, operation);
  const auto [at, added] = forwarded_.emplace(
      operation,
      Forwarded{client, encode_forwarded(command), {replicas.begin(), replicas.end()}, deadline});
  try_next(at, effects);
}

void Forwarding::try_next(All::iterator forwarded, CoordinatorEffects* effects) {
  Forwarded& write = forwarded->second;
  if (write.replicas.empty()) {
    return end(forwarded, {OperationOutcome::kFail, kErrorNoQuorum, {}, {}}, effects);
  }
  ReplicaRequest request;
  request.operation = forwarded->first;
  request.kind = RequestKind::kForward;
  request.payload = write.payload;
  effects->sends.push_back({write.replicas.front(), std::move(request)});
  write.replicas.pop_front();
}

void Forwarding::on_reply(const ReplicaReply& reply, CoordinatorEffects* effects) {
  const auto forwarded = forwarded_.find(reply.operation);
  if (forwarded == forwarded_.end() || reply.kind != RequestKind::kForward) return;
  if (!reply.error.empty()) return try_next(forwarded, effects);  // refused: nothing was begun
  auto result = decode_result(reply.payload);
  if (result) end(forwarded, std::move(*result), effects);
}

void Forwarding::on_not_sent(OperationId operation, CoordinatorEffects* effects) {
  const auto forwarded = forwarded_.find(operation);
  if (forwarded != forwarded_.end()) try_next(forwarded, effects);
}

void Forwarding::on_time(Instant now, CoordinatorEffects* effects) {
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    end(forwarded_.find(deadlines_.begin()->second),
        {OperationOutcome::kUnknown, kErrorTimeout, {}, {}}, effects);
  }
}

std::optional<Instant> Forwarding::next_deadline() const {
  if (deadlines_.empty()) return std::nullopt;
  return deadlines_.begin()->first;
}

void Forwarding::end(All::iterator forwarded, OperationResult result, CoordinatorEffects* effects) {
  effects->finished.push_back({forwarded->second.client, std::move(result)});
  deadlines_.erase({forwarded->second.deadline, forwarded->first});
  forwarded_.erase(forwarded);
}

}  // namespace quorate::node
