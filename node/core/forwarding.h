// Forwarding: writes that another node must coordinate, because only a replica of the key has the
// counter that version scheme local-counter counts on.
//
// A write goes to the first replica that can be sent to; it certainly was not and will not be
// delivered to those before. Once it is sent, only its answer or its deadline ends it. Pure; not
// thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "node/core/client_command.h"
#include "node/core/coordinator.h"
#include "node/core/messages.h"

namespace quorate::node {

std::string encode_forwarded(const ClientCommand& command);
// r and w of `n`. Errors: kProtocol.
Result<ClientCommand> decode_forwarded(std::string_view payload, std::uint16_t n);
std::string encode_result(const OperationResult& result);
// Errors: kProtocol.
Result<OperationResult> decode_result(std::string_view payload);

class Forwarding {
 public:
  // Sends the write to the first of `replicas`, under this number.
  void start(OperationId operation, ClientToken client, const ClientCommand& command,
             std::vector<ReplicaIndex> replicas, Instant deadline, CoordinatorEffects* effects);
  void on_reply(const ReplicaReply& reply, CoordinatorEffects* effects);
  void on_not_sent(OperationId operation, CoordinatorEffects* effects);
  void on_time(Instant now, CoordinatorEffects* effects);
  std::optional<Instant> next_deadline() const;
  std::size_t in_flight() const { return forwarded_.size(); }

 private:
  struct Forwarded {
    ClientToken client = 0;
    std::string payload;
    std::deque<ReplicaIndex> replicas;  // not tried yet
    Instant deadline;
  };
  using All = std::map<OperationId, Forwarded>;

  void try_next(All::iterator forwarded, CoordinatorEffects* effects);
  void end(All::iterator forwarded, OperationResult result, CoordinatorEffects* effects);

  All forwarded_;
  std::set<std::pair<Instant, OperationId>> deadlines_;
};

}  // namespace quorate::node
