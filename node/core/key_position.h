// Where keys lie: every key has a position in [0, 2^64), spread evenly by its hash (XXH3-64).
//
// The ring of nodes, the ranges of anti-entropy and the order of records on disk are all ranges of
// positions, so that one range is one stretch of the disk.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace quorate::node {

using Position = std::uint64_t;
// The top 8 bits of a position: the unit that the ring places on nodes, with a Merkle tree each.
using Partition = std::uint16_t;  // [0, kPartitions)
inline constexpr std::size_t kPartitions = 256;

constexpr Partition partition_of(Position position) {
  return static_cast<Partition>(position >> 56);
}

Position position_of(std::string_view key);

// The key of Table::kRecords and kTombstones: position (8 bytes, big-endian), then the key.
std::string record_key(std::string_view key);
// The first 8 bytes of a record_key() at `position`: less than every one there, greater than all
// before.
std::string position_prefix(Position position);
// The key in a record_key(); empty where it is none (less than 9 bytes, or not that key's
// position).
std::string_view key_in(std::string_view record_key);

}  // namespace quorate::node
