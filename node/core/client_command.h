// What clients ask a node: reading it from, and writing it as, RESP.
//
//   SET key value [R q] [W q] [TIMEOUT ms] [META]
//   GET key       [R q] [W q] [TIMEOUT ms] [META]     W is the write-back's
//   DEL key       [R q] [W q] [TIMEOUT ms] [META]     writes a tombstone
// A quorum q is a number, or ONE, QUORUM (a majority) or ALL. Names of commands and options in any
// case, options in any order, each at most once. R of a SET or DEL is the quorum of its version
// query. TIMEOUT in whole milliseconds. META: the reply tells version and replicas too
// (client_reply.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "node/core/messages.h"
#include "node/core/resp_parser.h"

namespace quorate::node {

enum class CommandKind : std::uint8_t { kSet, kGet, kDel };

struct ClientCommand {
  CommandKind kind = CommandKind::kGet;
  std::string key;
  std::string value;  // of kSet
  QuorumSize quorum;
  Duration timeout = std::chrono::seconds(1);
  bool meta = false;

  bool operator==(const ClientCommand&) const = default;
};

// What a command has that says nothing; quorum.n is the cluster's, and no option changes it.
struct CommandDefaults {
  QuorumSize quorum;
  Duration timeout = std::chrono::seconds(1);
};

// Whether `name` (any case) is SET, GET or DEL.
bool is_client_command(std::string_view name);

// `arguments` start with the command's name. Errors: kInvalidArgument, in words for the client:
// unknown command, wrong number of arguments, unknown or repeated option, key or value too long, r
// or w outside [1, n], timeout outside [1 ms, 60 s]. The connection stays usable.
Result<ClientCommand> parse_client_command(RespRequest arguments, const CommandDefaults& defaults);

// Appends the command with all its options spelled out; parse_client_command reads it back, given
// the same n. The timeout is rounded up to whole milliseconds.
void encode_client_command(const ClientCommand& command, std::string* out);

}  // namespace quorate::node
