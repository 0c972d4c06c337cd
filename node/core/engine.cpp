#include "node/core/engine.h"

#include <utility>

#include "node/core/key_position.h"

namespace quorate::node {

Engine::Engine(Store* store, std::uint64_t incarnation, ReadMode mode, EngineOutput* output)
    : source_(store), replica_(source_), coordinator_(incarnation), mode_(mode), output_(output) {}

Result<Record> Engine::Source::lookup(std::string_view key) const {
  const Result<std::optional<std::string>> bytes = store_->get(Table::kRecords, record_key(key));
  if (bytes && !*bytes) return Record{};
  Result<Record> record = bytes ? decode_record(**bytes) : Result<Record>(bytes.error());
  if (!record && !failed_) failed_ = record.error();
  return record;
}

void Engine::start(ClientToken client, ClientCommand command, Instant now) {
  const Instant deadline = now + command.timeout;
  if (command.kind == CommandKind::kGet) {
    coordinator_.start_read({client, std::move(command.key), command.quorum, mode_, deadline},
                            &coordinator_effects_);
  } else {
    const bool tombstone = command.kind == CommandKind::kDel;
    coordinator_.start_write({client, std::move(command.key), tombstone, std::move(command.value),
                              command.quorum, deadline},
                             &coordinator_effects_);
  }
  carry();
}

void Engine::on_request(ReplyAddress from, ReplicaRequest request) {
  replica_.on_request(from, std::move(request), &replica_effects_);
  carry();
}

void Engine::on_reply(ReplicaIndex from, ReplicaReply reply) {
  coordinator_.on_reply(from, std::move(reply), &coordinator_effects_);
  carry();
}

void Engine::on_persisted(std::uint64_t through) {
  replica_.on_persisted(through, &replica_effects_);
  carry();
}

void Engine::on_time(Instant now) {
  coordinator_.on_time(now, &coordinator_effects_);
  carry();
}

bool Engine::is_idle() const {
  return coordinator_.in_flight() == 0 && replica_.waiting_replies() == 0 &&
         replica_.persisted() == replica_.handed_out();
}

void Engine::carry() {
  while (!coordinator_effects_.sends.empty() || !replica_effects_.send.empty()) {
    carry_sends();
    if (source_.failed()) return output_->stop_for(*source_.failed());
    carry_replies();
  }
  if (source_.failed()) return output_->stop_for(*source_.failed());
  for (ReplicaEffects::Persist& persist : replica_effects_.persist) {
    output_->persist({Table::kRecords, record_key(persist.key), encode_record(persist.record)});
  }
  replica_effects_.persist.clear();
  for (const std::string& violation : replica_effects_.violations) {
    output_->report_violation(violation);
  }
  replica_effects_.violations.clear();
  for (const FinishedOperation& operation : coordinator_effects_.finished) {
    output_->finish(operation.client, operation.result);
  }
  coordinator_effects_.finished.clear();
}

void Engine::carry_sends() {
  sends_.swap(coordinator_effects_.sends);
  for (Send& send : sends_) {
    if (send.to == self_) {
      replica_.on_request(kLocal, std::move(send.request), &replica_effects_);
    } else if (!output_->send(send.to, send.request)) {
      coordinator_.on_not_sent(send.to, send.request.operation, send.request.kind,
                               &coordinator_effects_);
    }
  }
  sends_.clear();
}

void Engine::carry_replies() {
  replies_.swap(replica_effects_.send);
  for (ReplicaEffects::Reply& reply : replies_) {
    if (reply.to == kLocal) {
      coordinator_.on_reply(self_, std::move(reply.reply), &coordinator_effects_);
    } else {
      output_->reply(reply.to, reply.reply);
    }
  }
  replies_.clear();
}

}  // namespace quorate::node
