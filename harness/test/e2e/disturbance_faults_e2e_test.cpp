// What wrong clocks and stalled background work do to real nodes, step by step.
#include <gmock/gmock.h>

#include "harness/test/e2e/real_cluster.h"

namespace quorate::e2e {
namespace {

using testing::IsEmpty;

class WrongClockE2e : public RealCluster {
 protected:
  void SetUp() override {
    start([](RunConfig* config) { config->version_scheme = "clock"; });
    await_all_whole();
  }
  // What is left of two writes, one after the other, by nodes 1 and 2.
  std::string last_of_two(const std::string& key) {
    write(1, key, "first", "ALL");
    write(2, key, "second", "ALL");
    EXPECT_EQ(value_at(1, key), value_at(3, key));
    return value_at(3, key);
  }
};

TEST_F(WrongClockE2e, ThatIsAheadMakesLaterWritesLose) {
  EXPECT_EQ(last_of_two("before"), "second");
  const auto ahead = fault("clock:offset");
  ASSERT_TRUE(ahead->inject(cluster(), {{"nodes", {"n1"}}, {"by_us", 60'000'000}}));
  EXPECT_EQ(last_of_two("meanwhile"), "first");
  ASSERT_TRUE(ahead->heal(cluster()));
  EXPECT_EQ(last_of_two("after"), "second");
}

TEST_F(WrongClockE2e, ThatJumpsBackMakesANodeLoseItsOwnWrite) {
  const auto jumping = fault("clock:jump");
  using std::chrono::milliseconds;
  ASSERT_TRUE(jumping->inject(
      cluster(),
      {{"nodes", {"n1"}}, {"every_us", 10'000}, {"offsets_us", {60'000'000, -1'000'000}}}));
  write(1, "k", "first", "ALL");
  EXPECT_EQ(jumping->proceed(cluster(), milliseconds(10)), milliseconds(20));
  write(1, "k", "second", "ALL");
  EXPECT_EQ(value_at(1, "k"), "first");
  ASSERT_TRUE(jumping->heal(cluster()));
  EXPECT_EQ(last_of_two("after"), "second");
}

TEST_F(WrongClockE2e, IsForgottenByANodeThatIsRestarted) {
  const auto ahead = fault("clock:offset");
  ASSERT_TRUE(ahead->inject(cluster(), {{"nodes", {"n1"}}, {"by_us", 60'000'000}}));
  ASSERT_TRUE(cluster().kill("n1"));
  ASSERT_TRUE(cluster().start("n1"));
  ASSERT_TRUE(await_whole("n1"));
  EXPECT_EQ(last_of_two("k"), "second");
}

class StalledWorkE2e : public RealCluster {
 protected:
  // n3 is dead while "k" is written at the two others.
  void write_without_n3() {
    await_all_whole();
    ASSERT_TRUE(cluster().kill("n3"));
    write(1, "k", "v", "2");
  }
  void bring_n3_back() {
    ASSERT_TRUE(cluster().start("n3"));
    ASSERT_TRUE(await_whole("n3"));
  }
  bool await_hints_of_n1(bool some) {
    return eventually(
        [&] {
          const Json now = status(1);
          return now.contains("hints") && (now.at("hints").at("held") != 0) == some;
        },
        std::chrono::seconds(20));
  }
};

TEST_F(StalledWorkE2e, LeavesReplicasThatDisagreeWhereHintsAreDropped) {
  start([](RunConfig* config) { config->hinted_handoff = true; });
  write_without_n3();
  ASSERT_TRUE(await_hints_of_n1(true));
  const auto drop = fault("hints:drop");
  ASSERT_TRUE(drop->inject(cluster(), {{"nodes", {"n1"}}}));
  ASSERT_TRUE(await_hints_of_n1(false));
  ASSERT_TRUE(drop->heal(cluster()));
  bring_n3_back();
  EXPECT_EQ(value_at(3, "k"), "") << "nobody is left who would tell it";
  EXPECT_EQ(value_at(1, "k"), "v");
  EXPECT_THAT(crashes(), IsEmpty());
}

TEST_F(StalledWorkE2e, HoldsHintsUntilItIsHealed) {
  start([](RunConfig* config) { config->hinted_handoff = true; });
  const auto hold = fault("hints:hold");
  ASSERT_TRUE(hold->inject(cluster(), {{"nodes", {"n1", "n2"}}}));
  write_without_n3();
  ASSERT_TRUE(await_hints_of_n1(true));
  bring_n3_back();
  EXPECT_EQ(value_at(3, "k"), "");
  ASSERT_TRUE(hold->heal(cluster()));
  EXPECT_TRUE(eventually([&] { return value_at(3, "k") == "v"; }, std::chrono::seconds(20)));
}

TEST_F(StalledWorkE2e, HoldsAntiEntropyUntilItIsHealed) {
  start([](RunConfig* config) { config->anti_entropy_interval = std::chrono::milliseconds(100); });
  const auto hold = fault("anti-entropy:hold");
  ASSERT_TRUE(hold->inject(cluster(), {{"nodes", {"n1", "n2"}}}));
  write_without_n3();
  bring_n3_back();
  // n3 has forgotten nothing, as it was not held: it asks the others in vain.
  ASSERT_TRUE(eventually(
      [&] {
        const Json now = status(3);
        return now.contains("anti_entropy") && now.at("anti_entropy").at("failed").get<int>() >= 2;
      },
      std::chrono::seconds(20)));
  EXPECT_EQ(value_at(3, "k"), "");
  ASSERT_TRUE(hold->heal(cluster()));
  EXPECT_TRUE(eventually([&] { return value_at(3, "k") == "v"; }, std::chrono::seconds(20)));
}

}  // namespace
}  // namespace quorate::e2e
