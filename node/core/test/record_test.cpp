#include "node/core/record.h"

#include <gtest/gtest.h>
#include <xxhash.h>

#include "node/core/limits.h"

namespace quorate::node {
namespace {

const Record kValue{{7, 0x9f3a01c2d4e5b687, 12}, false, std::string("a\0b", 3)};
const Record kTombstone{{8, 1, 1}, true, ""};

TEST(Version, OrdersByCounterThenIncarnationThenAttempt) {
  EXPECT_LT((Version{1, 9, 9}), (Version{2, 0, 0}));
  EXPECT_LT((Version{2, 1, 9}), (Version{2, 2, 0}));
  EXPECT_LT((Version{2, 2, 1}), (Version{2, 2, 2}));
  EXPECT_LT(Version{}, (Version{1, 0, 0}));
}

TEST(Version, TurnsIntoTextAndBack) {
  EXPECT_EQ(to_string(kValue.version), "7.9f3a01c2d4e5b687.12");
  EXPECT_EQ(to_string(Version{}), "none");
  const Version versions[] = {
      {}, {1, 0, 0}, kValue.version, {kMaxVersionNumber, ~std::uint64_t{0}, kMaxVersionNumber}};
  for (const Version& version : versions) {
    const auto back = parse_version(to_string(version));
    ASSERT_TRUE(back) << to_string(version);
    EXPECT_EQ(*back, version);
  }
}

TEST(Version, RefusesEveryTextThatItWouldNotWrite) {
  for (const char* text :
       {"", "None", "7", "7.9f3a01c2d4e5b687", "7.9f3a01c2d4e5b687.12.1", "07.9f3a01c2d4e5b687.12",
        "7.9F3A01C2D4E5B687.12", "7.9f3a01c2d4e5b68.12", "7.9f3a01c2d4e5b6870.12",
        "-7.9f3a01c2d4e5b687.12", "7.9f3a01c2d4e5b687.+1", "7.9f3a01c2d4e5b687.", ".x.",
        "0.9f3a01c2d4e5b687.12", "9223372036854775808.9f3a01c2d4e5b687.1",
        "7.9f3a01c2d4e5b687.9223372036854775808", "7.9f3a01c2d4e5b687.12 "}) {
    const auto version = parse_version(text);
    ASSERT_FALSE(version) << text;
    EXPECT_EQ(version.error().code, ErrorCode::kProtocol);
  }
}

TEST(RecordOnDisk, ComesBackAsItWasWritten) {
  for (const Record& record : {kValue, kTombstone, Record{{1, 0, 0}, false, ""}}) {
    const auto back = decode_record(encode_record(record));
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, record);
  }
}

TEST(RecordOnDisk, IsCorruptIfAnyBitIsChanged) {
  const std::string bytes = encode_record(kValue);
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto record = decode_record(damaged);
    ASSERT_FALSE(record) << "bit " << bit;
    EXPECT_EQ(record.error().code, ErrorCode::kCorrupt);
  }
}

TEST(RecordOnDisk, IsCorruptIfCutAnywhereOrExtended) {
  const std::string bytes = encode_record(kValue);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_record(bytes.substr(0, size))) << size;
  }
  EXPECT_FALSE(decode_record(bytes + '\0'));
}

// `bytes` with the byte at `at` changed, and a checksum that fits.
std::string forged(std::string bytes, std::size_t at, char byte) {
  bytes[at] = byte;
  const std::size_t body = bytes.size() - 8;
  std::uint64_t checksum = XXH3_64bits(bytes.data(), body);
  for (std::size_t i = 0; i < 8; ++i, checksum >>= 8) {
    bytes[body + i] = static_cast<char>(checksum);
  }
  return bytes;
}

TEST(RecordOnDisk, IsCorruptIfItSaysWhatNoRecordSaysUnderAGoodChecksum) {
  const std::string bytes = encode_record({{1, 0, 0}, false, "v"});
  EXPECT_TRUE(decode_record(forged(bytes, 26, 'w')));
  EXPECT_FALSE(decode_record(forged(bytes, 0, 2))) << "format";
  EXPECT_FALSE(decode_record(forged(bytes, 1, 2))) << "flags";
  EXPECT_FALSE(decode_record(forged(bytes, 1, 1))) << "a tombstone with a value";
  EXPECT_FALSE(decode_record(forged(bytes, 2, 0))) << "no version";
}

TEST(RecordOnDisk, HasTheLayoutThatOldFilesHave) {
  const std::string bytes = encode_record({{0x0102, 3, 4}, true, ""});
  EXPECT_EQ(bytes.substr(0, 26),
            std::string("\x01\x01\x02\x01\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\x04\0\0\0\0\0\0\0", 26));
  EXPECT_EQ(bytes.size(), 34U);
}

}  // namespace
}  // namespace quorate::node
