// The promise against guarantees 2.4: once by its rows, once by what each property needs (2.3).
#include "harness/systems/quorate/promise.h"

#include <set>
#include <string>

#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

RunConfig quorums(int n, int r, int w, const std::string& read_mode) {
  RunConfig config;
  config.nodes = n;
  config.n = n;
  config.r = r;
  config.w = w;
  config.read_mode = read_mode;
  return complete(config).value();
}

std::set<std::string> promised_names(const RunConfig& config) {
  std::set<std::string> names;
  const PromiseRow row = promise_row(config);
  for (const Property property : row.promised) names.emplace(name_of(property));
  EXPECT_EQ(names.size(), row.promised.size()) << "one property twice in " << row.id;
  return names;
}

const std::set<std::string> kAtomic{
    "latest",           "write-order",         "single-order",        "linearizable",
    "read-your-writes", "monotonic-reads",     "no-lost-write",       "monotonic-writes",
    "no-dirty-read",    "writes-follow-reads", "available-after-heal"};
const std::set<std::string> kRegular{
    "latest",        "write-order",   "read-your-writes",    "monotonic-writes",
    "no-lost-write", "no-dirty-read", "available-after-heal"};
const std::set<std::string> kPartial{"no-dirty-read", "available-after-heal"};

TEST(Promise, OfRowC8IsEverythingThatAbdKeeps) {
  for (const auto& config : {quorums(5, 3, 3, "write-back"), quorums(3, 1, 3, "write-back"),
                             quorums(5, 4, 2, "write-back"), quorums(1, 1, 1, "write-back")}) {
    EXPECT_EQ(promise_row(config).id, "C8");
    EXPECT_EQ(promised_names(config), kAtomic) << describe(config);
  }
}

TEST(Promise, OfRowC5IsTheSameWithoutWriteBackBecauseEveryReplicaIsAsked) {
  for (const auto& config :
       {quorums(5, 5, 1, "none"), quorums(3, 3, 3, "none"), quorums(1, 1, 1, "none")}) {
    EXPECT_EQ(promise_row(config).id, "C5");
    EXPECT_EQ(promised_names(config), kAtomic) << describe(config);
  }
}

TEST(Promise, OfRowC6IsTheLatestVersionAndNoOrderAmongReads) {
  for (const auto& config :
       {quorums(5, 3, 3, "none"), quorums(3, 1, 3, "none"), quorums(5, 4, 2, "none")}) {
    EXPECT_EQ(promise_row(config).id, "C6");
    EXPECT_EQ(promised_names(config), kRegular) << describe(config);
  }
}

TEST(Promise, OfRowC21IsOnlyWhatNeedsNoQuorum) {
  for (const auto& config : {quorums(5, 2, 2, "write-back"), quorums(5, 2, 3, "none"),
                             quorums(3, 1, 1, "write-back"), quorums(3, 2, 1, "none")}) {
    EXPECT_EQ(promise_row(config).id, "C21");
    EXPECT_EQ(promised_names(config), kPartial) << describe(config);
  }
}

const std::set<std::string> kOrdered{
    "latest",           "write-order",         "single-order",
    "read-your-writes", "no-lost-write",       "monotonic-writes",
    "no-dirty-read",    "writes-follow-reads", "available-after-heal"};

RunConfig with_scheme(RunConfig config, const char* scheme) {
  config.version_scheme = scheme;
  return config;
}

TEST(Promise, OfBlockingReadRepairIsAtomicOnlyWhereTwoReadsMeet) {
  EXPECT_EQ(promise_row(quorums(3, 2, 2, "blocking")).id, "C3");
  EXPECT_EQ(promised_names(quorums(3, 2, 2, "blocking")), kAtomic);
  for (const auto& config : {quorums(3, 1, 3, "blocking"), quorums(5, 2, 4, "blocking")}) {
    EXPECT_EQ(promise_row(config).id, "C4");
    EXPECT_EQ(promised_names(config), kRegular) << describe(config);
  }
}

TEST(Promise, OfAsynchronousReadRepairIsThatOfNone) {
  EXPECT_EQ(promise_row(quorums(3, 2, 2, "async")).id, "C6");
  EXPECT_EQ(promised_names(quorums(3, 2, 2, "async")), kRegular);
}

TEST(Promise, OfALocalCounterNeedsEveryAcknowledgementAndACoordinatorThatIsAReplica) {
  RunConfig all = with_scheme(quorums(3, 1, 3, "write-back"), "local-counter");
  EXPECT_EQ(promise_row(all).id, "C12");
  EXPECT_EQ(promised_names(all), kAtomic);
  EXPECT_EQ(promised_names(with_scheme(quorums(3, 1, 3, "none"), "local-counter")), kRegular);
  const RunConfig fewer = with_scheme(quorums(3, 2, 2, "write-back"), "local-counter");
  EXPECT_EQ(promise_row(fewer).id, "C11");
  EXPECT_EQ(promised_names(fewer), kPartial);
  all.mode = Approach::kClient;
  EXPECT_EQ(promise_row(all).id, "C14");
  EXPECT_EQ(promised_names(all), kPartial);
}

TEST(Promise, OfOneWriterPerKeyIsThatOfItsOwnCounter) {
  RunConfig config = quorums(3, 2, 2, "none");
  config.mode = Approach::kClient;
  config.version_scheme = "local-counter";
  EXPECT_EQ(promise_row(config).id, "C14") << "whoever likes writes";
  config.writers = Writers::kOnePerKey;
  EXPECT_EQ(promise_row(config).id, "C1");
  const std::set<std::string> names = promised_names(config);
  EXPECT_TRUE(names.contains("single-order") && names.contains("writes-follow-reads"));
  EXPECT_FALSE(names.contains("linearizable") || names.contains("monotonic-reads"));
  config.read_mode = "write-back";
  EXPECT_EQ(promise_row(config).id, "C2");
  EXPECT_EQ(promised_names(config), kAtomic);
  config.read_mode = "blocking";
  EXPECT_EQ(promise_row(config).id, "C3");
  EXPECT_EQ(promised_names(config), kAtomic);
  config.r = 1;
  config.w = 3;
  EXPECT_EQ(promise_row(config).id, "C1") << "two reads need not meet";
  config.r = 3;
  config.w = 1;
  config.read_mode = "none";
  EXPECT_EQ(promise_row(config).id, "C5");
  config.mode = Approach::kCoordinator;
  EXPECT_EQ(promise_row(config).id, "C11") << "a node counts for all";
}

TEST(Promise, OfReplicasIsThatTheyNeverGoBackUnlessSomethingTakesTheirRecords) {
  RunConfig config = quorums(3, 2, 2, "none");
  config.nemesis = {"kill", "power-loss"};
  EXPECT_TRUE(replicas_keep(config));
  config.durability = "none";
  EXPECT_FALSE(replicas_keep(config)) << "power takes what was not synced";
  config.durability = "batch";
  for (const char* fault : {"disk-wipe", "corrupt-file", "truncate-file:nodes=1"}) {
    config.nemesis = {fault};
    EXPECT_FALSE(replicas_keep(config)) << fault;
  }
}

TEST(Promise, OfClocksThatAgreeIsOneOrderOfAllWrites) {
  const RunConfig none = with_scheme(quorums(3, 2, 2, "none"), "clock");
  EXPECT_EQ(promise_row(none).id, "C16");
  EXPECT_EQ(promised_names(none), kOrdered);
  EXPECT_EQ(promised_names(with_scheme(quorums(3, 2, 2, "write-back"), "clock")), kAtomic);
  EXPECT_EQ(promise_row(with_scheme(quorums(3, 1, 1, "write-back"), "clock")).id, "C21");
}

TEST(Promise, FollowsTheQuorumsAndTheReadModeOfEveryConfigurationUpToSevenNodes) {
  int configurations = 0;
  for (int n = 1; n <= 7; ++n) {
    for (int r = 1; r <= n; ++r) {
      for (int w = 1; w <= n; ++w) {
        for (const char* read_mode : {"none", "write-back"}) {
          const RunConfig config = quorums(n, r, w, read_mode);
          const std::set<std::string> owed = promised_names(config);
          const bool meets = r + w > n;  // every read quorum meets every write quorum
          const bool seen_stays_seen = config.read_mode == "write-back" || r == n;
          for (const char* name :
               {"latest", "write-order", "read-your-writes", "monotonic-writes", "no-lost-write"}) {
            EXPECT_EQ(owed.count(name) == 1, meets) << name << ": " << describe(config);
          }
          for (const char* name :
               {"linearizable", "single-order", "monotonic-reads", "writes-follow-reads"}) {
            EXPECT_EQ(owed.count(name) == 1, meets && seen_stays_seen)
                << name << ": " << describe(config);
          }
          EXPECT_EQ(owed.count("no-dirty-read"), 1U) << describe(config);
          EXPECT_EQ(owed.count("available-after-heal"), 1U) << describe(config);
          // Owed only where its mechanism is on: anti-entropy or rumours.
          EXPECT_EQ(owed.count("converges"), 0U) << describe(config);
          ++configurations;
        }
      }
    }
  }
  EXPECT_EQ(configurations, 2 * (1 + 4 + 9 + 16 + 25 + 36 + 49));
}

TEST(Promise, DoesNotDependOnWhoDrivesTheQuorums) {
  RunConfig config = quorums(5, 3, 3, "none");
  const std::set<std::string> coordinator = promised_names(config);
  config.mode = Approach::kClient;
  EXPECT_EQ(promised_names(config), coordinator);
}

TEST(Promise, DescribesEveryRow) {
  std::set<std::string_view> descriptions;
  for (const auto& config : {quorums(3, 2, 2, "write-back"), quorums(3, 3, 1, "none"),
                             quorums(3, 2, 2, "none"), quorums(3, 1, 1, "none")}) {
    EXPECT_FALSE(promise_row(config).description.empty());
    descriptions.insert(promise_row(config).description);
  }
  EXPECT_EQ(descriptions.size(), 4U);
}

// --- what faults take away

RunConfig under(RunConfig config, const std::vector<std::string>& faults) {
  config.nemesis = faults;
  return config;
}

TEST(Promise, IsKeptByKillsPartitionsAndFaultsThatTakeNoRecords) {
  const RunConfig config = quorums(5, 3, 3, "write-back");
  for (const char* fault : {"kill", "pause", "partition", "power-loss", "power-loss:tear=always",
                            "full-disk", "failing-sync", "slow-disk:delay=5ms"}) {
    EXPECT_EQ(promise_row(under(config, {fault})).id, "C8") << fault;
    EXPECT_EQ(promised_names(under(config, {fault})), kAtomic) << fault;
  }
}

TEST(Promise, OfAcknowledgementsBeforeTheSyncIsNothingWherePowerOrFilesAreLost) {
  RunConfig config = quorums(5, 3, 3, "write-back");
  for (const char* durability : {"periodic", "none"}) {
    config.durability = durability;
    for (const char* fault :
         {"power-loss", "power-loss:nodes=2", "corrupt-file", "truncate-file"}) {
      const RunConfig asked = under(config, {"kill", fault});
      EXPECT_EQ(promise_row(asked).id, "C18") << fault;
      EXPECT_EQ(promised_names(asked), kPartial) << fault;
    }
    EXPECT_EQ(promised_names(under(config, {"kill", "disk-wipe"})), kAtomic);
  }
}

TEST(Promise, OutlivesAsManyLostDisksAsAreFewerThanHoldAWrite) {
  for (const char* fault : {"disk-wipe", "corrupt-file", "truncate-file"}) {
    EXPECT_EQ(promise_row(under(quorums(3, 2, 2, "write-back"), {fault})).id, "C8");
    EXPECT_EQ(promise_row(under(quorums(5, 3, 3, "write-back"), {fault})).id, "C8");
    // The only copy, or both.
    EXPECT_EQ(promise_row(under(quorums(3, 3, 1, "write-back"), {fault})).id, "C18");
    EXPECT_EQ(promise_row(under(quorums(5, 4, 2, "none"), {fault})).id, "C18");
    EXPECT_EQ(promise_row(under(quorums(5, 4, 2, "none"), {std::string(fault) + ":nodes=1"})).id,
              "C6");
    EXPECT_EQ(promise_row(under(quorums(5, 3, 3, "none"), {std::string(fault) + ":nodes=3"})).id,
              "C18");
    EXPECT_EQ(promise_row(under(quorums(1, 1, 1, "none"), {fault})).id, "C18");
  }
}

TEST(Promise, NeedsOperationsThatEndBeforeALostDiskIsBackUnlessQuorumsMeetWithoutIt) {
  RunConfig config = under(quorums(3, 2, 2, "write-back"), {"disk-wipe"});
  config.timeout = config.nemesis_interval;
  EXPECT_EQ(promise_row(config).id, "C18");
  RunConfig met = under(quorums(3, 2, 3, "write-back"), {"disk-wipe"});  // r + w > n + 1
  met.timeout = met.nemesis_interval;
  EXPECT_EQ(promise_row(met).id, "C8");
}

TEST(Promise, HasNoAvailabilityWhereTooFewKeepTheirDisksToCatchUpFrom) {
  // Four of five must give what they have, and two of them are lost.
  EXPECT_EQ(promised_names(under(quorums(5, 4, 4, "write-back"), {"disk-wipe"}))
                .count("available-after-heal"),
            0U);
  EXPECT_EQ(promised_names(under(quorums(5, 4, 4, "write-back"), {"disk-wipe:nodes=1"}))
                .count("available-after-heal"),
            1U);
}

TEST(Promise, OfClocksThatDoNotAgreeIsNothing) {
  const RunConfig config = with_scheme(quorums(3, 2, 2, "write-back"), "clock");
  for (const char* fault : {"clock:offset", "clock:drift:ppm=50", "clock:jump"}) {
    EXPECT_EQ(promise_row(under(config, {fault})).id, "C15") << fault;
    EXPECT_EQ(promised_names(under(config, {fault})), kPartial) << fault;
  }
}

TEST(Promise, IsToConvergeWhereAntiEntropyRunsAndNotThanksToHints) {
  RunConfig config = quorums(3, 1, 1, "none");
  config.hinted_handoff = true;
  EXPECT_EQ(promised_names(under(config, {"hints:drop"})), kPartial);
  EXPECT_EQ(promised_names(config), kPartial);
  config.anti_entropy_interval = std::chrono::milliseconds(200);
  std::set<std::string> converging = kPartial;
  converging.insert("converges");
  for (const char* fault : {"kill", "hints:drop", "anti-entropy:hold", "disk-wipe"}) {
    EXPECT_EQ(promised_names(under(config, {fault})), converging) << fault;
  }
}

TEST(Promise, OfQuorumsThatNeedNotMeetStaysWhatItIs) {
  for (const char* fault : {"disk-wipe", "power-loss"}) {
    EXPECT_EQ(promise_row(under(quorums(3, 1, 1, "none"), {fault})).id, "C21");
  }
}

TEST(Promise, OfRowC20IsNothingAsStandInsCount) {
  RunConfig config = quorums(5, 3, 3, "write-back");
  config.node_options = {"sloppy-quorum=on"};
  EXPECT_EQ(promise_row(config).id, "C20");
  EXPECT_EQ(promised_names(config), kPartial);
  config.node_options.emplace_back("sloppy-quorum=off");
  EXPECT_EQ(promise_row(config).id, "C8") << "the last one counts";
}

TEST(Promise, OfRowC18IsNothingWhereNodesThatLostTheirDisksVote) {
  RunConfig config = quorums(5, 3, 3, "write-back");
  config.timeout = std::chrono::milliseconds(500);
  config.nemesis = {"disk-wipe:nodes=1"};
  EXPECT_EQ(promise_row(config).id, "C8");
  config.node_options = {"rejoin=vote"};
  EXPECT_EQ(promise_row(config).id, "C18");
  config.w = 5;
  EXPECT_EQ(promise_row(config).id, "C18") << "one after the other, all may lose theirs";
  EXPECT_EQ(promised_names(config).count("available-after-heal"), 1U) << "nobody has to catch up";
  config.nemesis_nodes = {"n2"};
  EXPECT_EQ(promise_row(config).id, "C8") << "r + w > n + 1";
  config.nemesis_nodes = {"n2", "n4", "n5"};
  EXPECT_EQ(promise_row(config).id, "C18");
}

}  // namespace
}  // namespace quorate
