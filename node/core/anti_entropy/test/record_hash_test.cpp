#include "node/core/anti_entropy/record_hash.h"

#include <set>

#include <gtest/gtest.h>

#include "node/core/key_position.h"

namespace quorate::node {
namespace {

const Record kValue{{7, 8, 9}, false, "value"};

TEST(RecordHash, IsZeroOfNothingAndOfNothingElse) {
  EXPECT_EQ(record_hash("k", {}), 0U);
  EXPECT_NE(record_hash("k", kValue), 0U);
  EXPECT_NE(record_hash("k", {{1, 0, 0}, true, ""}), 0U);
}

TEST(RecordHash, DiffersWhereTwoRecordsDifferInAnyPart) {
  std::set<std::uint64_t> hashes = {
      record_hash("k", kValue),
      record_hash("l", kValue),
      record_hash("kvalue", {{7, 8, 9}, false, ""}),
      record_hash("k", {{7, 8, 9}, false, ""}),
      record_hash("k", {{7, 8, 9}, true, ""}),
      record_hash("k", {{7, 8, 9}, false, "valuf"}),
      record_hash("k", {{6, 8, 9}, false, "value"}),
      record_hash("k", {{7, 9, 9}, false, "value"}),
      record_hash("k", {{7, 8, 8}, false, "value"}),
      record_hash("k", {{7, 9, 8}, false, "value"}),
  };
  EXPECT_EQ(hashes.size(), 10U);
}

TEST(RecordHash, IsThatOfTheDigest) {
  EXPECT_EQ(record_hash("k", kValue), hash_of(digest_of("k", kValue)));
  EXPECT_EQ(record_hash("k", kValue), 0xb810980138847b29U) << "old peers have this one";
}

TEST(StoredOrder, IsTheOrderOfRecordKeys) {
  for (int i = 0; i < 200; ++i) {
    const std::string left = "key" + std::to_string(i);
    const std::string right = "key" + std::to_string(i * 7 % 200);
    EXPECT_EQ(stored_order(left, right), record_key(left) <=> record_key(right));
  }
}

}  // namespace
}  // namespace quorate::node
