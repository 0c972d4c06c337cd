// The RESP form of what nodes, and clients that are their own coordinator, say to each other.
//
// Requests are commands; OP is the operation's number, EPOCH the sender's view of the membership
// ("1-9f3a01c2d4e5b687"), VERSION as to_string(Version) writes it, TOMBSTONE 0 or 1, NODE an index:
//   REPLICA.READ OP EPOCH KEY
//   REPLICA.VERSION OP EPOCH KEY
//   REPLICA.WRITE OP EPOCH KEY VERSION TOMBSTONE VALUE
//   REPLICA.HINT OP EPOCH KEY VERSION TOMBSTONE VALUE NODE
//   REPLICA.PURGE OP EPOCH KEY VERSION
//   REPLICA.FORWARD | INTRODUCE | GOSSIP | RUMOURS | TREE OP EPOCH PAYLOAD
// Replies are arrays that start with the operation's number, and come in any order on a connection
// (a write that waits for its sync holds up no read behind it):
//   [OP, "read", VERSION, TOMBSTONE, VALUE]
//   [OP, "version", VERSION, TOMBSTONE]
//   [OP, "write" | "hint" | "purge"]                    the acknowledgement
//   [OP, "forward" | "introduce" | "gossip" | "rumours" | "tree", PAYLOAD]
//   [OP, "error", KIND, TEXT]                           refused; nothing was applied
// Keys, values and numbers are held to limits.h in both directions.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "node/core/messages.h"
#include "node/core/resp_parser.h"
#include "node/core/resp_reply.h"

namespace quorate::node {

// Nodes of another version are refused when they greet.
inline constexpr std::string_view kProtocolVersion = "3";

// "1-9f3a01c2d4e5b687": number and fingerprint.
std::string to_string(const Epoch& epoch);

// "read", "version", "write", …
std::string_view name_of(RequestKind kind);

// Whether a command with this name (any case) is one of those above.
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
