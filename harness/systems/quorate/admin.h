// What the harness asks a node outside of any test: blocking, each call with a deadline of its own.
#pragma once

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "harness/systems/address_book.h"

namespace quorate {

// PEERS: tells node `to` where all of them are.
Result<void> tell_peers(const std::vector<NodeAddress>& nodes, std::size_t to);

// STATUS: whether all links to other nodes are up.
Result<bool> has_reached_peers(const NodeAddress& node, int namespace_fd);

// DUMP, page by page, into a file of JSON lines: {"key", "version", "tombstone", "value"}, by key.
Result<void> dump_records(const NodeAddress& node, int namespace_fd,
                          const std::filesystem::path& file);

}  // namespace quorate
