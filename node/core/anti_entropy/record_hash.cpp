#include "node/core/anti_entropy/record_hash.h"

#include <xxhash.h>

#include "node/core/byte_codec.h"
#include "node/core/key_position.h"
#include "node/core/planted_bugs.h"

namespace quorate::node {

RecordDigest digest_of(std::string_view key, const Record& record) {
  return {std::string(key), record.version, record.tombstone,
          XXH3_64bits(record.value.data(), record.value.size())};
}

std::uint64_t hash_of(const RecordDigest& digest) {
  constexpr std::size_t kBytesBesideKey = 4 + 24 + 1 + 8;
  std::string bytes;
  bytes.reserve(digest.key.size() + kBytesBesideKey);
  ByteWriter writer(&bytes);
  if (!planted(Bug::kMerkleXor)) writer.text(digest.key);
  if (!planted(Bug::kMerkleKeysOnly)) {
    writer.version(digest.version);
    writer.u8(digest.tombstone ? 1 : 0);
    writer.u64(planted(Bug::kMerkleVersionOnly) ? 0 : digest.value_hash);
  }
  const std::uint64_t hash = XXH3_64bits(bytes.data(), bytes.size());
  return hash == 0 ? 1 : hash;
}

std::uint64_t record_hash(std::string_view key, const Record& record) {
  return record.version.is_none() ? 0 : hash_of(digest_of(key, record));
}

std::strong_ordering stored_order(std::string_view left, std::string_view right) {
  const auto positions = position_of(left) <=> position_of(right);
  return positions != 0 ? positions : left <=> right;
}

}  // namespace quorate::node
