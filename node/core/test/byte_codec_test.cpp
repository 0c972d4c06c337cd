#include "node/core/byte_codec.h"

#include <gtest/gtest.h>

#include "node/core/key_position.h"
#include "node/core/limits.h"

namespace quorate::node {
namespace {

TEST(ByteCodec, ReadsBackWhatItWrote) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.u8(200);
  writer.u16(60'000);
  writer.u32(4'000'000'000U);
  writer.u64(~std::uint64_t{0});
  writer.text(std::string("a\0b", 3));
  writer.record({{7, 8, 9}, false, "value"});
  writer.record({{7, 8, 9}, true, ""});
  writer.record({});
  ByteReader reader(bytes);
  EXPECT_EQ(reader.u8(), 200);
  EXPECT_EQ(reader.u16(), 60'000);
  EXPECT_EQ(reader.u32(), 4'000'000'000U);
  EXPECT_EQ(reader.u64(), ~std::uint64_t{0});
  EXPECT_EQ(reader.text(3), std::string_view("a\0b", 3));
  EXPECT_EQ(reader.record(), (Record{{7, 8, 9}, false, "value"}));
  EXPECT_EQ(reader.record(), (Record{{7, 8, 9}, true, ""}));
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.record(), Record{});
  EXPECT_TRUE(reader.done());
}

TEST(ByteCodec, FailsForGoodAtEveryPlaceWhereBytesCanBeMissing) {
  std::string bytes;
  ByteWriter(&bytes).record({{7, 8, 9}, false, "value"});
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    ByteReader reader(std::string_view(bytes).substr(0, size));
    EXPECT_EQ(reader.record(), Record{}) << size;
    EXPECT_FALSE(reader.ok()) << size;
    EXPECT_EQ(reader.u8(), 0) << size;
  }
}

TEST(ByteCodec, RefusesWhatNoRecordCanBe) {
  const auto refuses = [](const Record& record) {
    std::string bytes;
    ByteWriter(&bytes).record(record);
    ByteReader reader(bytes);
    reader.record();
    return !reader.ok();
  };
  EXPECT_TRUE(refuses({{0, 0, 0}, true, ""}));
  EXPECT_TRUE(refuses({{0, 0, 0}, false, "x"}));
  EXPECT_TRUE(refuses({{0, 1, 0}, false, ""}));
  EXPECT_TRUE(refuses({{1, 1, 1}, true, "x"}));
  EXPECT_TRUE(refuses({{kMaxVersionNumber + 1, 1, 1}, false, "x"}));
  EXPECT_TRUE(refuses({{1, 1, kMaxVersionNumber + 1}, false, "x"}));
  EXPECT_FALSE(refuses({{1, 1, 1}, false, "x"}));
}

TEST(ByteCodec, BelievesNoCountThatTheBytesCannotHold) {
  std::string bytes;
  ByteWriter writer(&bytes);
  writer.u32(3);
  bytes += "abc";
  EXPECT_EQ(ByteReader(bytes).count(10), 3U);
  EXPECT_EQ(ByteReader(bytes).count(2), 0U);
  bytes.pop_back();
  ByteReader reader(bytes);
  EXPECT_EQ(reader.count(10), 0U);
  EXPECT_FALSE(reader.ok());
}

TEST(KeyPosition, OrdersRecordKeysByPositionAndFindsTheKeyAgain) {
  const std::string a = record_key("a");
  EXPECT_EQ(key_in(a), "a");
  EXPECT_EQ(a.substr(0, 8), position_prefix(position_of("a")));
  EXPECT_LT(position_prefix(1), position_prefix(256));
  EXPECT_LT(position_prefix(position_of("a")), a);
  EXPECT_LT(a, position_prefix(position_of("a") + 1));
  EXPECT_EQ(key_in(position_prefix(position_of("a"))), "");
  EXPECT_EQ(key_in("x"), "");
  EXPECT_EQ(key_in(position_prefix(position_of("a")) + "b"), "");
}

}  // namespace
}  // namespace quorate::node
