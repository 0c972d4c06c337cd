#include "node/core/gossip/rumour_batch.h"

#include "base/check.h"
#include "node/core/byte_codec.h"
#include "node/core/limits.h"

namespace quorate::node {
namespace {

constexpr std::size_t kCountBytes = 4;
static_assert(kCountBytes + 4 + kMaxKeyBytes + 24 + 1 + 4 + kMaxValueBytes <= kMaxRumourBytes);

std::string read_key(ByteReader* reader) {
  std::string key(reader->text(kMaxKeyBytes));
  if (key.size() < kMinKeyBytes) reader->fail();
  return key;
}

}  // namespace

bool RumourBatch::add(std::string_view key, const Record& record) {
  QUORATE_CHECK(key.size() >= kMinKeyBytes && key.size() <= kMaxKeyBytes);
  QUORATE_CHECK(!record.version.is_none());
  if (count_ == kMaxRumours) return false;
  const std::size_t before = items_.size();
  ByteWriter writer(&items_);
  writer.text(key);
  writer.record(record);
  const bool fits = kCountBytes + items_.size() <= kMaxRumourBytes;
  if (fits) ++count_;
  if (!fits) items_.resize(before);
  return fits;
}

std::string RumourBatch::payload() const {
  std::string payload;
  ByteWriter(&payload).u32(count_);
  return payload + items_;
}

Result<std::vector<Rumour>> decode_rumours(std::string_view payload) {
  ByteReader reader(payload);
  if (payload.size() > kMaxRumourBytes) reader.fail();
  std::vector<Rumour> rumours(reader.count(kMaxRumours));
  for (Rumour& rumour : rumours) {
    rumour.key = read_key(&reader);
    rumour.record = reader.record();
    if (rumour.record.version.is_none()) reader.fail();
  }
  if (!reader.done()) return Error{ErrorCode::kProtocol, "rumours: not a list of records"};
  return rumours;
}

std::string encode_held(const std::vector<HeldVersion>& held) {
  QUORATE_CHECK(held.size() <= kMaxRumours);
  std::string payload;
  ByteWriter writer(&payload);
  writer.u32(static_cast<std::uint32_t>(held.size()));
  for (const HeldVersion& one : held) {
    writer.text(one.key);
    writer.version(one.version);
  }
  return payload;
}

Result<std::vector<HeldVersion>> decode_held(std::string_view payload) {
  ByteReader reader(payload);
  std::vector<HeldVersion> held(reader.count(kMaxRumours));
  for (HeldVersion& one : held) {
    one.key = read_key(&reader);
    one.version = reader.version();
  }
  if (!reader.done()) return Error{ErrorCode::kProtocol, "rumours: not a list of versions"};
  return held;
}

}  // namespace quorate::node
