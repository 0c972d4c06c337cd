#include "harness/systems/quorate/disguise.h"

#include <cctype>
#include <map>
#include <set>

#include <fmt/core.h>
#include <gtest/gtest.h>

#include "node/core/limits.h"

namespace quorate {
namespace {

std::string folded(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

TEST(Disguise, EveryKeyLooksDifferentAndComesBackAsItWasCalled) {
  Disguise disguise;
  std::set<std::string> seen;
  for (const char* prefix : {"k", "K", "e"}) {
    for (int i = 1; i <= 300; ++i) {
      const std::string plain = fmt::format("{}{}", prefix, i);
      const std::string wire = disguise.key(plain, 0);
      EXPECT_TRUE(seen.insert(wire).second) << plain;
      EXPECT_EQ(disguise.key(plain, 0), wire);
      EXPECT_EQ(disguise.plain_key(wire), plain);
      EXPECT_LE(wire.size(), node::kMaxKeyBytes);
      EXPECT_GE(wire.size(), node::kMinKeyBytes);
    }
  }
  EXPECT_EQ(disguise.plain_key("nobody sent it"), "nobody sent it");
}

// What a store that treats keys as C strings, names or short text would mix up.
TEST(Disguise, NeighbouringKeysAreAlike) {
  Disguise disguise;
  const auto key = [&](int i) { return disguise.key(fmt::format("k{}", i), 0); };
  EXPECT_EQ(folded(key(2)), folded(key(1)));
  EXPECT_STREQ(key(4).c_str(), key(3).c_str());
  EXPECT_EQ(key(6), key(5) + " ");
  EXPECT_EQ(key(7).size(), node::kMaxKeyBytes);
  EXPECT_EQ(key(8).substr(0, node::kMaxKeyBytes - 1), key(7).substr(0, node::kMaxKeyBytes - 1));
  EXPECT_EQ(key(10).substr(0, key(10).size() - 1), key(9).substr(0, key(9).size() - 1));
  EXPECT_EQ(key(11), "k11");
  EXPECT_EQ(key(12), "K11");
  EXPECT_LT(key(107).size(), 10U) << "later keys are not long";
}

TEST(Disguise, RunsOfTwoKeysMeetEveryKindOfLikeness) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 5; ++seed) {
    Disguise disguise;
    disguise.key("k1", seed);
    seen.insert(disguise.key("k2", seed));
    EXPECT_EQ(disguise.plain_key(disguise.key("k2", seed)), "k2");
  }
  EXPECT_EQ(seen.size(), 5U);
}

TEST(Disguise, AKeyWithoutANumberStaysAsItIs) {
  Disguise disguise;
  for (const char* plain : {"x", "12", "k0", "k99999999999999999999999"}) {
    EXPECT_EQ(disguise.key(plain, 0), plain);
  }
}

TEST(Disguise, ValuesComeInAllSizesAndComeBackAsTheyWereCalled) {
  Disguise disguise;
  std::map<std::size_t, int> upto;  // how many have at most so many bytes
  std::size_t bytes = 0;
  constexpr int kValues = 20'000;
  for (int i = 0; i < kValues; ++i) {
    const std::string key = fmt::format("k{}", i % 3);
    const std::string plain = fmt::format("{}-{}", i % 7, i);
    const std::string wire = disguise.value(key, plain);
    EXPECT_EQ(disguise.plain_value(key, wire), plain);
    for (const std::size_t most : {0U, 10U, 100U, 1000U, 10'000U, 40'000U}) {
      if (wire.size() <= most) ++upto[most];
    }
    bytes += wire.size();
  }
  EXPECT_EQ(upto[0], 3) << "one of each key";
  EXPECT_GT(upto[10], kValues * 9 / 10);
  EXPECT_LT(upto[1000], kValues - kValues / 500);
  EXPECT_LT(upto[10'000], kValues - kValues / 500);
  EXPECT_EQ(upto[40'000], kValues);
  EXPECT_LT(bytes / kValues, 150U) << "the load stays what it is";
}

TEST(Disguise, ADamagedValueSaysSo) {
  Disguise disguise;
  std::string wire;
  std::string plain;
  for (int i = 0; wire.size() < 100; ++i)
    wire = disguise.value("k1", plain = fmt::format("1-{}", i));
  EXPECT_EQ(disguise.plain_value("k1", wire.substr(0, 50)),
            fmt::format("{}, 50 bytes of {}", plain, wire.size()));
  EXPECT_EQ(disguise.plain_value("k1", plain),
            fmt::format("{}, {} bytes of {}", plain, plain.size(), wire.size()));
  std::string other = wire;
  other.back() = static_cast<char>(other.back() ^ 1);
  EXPECT_EQ(disguise.plain_value("k1", other), plain + ", other bytes than were sent");
}

TEST(Disguise, AnEmptyValueIsTheOneThatItsKeyWasGiven) {
  Disguise disguise;
  std::string plain;
  for (int i = 0; plain.empty(); ++i) {
    const std::string text = fmt::format("2-{}", i);
    if (disguise.value("k1", text).empty()) plain = text;
  }
  EXPECT_EQ(disguise.plain_value("k1", ""), plain);
  EXPECT_EQ(disguise.plain_value("k2", ""), "") << "nobody wrote it there";
  EXPECT_NE(disguise.value("k1", plain), "") << "but once";
}

}  // namespace
}  // namespace quorate
