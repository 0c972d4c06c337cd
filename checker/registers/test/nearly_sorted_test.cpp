#include "checker/registers/nearly_sorted.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace quorate {
namespace {

std::vector<int> numbers(int count) {
  std::vector<int> result;
  for (int i = 0; i < count; ++i) result.push_back(i);
  return result;
}

TEST(NearlySorted, SortsWhateverTheOrderWas) {
  RandomStream random(31, "nearly sorted");
  for (int count = 0; count < 200; ++count) {
    const std::vector<int> sorted = numbers(count);
    std::vector<int> shuffled = sorted;
    random.shuffle(&shuffled);
    std::vector<int> reversed(sorted.rbegin(), sorted.rend());
    std::vector<int> shaken = sorted;
    for (std::size_t i = 0; i + 3 < shaken.size(); i += 3) std::swap(shaken[i], shaken[i + 2]);
    for (std::vector<int>* items : {&shuffled, &reversed, &shaken}) {
      sort_nearly_sorted(items, std::less<>());
      ASSERT_EQ(*items, sorted);
    }
  }
}

TEST(NearlySorted, ComparesFewTimesPerItemAtWorst) {
  constexpr int kMany = 100'000;
  std::vector<int> items = numbers(kMany);
  std::reverse(items.begin(), items.end());
  std::uint64_t compared = 0;
  sort_nearly_sorted(&items, [&compared](int a, int b) {
    ++compared;
    return a < b;
  });
  EXPECT_TRUE(std::is_sorted(items.begin(), items.end()));
  EXPECT_LT(compared, 60ULL * kMany);
}

}  // namespace
}  // namespace quorate
