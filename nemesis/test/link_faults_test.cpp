// Faults of links: which links they bend, how, and for how long.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nemesis/fault_catalogue.h"
#include "nemesis/link_layers.h"
#include "nemesis/test/recording_cluster.h"

namespace quorate {
namespace {

using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Link = std::pair<std::string, std::string>;

Targets three_nodes(bool clients_coordinate = false) {
  Targets targets;
  targets.nodes = {"n1", "n2", "n3"};
  targets.client_groups = {"c1", "c2"};
  targets.clients_coordinate = clients_coordinate;
  return targets;
}

std::unique_ptr<Fault> fault_of(const std::string& asked) {
  return std::move(make_fault(asked).value());
}

Json drawn(const Fault& fault, const Targets& targets, std::uint64_t seed = 1) {
  RandomStream random(seed, "test");
  return fault.draw(targets, &random);
}

std::set<Link> links_in(const Json& args) {
  std::set<Link> links;
  for (const Json& link : args.at("links")) {
    links.emplace(link[0].get<std::string>(), link[1].get<std::string>());
  }
  return links;
}

TEST(LinkFaults, BendTheLinksThatTheyAreAskedFor) {
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto of = [&](const std::string& asked, bool coordinate = false) {
      return links_in(drawn(*fault_of(asked), three_nodes(coordinate), seed));
    };
    EXPECT_EQ(of("slow-links:links=one-link").size(), 2U);
    EXPECT_EQ(of("slow-links").size(), 4U);
    EXPECT_EQ(of("slow-links", true).size(), 8U) << "clients that coordinate are neighbours too";
    EXPECT_EQ(of("slow-links:links=all").size(), 6U);
    EXPECT_EQ(of("slow-links:links=all", true).size(), 18U);
    EXPECT_EQ(of("slow-links:links=clients").size(), 6U);
    const std::set<Link> answers = of("steered-out");
    EXPECT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers.begin()->first, answers.rbegin()->first) << "what one node sends";
  }
}

TEST(LinkFaults, HitOnlyTheNodesThatAreAimedAt) {
  Targets targets = three_nodes();
  targets.aim = {"n2"};
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    for (const Link& link : links_in(drawn(*fault_of("lossy-links"), targets, seed))) {
      EXPECT_TRUE(link.first == "n2" || link.second == "n2");
    }
  }
}

TEST(LinkFaults, MakeOfALinkWhatTheirParametersSay) {
  const std::pair<const char*, LinkState> cases[] = {
      {"slow-links:delay=20ms:overtaking=yes",
       {.delay = parse_delay("20ms").value(), .overtaking = true}},
      {"held-links", {.held = true}},
      {"lossy-links:loss=0.25", {.loss = 0.25}},
      {"duplicating-links:chance=0.5", {.duplicate = 0.5}},
      {"reordering-links:chance=0.125:delay=3ms",
       {.delay = parse_delay("3ms").value(), .reorder = 0.125}},
      {"corrupting-links:chance=1:fix-checksum=yes", {.corrupt = 1, .fix_checksum = true}},
      {"narrow-links:rate=2", {.bytes_per_second = 2048}},
      {"steered-out:delay=7ms", {.delay = parse_delay("7ms").value()}},
  };
  for (const auto& [asked, state] : cases) {
    RecordingCluster cluster({"n1", "n2", "n3"}, {"c1", "c2"});
    const std::unique_ptr<Fault> fault = fault_of(asked);
    ASSERT_TRUE(fault->inject(cluster, drawn(*fault, three_nodes()))) << asked;
    ASSERT_THAT(cluster.network().states, testing::Not(IsEmpty()));
    for (const auto& [link, made] : cluster.network().states) EXPECT_EQ(made, state) << asked;
  }
}

TEST(LinkFaults, NeedANetworkThatCanDoWhatTheyAsk) {
  const std::unique_ptr<Network> loopback = make_loopback_network({"n1", "n2", "n3"});
  for (const FaultType& type : all_faults()) {
    if (!type.make || type.name == "kill" || type.name == "pause") continue;
    const std::unique_ptr<Fault> fault = fault_of(type.name);
    const bool of_links = type.name.find("links") != std::string::npos;
    if (!of_links) continue;
    const Result<void> refused = fault->applicable(*loopback, three_nodes());
    ASSERT_FALSE(refused) << type.name;
    EXPECT_THAT(refused.error().context, HasSubstr("--network packet"));
  }
}

TEST(FlappingLinks, AreCutAndMendedInTurn) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const std::unique_ptr<Fault> fault = fault_of("flapping-links:period=10ms:links=one-link");
  ASSERT_TRUE(fault->inject(cluster, drawn(*fault, three_nodes())));
  std::vector<bool> cut;
  Duration now{};
  for (int i = 0; i < 5; ++i) {
    cut.push_back(!cluster.network().cut.empty());
    const auto next = fault->proceed(cluster, now);
    ASSERT_TRUE(next);
    EXPECT_EQ(*next, now + milliseconds(10));
    now = *next;
    (void)fault->proceed(cluster, now);
  }
  EXPECT_THAT(cut, ElementsAre(true, false, true, false, true));
  ASSERT_TRUE(fault->heal(cluster));
  EXPECT_THAT(cluster.network().states, IsEmpty());
}

TEST(SwizzleClog, StopsNodesOneByOneAndLetsThemGoInAnotherOrder) {
  Targets targets = three_nodes();
  targets.aim = {"n1", "n2"};
  const std::unique_ptr<Fault> fault = fault_of("swizzle-clog:step=10ms");
  Json args;
  for (std::uint64_t seed = 0; args.is_null() || args.at("turns").size() < 4; ++seed) {
    args = drawn(*fault, targets, seed);
  }
  RecordingCluster cluster(targets.nodes, targets.client_groups);
  ASSERT_TRUE(fault->inject(cluster, args));
  EXPECT_EQ(cluster.network().states.size(), 4U) << "all links of one of three nodes";
  std::vector<std::size_t> held;
  for (auto next = fault->proceed(cluster, Duration::zero()); next;) {
    next = fault->proceed(cluster, *next);
    held.push_back(cluster.network().states.size());
  }
  EXPECT_THAT(held, ElementsAre(6, 4, 0)) << "the link between them waits for both";
}

TEST(ResetConnections, EndsThemAgainAndAgain) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const std::unique_ptr<Fault> fault = fault_of("reset-connections:every=10ms:links=one-link");
  ASSERT_TRUE(fault->inject(cluster, drawn(*fault, three_nodes())));
  EXPECT_EQ(cluster.network().resets.size(), 1U);
  EXPECT_EQ(*fault->proceed(cluster, milliseconds(25)), milliseconds(30));
  EXPECT_EQ(cluster.network().resets.size(), 3U);
  EXPECT_EQ(fault->heal(cluster).value().dump(), R"({"connections_reset":6})");
}

TEST(LinkLayers, OneFaultsHealLeavesWhatAnotherMadeOfTheLink) {
  RecordingCluster cluster({"n1", "n2", "n3"});
  const std::unique_ptr<Fault> slow = fault_of("slow-links:delay=5ms:links=all");
  const std::unique_ptr<Fault> apart = fault_of("partition:one-node");
  ASSERT_TRUE(slow->inject(cluster, drawn(*slow, three_nodes())));
  ASSERT_TRUE(apart->inject(cluster, drawn(*apart, three_nodes())));
  const LinkState only_slow{.delay = parse_delay("5ms").value()};
  EXPECT_EQ(cluster.network().cut.size(), 4U);
  ASSERT_TRUE(apart->heal(cluster));
  EXPECT_EQ(cluster.network().states.size(), 6U);
  for (const auto& [link, state] : cluster.network().states) EXPECT_EQ(state, only_slow);
}

TEST(LinkLayers, AddUp) {
  const LinkState lossy{.loss = 0.5, .bytes_per_second = 100};
  const LinkState sum = together(lossy, {.cut = true, .loss = 0.5, .duplicate = 0.1});
  EXPECT_TRUE(sum.cut);
  EXPECT_DOUBLE_EQ(sum.loss, 0.75);
  EXPECT_DOUBLE_EQ(sum.duplicate, 0.1);
  EXPECT_EQ(sum.bytes_per_second, 100U);
  EXPECT_EQ(together(lossy, {.bytes_per_second = 70}).bytes_per_second, 70U);
  EXPECT_EQ(together(lossy, {}), lossy);
}

}  // namespace
}  // namespace quorate
