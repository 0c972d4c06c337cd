// The RESP form of what coordinators and replicas say to each other.
//
// Requests are commands; OP is the operation's number, VERSION as to_string(Version) writes it:
//   REPLICA.READ OP KEY
//   REPLICA.VERSION OP KEY
//   REPLICA.WRITE OP KEY VERSION TOMBSTONE VALUE        TOMBSTONE is 0 or 1
// Replies are arrays that start with the operation's number, and come in any order on a connection
// (a write that waits for its sync holds up no read behind it):
//   [OP, "read", VERSION, TOMBSTONE, VALUE]
//   [OP, "version", VERSION, TOMBSTONE]
//   [OP, "write"]                                       the acknowledgement
//   [OP, "error", "read" | "version" | "write", TEXT]   refused; nothing was applied
// Keys, values and numbers are held to limits.h in both directions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "node/core/messages.h"
#include "node/core/resp_parser.h"
#include "node/core/resp_reply.h"

namespace quorate::node {

// "read", "version", "write".
std::string_view name_of(RequestKind kind);

// Whether a command with this name (any case) is one of the three above.
bool is_replica_command(std::string_view name);

// Appends one request.
void encode_request(const ReplicaRequest& request, std::string* out);
// `arguments` start with the command's name. Errors: kProtocol. A command that cannot be decoded
// has no operation number to reply to: answer with a plain error reply and close.
Result<ReplicaRequest> decode_request(RespRequest arguments);

// Appends one reply.
void encode_reply(const ReplicaReply& reply, std::string* out);
// Errors: kProtocol: close the connection.
Result<ReplicaReply> decode_reply(RespValue value);

}  // namespace quorate::node
