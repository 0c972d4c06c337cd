// What a node answers a client: writing it (nodes) and reading it (clients), in one place.
//
//             without META             with META
//   SET ok    +OK                      [+OK, version, [replica name…]]
//   DEL ok    :1                       [:1, version, [replica name…]]
//   GET ok    value as bulk, or nil    [value or nil, version or nil, [replica name…]]
// An absent or deleted key has no value (nil); its version is told with META: nil if it was never
// written, else the tombstone's. What is not ok is an error reply, with or without META, by prefix:
//   -NOQUORUM …   fail: too few replicas can answer; certain that nothing was touched
//   -FAILED …     fail: another reason (timeout before anything was sent, overloaded)
//   -ERR …        fail: the command was not understood, nothing was tried
//   -UNKNOWN …    unknown: it may have taken effect, or may yet
// A client must take any other prefix, and a lost connection, for unknown.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "node/core/client_command.h"
#include "node/core/messages.h"
#include "node/core/resp_reply.h"

namespace quorate::node {

// The prefix for an outcome that is not ok. `error` is OperationResult::error. REQUIRES: not kOk.
std::string_view error_prefix(OperationOutcome outcome, std::string_view error);
// What an error reply ("PREFIX text") says about the operation: kFail or kUnknown.
OperationOutcome outcome_of_error(std::string_view error_reply);

// Appends the reply to `command`. `names` are the nodes' names, by ReplicaIndex.
void encode_client_reply(const ClientCommand& command, const OperationResult& result,
                         const std::vector<std::string>& names, std::string* out);

struct ClientReply {
  OperationOutcome outcome = OperationOutcome::kUnknown;
  std::string error;                  // the error reply, whole; empty for ok
  std::optional<std::string> value;   // of an ok GET
  Version version;                    // of an ok reply with META; none: not told, or never written
  std::vector<std::string> replicas;  // of an ok reply with META
};

// Reads the reply to `command`; looks only at its kind and meta. An error reply is a ClientReply
// too. Errors: kProtocol: this is no reply to such a command; its outcome is unknown, close the
// connection.
Result<ClientReply> decode_client_reply(const ClientCommand& command, RespValue reply);

}  // namespace quorate::node
