#include "harness/run/replica_polls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/test/temporary_folder.h"
#include "harness/run/run_staleness.h"
#include "harness/test/fake_system.h"

namespace quorate {
namespace {

using testing::ElementsAre;

std::vector<std::vector<ReplicaRecord>> held_by(std::vector<std::string> values) {
  std::vector<std::vector<ReplicaRecord>> by_node;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string node = fmt::format("n{}", i + 1);
    by_node.push_back({{.node = node, .key = "\"k\"", .value = values[i], .version = "1"}});
  }
  return by_node;
}

class ReplicaPolls : public testing::Test {
 protected:
  History polled() {
    auto recorder = Recorder::create(folder_.path() / "history.jsonl", monotonic_now());
    EXPECT_TRUE(recorder.has_value());
    poll_replicas(system_, config_, nodes_, recorder->get());
    note_round_trips(system_, config_, nodes_, recorder->get());
    if (!way_times_.is_null()) {
      (*recorder)->mark("harness", EventType::kInfo, kWayTimesMark, way_times_);
    }
    return (*recorder)->finish().value();
  }

  TemporaryFolder folder_;
  FakeSystem system_;
  RunConfig config_;
  Json way_times_;
  std::vector<NodeAccess> nodes_{{.address = {"n1", "127.0.0.1", 1}, .namespace_fd = -1},
                                 {.address = {"n2", "127.0.0.1", 2}, .namespace_fd = -1}};
};

TEST_F(ReplicaPolls, GoOnUntilTwoAreAlike) {
  system_.hold({held_by({"1", "2"}), held_by({"1", "3"}), held_by({"3", "3"})});
  const auto polls = replica_polls(polled()).value();
  ASSERT_EQ(polls.size(), 4U);
  EXPECT_EQ(polls[0].records[1].value, "2");
  EXPECT_EQ(polls[2].records, polls[3].records);
  EXPECT_THAT(polls[3].nodes, ElementsAre("n1", "n2"));
}

TEST_F(ReplicaPolls, BeginWhenAntiEntropyHasMadeReplicasAlike) {
  config_.anti_entropy_interval = std::chrono::milliseconds(10);
  system_.hold({held_by({"1", "2"}), held_by({"1", "2"}), held_by({"2", "2"})});
  const auto polls = replica_polls(polled()).value();
  ASSERT_EQ(polls.size(), 2U);
  EXPECT_EQ(polls[0].records[0].value, "2");
}

TEST_F(ReplicaPolls, EndWhereReplicasNeverComeToRest) {
  std::vector<std::vector<std::vector<ReplicaRecord>>> restless;
  for (int i = 0; i < 50; ++i) restless.push_back(held_by({fmt::format("{}", i), "0"}));
  system_.hold(restless);
  EXPECT_EQ(replica_polls(polled()).value().size(), 10U);
}

TEST_F(ReplicaPolls, SayWhyTheyFailed) {
  const History history = polled();
  ASSERT_EQ(history.marks().size(), 1U);
  EXPECT_EQ(history.marks()[0].f, "replica-state-failed");
  EXPECT_THAT(history.marks()[0].value, testing::HasSubstr("connection refused"));
}

TEST_F(ReplicaPolls, RoundTripsBecomeHalvesOfEachReplica) {
  system_.hold({held_by({"1", "1"})});
  system_.tell_round_trips(
      {{"c1", {{"n1", {{"reads_ns", {10, 20}}, {"writes_ns", {30}}}}}},
       {"c2", {{"n1", {{"reads_ns", {40}}, {"writes_ns", {}}}}, {"n2", {{"reads_ns", {8}}}}}}});
  const MessageDelays delays = measured_delays(polled());
  ASSERT_EQ(delays.replicas.size(), 1U) << "no write of n2 was timed";
  EXPECT_EQ(delays.replicas[0].replica, "n1");
  EXPECT_THAT(delays.replicas[0].read, ElementsAre(5, 10, 20));
  EXPECT_THAT(delays.replicas[0].respond, ElementsAre(5, 10, 20));
  EXPECT_THAT(delays.replicas[0].write, ElementsAre(15));
  EXPECT_THAT(delays.replicas[0].acknowledge, ElementsAre(15));
  EXPECT_FALSE(delays.source.empty());
}

// Records were 20 on their way there, and answers 10 back.
TEST_F(ReplicaPolls, WhatWasSeenOnItsWayTellsTheWaysApart) {
  system_.hold({held_by({"1", "1"})});
  system_.tell_round_trips({{"n2", {{"n1", {{"reads_ns", {30, 34}}, {"writes_ns", {30, 30}}}}}}});
  way_times_ = {{"n2", {{"n1", {10, 30}}}}};
  const MessageDelays delays = measured_delays(polled());
  ASSERT_EQ(delays.replicas.size(), 1U);
  EXPECT_THAT(delays.replicas[0].write, ElementsAre(10, 30));
  EXPECT_THAT(delays.replicas[0].acknowledge, ElementsAre(5, 15));
  EXPECT_THAT(delays.replicas[0].read, ElementsAre(8, 24));
  EXPECT_THAT(delays.replicas[0].respond, ElementsAre(8, 24));
}

// A write waits for the disk, and a read does not: its ways are not like that of the write.
TEST_F(ReplicaPolls, ReadsAreHalvedWhereTheNetworkIsNotMostOfTheWay) {
  system_.hold({held_by({"1", "1"})});
  system_.tell_round_trips({{"n2", {{"n1", {{"reads_ns", {30}}, {"writes_ns", {90}}}}}}});
  way_times_ = {{"n2", {{"n1", {80}}}}};
  const MessageDelays delays = measured_delays(polled());
  ASSERT_EQ(delays.replicas.size(), 1U);
  EXPECT_THAT(delays.replicas[0].write, ElementsAre(80));
  EXPECT_THAT(delays.replicas[0].acknowledge, ElementsAre(10));
  EXPECT_THAT(delays.replicas[0].read, ElementsAre(15));
}

TEST_F(ReplicaPolls, WithoutRoundTripsNoDelaysAreMeasured) {
  system_.hold({held_by({"1", "1"})});
  EXPECT_TRUE(measured_delays(polled()).empty());
}

}  // namespace
}  // namespace quorate
