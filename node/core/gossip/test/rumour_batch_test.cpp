#include "node/core/gossip/rumour_batch.h"

#include <gtest/gtest.h>

#include "node/core/limits.h"

namespace quorate::node {
namespace {

const Record kValue{{7, 8, 9}, false, "value"};
const Record kTombstone{{8, 8, 10}, true, ""};

std::string payload_of(const std::vector<Rumour>& rumours) {
  RumourBatch batch;
  for (const Rumour& rumour : rumours) EXPECT_TRUE(batch.add(rumour.key, rumour.record));
  return batch.payload();
}

TEST(RumourBatch, RecordsReadBackAsTheyWereWritten) {
  const std::vector<Rumour> rumours{{"a", kValue}, {std::string("b\0c", 3), kTombstone}};
  const auto read = decode_rumours(payload_of(rumours));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, rumours);
  EXPECT_TRUE(decode_rumours(RumourBatch().payload())->empty());
  EXPECT_TRUE(RumourBatch().is_empty());
}

TEST(RumourBatch, VersionsReadBackAsTheyWereWritten) {
  const std::vector<HeldVersion> held{{"a", {7, 8, 9}}, {"b", {}}};
  const auto read = decode_held(encode_held(held));
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, held);
}

TEST(RumourBatch, HasRoomForAnyOneRecordAndForNoMoreThanItsBytes) {
  RumourBatch batch;
  const std::string key(kMaxKeyBytes, 'k');
  const Record record{{1, 1, 1}, false, std::string(kMaxValueBytes, 'v')};
  EXPECT_TRUE(batch.add(key, record));
  EXPECT_FALSE(batch.add(key, record));
  EXPECT_TRUE(batch.add("small", kValue));
  EXPECT_EQ(batch.count(), 2U);
  const auto read = decode_rumours(batch.payload());
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, (std::vector<Rumour>{{key, record}, {"small", kValue}}));
}

TEST(RumourBatch, HasRoomForNoMoreThanItsRecords) {
  RumourBatch batch;
  for (std::uint32_t i = 0; i < kMaxRumours; ++i) EXPECT_TRUE(batch.add("k", kValue));
  EXPECT_FALSE(batch.add("k", kValue));
  EXPECT_EQ(decode_rumours(batch.payload())->size(), kMaxRumours);
}

TEST(RumourBatch, RefusesPayloadsThatAreCutOffOrTooLong) {
  const std::string records = payload_of({{"a", kValue}, {"b", kTombstone}});
  for (std::size_t size = 0; size < records.size(); ++size) {
    const auto read = decode_rumours(std::string_view(records).substr(0, size));
    ASSERT_FALSE(read.has_value()) << size;
    EXPECT_EQ(read.error().code, ErrorCode::kProtocol) << size;
  }
  EXPECT_FALSE(decode_rumours(records + "x").has_value());
  const std::string held = encode_held({{"a", {7, 8, 9}}, {"b", {}}});
  for (std::size_t size = 0; size < held.size(); ++size) {
    const auto read = decode_held(std::string_view(held).substr(0, size));
    ASSERT_FALSE(read.has_value()) << size;
    EXPECT_EQ(read.error().code, ErrorCode::kProtocol) << size;
  }
  EXPECT_FALSE(decode_held(held + "x").has_value());
}

// `count` in 4 bytes, little-endian, then `items`.
std::string list_of(std::uint32_t count, const std::string& items) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(count >> (8 * i)));
  return bytes + items;
}

TEST(RumourBatch, RefusesWhatNobodyWrites) {
  const std::string one = payload_of({{"a", kValue}}).substr(4);
  EXPECT_TRUE(decode_rumours(list_of(1, one)).has_value());
  std::string no_key = one;
  no_key.erase(4, 1).at(0) = 0;
  EXPECT_FALSE(decode_rumours(list_of(1, no_key)).has_value());
  const std::string no_version(24 + 1 + 4, '\0');
  EXPECT_FALSE(decode_rumours(list_of(1, one.substr(0, 5) + no_version)).has_value());
  std::string items;
  for (std::uint32_t i = 0; i <= kMaxRumours; ++i) items += one;
  EXPECT_FALSE(decode_rumours(list_of(kMaxRumours + 1, items)).has_value());
  std::string big;
  for (int i = 0; i < 2; ++i) {
    big += payload_of({{"a", {{1, 1, 1}, false, std::string(kMaxValueBytes, 'v')}}}).substr(4);
  }
  EXPECT_FALSE(decode_rumours(list_of(2, big)).has_value());
  EXPECT_FALSE(decode_held(list_of(1, std::string(4 + 24, '\0'))).has_value());
  const std::string held = encode_held({{"a", {7, 8, 9}}}).substr(4);
  items.clear();
  for (std::uint32_t i = 0; i <= kMaxRumours; ++i) items += held;
  EXPECT_FALSE(decode_held(list_of(kMaxRumours + 1, items)).has_value());
}

}  // namespace
}  // namespace quorate::node
