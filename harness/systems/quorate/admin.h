// What the harness asks a node outside of any test: blocking, each call with a deadline of its own.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "harness/systems/quorate/disguise.h"
#include "harness/systems/system.h"

namespace quorate {

// PEERS: tells node `to` where all of them are.
Result<void> tell_peers(const std::vector<NodeAddress>& nodes, std::size_t to);

// STATUS: whether all links to other nodes are up.
Result<bool> has_reached_peers(const NodeAddress& node, int namespace_fd);

// STATUS, as the node tells it.
Result<Json> status_of(const NodeAddress& node, int namespace_fd);

// One command whose answer matters only if it is an error.
Result<void> tell_node(const NodeAccess& node, const std::vector<std::string>& command);

// PING, again and again over one connection: how long each took.
Result<std::vector<Duration>> ping_node(const NodeAccess& node, int times);

// One of a node's own durable records.
struct DumpedRecord {
  std::string key;
  std::string version;
  bool tombstone = false;
  std::string value;  // empty for a tombstone
};

// DUMP, page by page, in the order of the records' positions. Errors: kLimit beyond `most` records.
Result<std::vector<DumpedRecord>> dump_records(const NodeAddress& node, int namespace_fd,
                                               std::size_t most);
// As clients call it. `disguise`: that they wear; null: none.
void undress(const Disguise* disguise, DumpedRecord* record);
// All of them, undressed, into a file of JSON lines: {"key", "version", "tombstone", "value"}.
Result<void> dump_to_file(const NodeAddress& node, int namespace_fd, const Disguise* disguise,
                          const std::filesystem::path& file);

}  // namespace quorate
