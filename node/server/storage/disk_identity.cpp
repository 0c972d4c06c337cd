#include "node/server/storage/disk_identity.h"

#include "node/core/byte_codec.h"

namespace quorate::node {
namespace {

constexpr char kKey[] = "disk";
constexpr std::uint8_t kFormat = 1;

std::string encode(const DiskIdentity& disk) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.u8(kFormat);
  writer.u64(disk.id);
  writer.u64(disk.generation);
  return bytes;
}

Result<DiskIdentity> decode(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t format = reader.u8();
  DiskIdentity disk;
  disk.id = reader.u64();
  disk.generation = reader.u64();
  if (format == kFormat && reader.done() && disk.generation != 0) return disk;
  return Error{ErrorCode::kCorrupt, "the identity of the disk, in the store, cannot be read"};
}

}  // namespace

Result<DiskIdentity> open_disk(Store* store, std::uint64_t entropy) {
  const auto stored = store->get(Table::kMeta, kKey);
  if (!stored) return stored.error();
  DiskIdentity disk{entropy, 0, true};
  if (*stored) {
    const Result<DiskIdentity> decoded = decode(**stored);
    if (!decoded) return decoded.error();
    disk = *decoded;
  }
  ++disk.generation;
  const auto written = store->write({{Table::kMeta, kKey, encode(disk)}});
  if (!written) return written.error();
  if (const auto synced = store->sync(); !synced) return synced.error();
  return disk;
}

}  // namespace quorate::node
