// What faults of disks do to real nodes, step by step.
#include <gmock/gmock.h>
#include <signal.h>

#include "harness/test/e2e/real_cluster.h"

namespace quorate::e2e {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PowerLossE2e : public RealCluster {
 protected:
  // Writes "k" at all nodes, and cuts the power of all at once.
  Json lose_power_everywhere(const char* durability) {
    start([durability](RunConfig* config) { config->durability = durability; });
    write(1, "k", "v", "ALL");
    const auto power_loss = fault("power-loss");
    Json done =
        power_loss->inject(cluster(), {{"nodes", {"n1", "n2", "n3"}}, {"tear", nullptr}}).value();
    EXPECT_TRUE(power_loss->heal(cluster()));
    EXPECT_THAT(crashes(), IsEmpty());
    return done;
  }
};

TEST_F(PowerLossE2e, TakesAnAcknowledgedWriteThatNobodyHadSynced) {
  const Json done = lose_power_everywhere("none");
  for (const char* node : {"n1", "n2", "n3"}) {
    EXPECT_GE(done.at("disks").at(node).at("acknowledged_lost").get<int>(), 1) << done.dump();
    EXPECT_GT(done.at("disks").at(node).at("bytes_lost").get<int>(), 0);
  }
  for (const std::size_t node : {1, 2, 3}) EXPECT_EQ(value_at(node, "k"), "");
}

TEST_F(PowerLossE2e, LeavesWhatWasSyncedBeforeItWasAcknowledged) {
  const Json done = lose_power_everywhere("batch");
  EXPECT_EQ(done.at("disks").at("n1").at("acknowledged_lost"), 0);
  for (const std::size_t node : {1, 2, 3}) EXPECT_EQ(value_at(node, "k"), "v");
}

TEST_F(PowerLossE2e, LeavesATornEndThatTheNodeCutsAtItsStart) {
  start([](RunConfig* config) { config->durability = "none"; });
  for (int i = 0; i < 50; ++i) write(1, "k" + std::to_string(i), "v", "ALL");
  const auto power_loss = fault("power-loss");
  const Json done = power_loss->inject(cluster(), {{"nodes", {"n2"}}, {"tear", 11U}}).value();
  const Json& log = done.at("disks").at("n2").at("files").at(0);
  EXPECT_GT(log.at("bytes_torn").get<int>(), 0) << done.dump();
  EXPECT_TRUE(power_loss->heal(cluster()));
}

using DiskWipeE2e = RealCluster;

TEST_F(DiskWipeE2e, MakesANodeAbstainUntilItHasCaughtUp) {
  start();
  for (int i = 0; i < 20; ++i) write(1, "k" + std::to_string(i), "v", "ALL");
  ASSERT_TRUE(cluster().pause("n2"));  // without it n3 cannot catch up
  const auto wipe = fault("disk-wipe");
  EXPECT_EQ(wipe->inject(cluster(), {{"nodes", {"n3"}}}).error().code, ErrorCode::kCancelled)
      << "n2 does not say that it has everything";
  ASSERT_TRUE(cluster().resume("n2"));
  ASSERT_TRUE(await_whole("n2"));

  const Json done = wipe->inject(cluster(), {{"nodes", {"n3"}}}).value();
  EXPECT_GT(done.at("disks").at("n3").at("bytes_lost").get<int>(), 0);
  ASSERT_TRUE(cluster().pause("n2"));
  ASSERT_TRUE(wipe->heal(cluster())) << "it answers, though it has nothing";
  EXPECT_FALSE(cluster().is_whole("n3").value());
  EXPECT_THAT(records_of(3), IsEmpty());
  ASSERT_TRUE(cluster().resume("n2"));
  // n2 was not told where n3 is now while it stood still.
  for (const std::size_t node : {1, 2, 3}) {
    std::string peers;
    for (const std::size_t of : {1, 2, 3}) {
      peers += (of == 1 ? "" : ",") + fmt::format("n{}=127.0.0.1:{}", of, access(of).address.port);
    }
    ASSERT_TRUE(tell(node, {"PEERS", peers}));
  }
  ASSERT_TRUE(await_whole("n3"));
  EXPECT_EQ(records_of(3).size(), 20U);
  EXPECT_THAT(crashes(), IsEmpty());
}

class DamagedFileE2e : public RealCluster, public testing::WithParamInterface<const char*> {};

TEST_P(DamagedFileE2e, IsRefusedByNameAndTheNodeStartsEmptyAndCatchesUp) {
  start();
  for (int i = 0; i < 20; ++i) write(1, "k" + std::to_string(i), "v", "ALL");
  const auto damage = fault(GetParam());
  const Json done = damage->inject(cluster(), {{"nodes", {"n2"}}, {"seed", 5U}}).value();
  const auto file = done.at("disks").at("n2").at("file").get<std::string>();
  const Json healed = damage->heal(cluster()).value();
  EXPECT_THAT(healed.at("refused").at("n2").at("said").get<std::string>(), HasSubstr(file));
  EXPECT_THAT(crashes(), IsEmpty()) << "a refusal is no crash";
  ASSERT_TRUE(await_whole("n2"));
  EXPECT_EQ(records_of(2).size(), 20U);
}

INSTANTIATE_TEST_SUITE_P(, DamagedFileE2e, testing::Values("corrupt-file", "truncate-file"),
                         [](const auto& of) {
                           return std::string(of.param).substr(0, std::string(of.param).find('-'));
                         });

class BrokenDiskE2e : public RealCluster, public testing::WithParamInterface<const char*> {};

TEST_P(BrokenDiskE2e, EndsTheNodeWithoutACrashAndItServesAgainWhenHealed) {
  start();
  await_all_whole();
  write(1, "before", "v", "ALL");
  const auto broken = fault(GetParam());
  ASSERT_TRUE(broken->inject(cluster(), {{"nodes", {"n2"}}}));
  write(1, "meanwhile", "v", "2");  // n1 and n3
  ASSERT_TRUE(eventually([&] { return !runs("n2"); }, std::chrono::seconds(10)))
      << "it goes on although it cannot write";
  const Json healed = broken->heal(cluster()).value();
  EXPECT_TRUE(healed.at("became").at("n2").at("had_ended_itself").get<bool>());
  EXPECT_THAT(crashes(), IsEmpty());
  ASSERT_TRUE(await_whole("n2"));
  write(1, "after", "v", "ALL");
  EXPECT_EQ(value_at(2, "before"), "v");
  EXPECT_EQ(value_at(2, "after"), "v");
}

TEST_P(BrokenDiskE2e, DoesNotExcuseANodeThatASignalEnds) {
  start();
  const auto broken = fault(GetParam());
  ASSERT_TRUE(broken->inject(cluster(), {{"nodes", {"n2"}}}));
  const int pid = cluster().start("n2").value();  // it runs: its pid
  ASSERT_EQ(::kill(pid, SIGABRT), 0);
  ASSERT_TRUE(eventually([&] { return !crashes().empty(); }, std::chrono::seconds(10)));
  EXPECT_THAT(crashes(), ElementsAre(HasSubstr("signal 6")));
  ASSERT_TRUE(broken->heal(cluster()));
}

INSTANTIATE_TEST_SUITE_P(, BrokenDiskE2e, testing::Values("full-disk", "failing-sync"),
                         [](const auto& of) {
                           return std::string(of.param).substr(0, std::string(of.param).find('-'));
                         });

using SlowDiskE2e = RealCluster;

TEST_F(SlowDiskE2e, HoldsUpTheWritesThatNeedIt) {
  start();
  await_all_whole();
  const auto slow = fault("slow-disk");
  ASSERT_TRUE(slow->inject(cluster(), {{"nodes", {"n2"}}, {"delay_ms", 200}}));
  const Instant begun = monotonic_now();
  write(1, "k", "v", "ALL");
  EXPECT_GE(monotonic_now() - begun, std::chrono::milliseconds(200));
  ASSERT_TRUE(slow->heal(cluster()));
  EXPECT_EQ(value_at(2, "k"), "v");
}

TEST_F(SlowDiskE2e, StaysSlowWhenTheNodeIsStartedAgain) {
  start();
  await_all_whole();
  ASSERT_TRUE(cluster().kill("n2"));
  const auto slow = fault("slow-disk");
  ASSERT_TRUE(slow->inject(cluster(), {{"nodes", {"n2"}}, {"delay_ms", 300}}));
  ASSERT_TRUE(cluster().start("n2"));
  ASSERT_TRUE(await_whole("n2"));
  const auto write_takes = [&] {
    Duration shortest = Duration::max();
    for (int i = 0; i < 3; ++i) {
      const Instant begun = monotonic_now();
      write(1, "k", std::to_string(i), "ALL");
      shortest = std::min<Duration>(shortest, monotonic_now() - begun);
    }
    return shortest;
  };
  EXPECT_GE(write_takes(), std::chrono::milliseconds(300));
  ASSERT_TRUE(slow->heal(cluster()));
  EXPECT_LT(write_takes(), std::chrono::milliseconds(300));
}

}  // namespace
}  // namespace quorate::e2e
