#include "checker/versions/version_order.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace quorate {
namespace {

TEST(VersionOrder, ComparesCountersAsNumbersAndThenWriters) {
  EXPECT_TRUE(compare_versions("9.00000000000000ff.1", "10.0000000000000001.1") < 0);
  EXPECT_TRUE(compare_versions("9.00000000000000ff.1", "9.0000000000000100.1") < 0);
  EXPECT_TRUE(compare_versions("9.00000000000000ff.9", "9.00000000000000ff.10") < 0);
  EXPECT_TRUE(compare_versions("9.00000000000000ff.9", "9.00000000000000ff.9") == 0);
  EXPECT_TRUE(compare_versions("7", "7.1") < 0);
}

TEST(VersionOrder, IsTotalOnTextsOfAnyKind) {
  RandomStream random(1, "versions");
  const auto text = [&random] {
    std::string made;
    for (std::uint64_t i = random.below(5); i > 0; --i) made += "019a."[random.below(5)];
    return made;
  };
  for (int round = 0; round < 100'000; ++round) {
    const std::string a = text();
    const std::string b = text();
    const std::string c = text();
    ASSERT_EQ(compare_versions(a, b) == 0, a == b) << a << " " << b;
    ASSERT_EQ(compare_versions(a, b) < 0, compare_versions(b, a) > 0) << a << " " << b;
    if (compare_versions(a, b) < 0 && compare_versions(b, c) < 0) {
      ASSERT_TRUE(compare_versions(a, c) < 0) << a << " " << b << " " << c;
    }
  }
}

}  // namespace
}  // namespace quorate
