#include "workloads/register.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

std::vector<Invocation> draw(const Workload& workload, std::uint64_t seed, int count) {
  RandomStream random(seed, "client");
  const auto generator = workload.generator();
  std::vector<Invocation> drawn;
  for (int i = 0; i < count; ++i) drawn.push_back(generator->next(i % 3, &random));
  return drawn;
}

TEST(RegisterWorkload, GivesTheSameOperationsForTheSameSeed) {
  const RegisterWorkload workload({.keys = 4, .read_share = 0.5});
  const auto a = draw(workload, 1, 200);
  const auto b = draw(workload, 1, 200);
  const auto c = draw(workload, 2, 200);
  int different = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_EQ(a[i].key, b[i].key);
    EXPECT_EQ(a[i].value, b[i].value);
    different += a[i].key != c[i].key ? 1 : 0;
  }
  EXPECT_GT(different, 50);
}

TEST(RegisterWorkload, NeverWritesAValueTwice) {
  const RegisterWorkload workload({.keys = 2, .read_share = 0.2});
  std::set<std::string> values;
  for (const Invocation& op : draw(workload, 3, 3000)) {
    if (op.function == Function::kRead) continue;
    EXPECT_TRUE(values.insert(op.value).second) << op.value;
  }
  EXPECT_GT(values.size(), 2000U);
}

TEST(RegisterWorkload, MixesReadsAndWritesByTheShareAskedForOverAllKeys) {
  const RegisterWorkload workload({.keys = 3, .read_share = 0.8});
  std::set<std::string> keys;
  int reads = 0;
  for (const Invocation& op : draw(workload, 5, 5000)) {
    keys.insert(op.key);
    reads += op.function == Function::kRead ? 1 : 0;
  }
  EXPECT_NEAR(reads, 4000, 150);
  EXPECT_THAT(keys, testing::ElementsAre("k1", "k2", "k3"));
  EXPECT_THAT(workload.final_keys(), testing::ElementsAre("k1", "k2", "k3"));
}

TEST(MakeWorkload, NamesWhatExistsWhenAskedForSomethingElse) {
  const auto made = make_workload("bank", {});
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().context, testing::HasSubstr("register"));
}

}  // namespace
}  // namespace quorate
