// What each kind of partition draws.
#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nemesis/faults/fault_types.h"

namespace quorate {
namespace {

using Link = std::pair<std::string, std::string>;
using Names = std::vector<std::string>;
constexpr std::uint64_t kSeeds = 30;

Targets targets_of(std::size_t nodes, std::size_t groups = 0, bool coordinate = false) {
  Targets targets;
  for (std::size_t i = 1; i <= nodes; ++i) targets.nodes.push_back("n" + std::to_string(i));
  for (std::size_t i = 1; i <= groups; ++i)
    targets.client_groups.push_back("c" + std::to_string(i));
  targets.clients_coordinate = coordinate;
  return targets;
}

std::unique_ptr<Fault> made(const FaultType& type) {
  FaultParameters none(type.parameters, {});
  return type.make(&none);
}

Json draw(const FaultType& type, const Targets& targets, std::uint64_t seed) {
  RandomStream random(seed, "test");
  Json args = made(type)->draw(targets, &random);
  EXPECT_EQ("partition:" + args.at("shape").get<std::string>(), type.name);
  return args;
}

std::set<Link> cuts_of(const Json& args) {
  std::set<Link> cuts;
  for (const Json& pair : args.at("cut")) {
    const Link link{pair[0].get<std::string>(), pair[1].get<std::string>()};
    EXPECT_TRUE(cuts.insert(link).second) << "twice: " << pair.dump();
    EXPECT_NE(link.first, link.second);
  }
  return cuts;
}

std::set<Link> between(const Names& from, const Names& to) {
  std::set<Link> links;
  for (const std::string& a : from) {
    for (const std::string& b : to) links.emplace(a, b);
  }
  return links;
}

std::set<Link> both_ways(const Names& left, const Names& right) {
  std::set<Link> links = between(left, right);
  links.merge(between(right, left));
  return links;
}

// Calls `look` with the arguments of many draws, for all numbers of nodes that the shape allows.
template <typename Look>
void for_many_draws(const FaultType& type, std::size_t groups, bool coordinate, Look look) {
  for (std::size_t nodes = type.name == "partition:majority-ring" ? 3 : 2; nodes <= 9; ++nodes) {
    const Targets targets = targets_of(nodes, groups, coordinate);
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
      SCOPED_TRACE(testing::Message() << nodes << " nodes, seed " << seed);
      look(targets, draw(type, targets, seed));
    }
  }
}

void expect_sides(const Targets& targets, const Json& args, std::size_t first_size) {
  const Names left = args.at("sides")[0].get<Names>();
  const Names right = args.at("sides")[1].get<Names>();
  EXPECT_EQ(left.size(), first_size);
  EXPECT_EQ(left.size() + right.size(), targets.nodes.size());
  EXPECT_EQ(cuts_of(args), both_ways(left, right));
}

TEST(PartitionShape, OneNodeIsCutFromAllOthersBothWays) {
  for_many_draws(partition_one_node_fault(), 2, false,
                 [](const Targets& targets, const Json& args) { expect_sides(targets, args, 1); });
}

TEST(PartitionShape, HalvesAreAMinorityAndTheRestCutBothWays) {
  for_many_draws(partition_halves_fault(), 2, false, [](const Targets& targets, const Json& args) {
    expect_sides(targets, args, targets.nodes.size() / 2);
  });
}

TEST(PartitionShape, MajorityRingShowsEachNodeAMajorityOfItsOwn) {
  for_many_draws(partition_majority_ring_fault(), 2, false,
                 [](const Targets& targets, const Json& args) {
                   const std::set<Link> cuts = cuts_of(args);
                   std::set<Names> majorities;
                   std::size_t larger_than_needed = 0;
                   for (const std::string& node : targets.nodes) {
                     Names seen;
                     for (const std::string& other : targets.nodes) {
                       EXPECT_EQ(cuts.contains({node, other}), cuts.contains({other, node}));
                       if (!cuts.contains({node, other})) seen.push_back(other);
                     }
                     const std::size_t majority = targets.nodes.size() / 2 + 1;
                     EXPECT_GE(seen.size(), majority);
                     EXPECT_LE(seen.size(), majority + 1);
                     if (seen.size() > majority) ++larger_than_needed;
                     EXPECT_TRUE(majorities.insert(seen).second) << "the same majority twice";
                     EXPECT_EQ(args.at("sees").at(node).get<Names>(), seen);
                   }
                   EXPECT_EQ(larger_than_needed, targets.nodes.size() % 4 == 3 ? 1U : 0U);
                 });
}

TEST(PartitionShape, OneWayDropsWhatOneSideSendsAndOnlyThat) {
  std::set<std::size_t> sizes;
  for_many_draws(partition_one_way_fault(), 2, false,
                 [&](const Targets& targets, const Json& args) {
                   const Names from = args.at("from").get<Names>();
                   const Names to = args.at("to").get<Names>();
                   EXPECT_FALSE(from.empty());
                   EXPECT_FALSE(to.empty());
                   EXPECT_EQ(from.size() + to.size(), targets.nodes.size());
                   EXPECT_EQ(cuts_of(args), between(from, to));
                   if (targets.nodes.size() == 5) sizes.insert(from.size());
                 });
  EXPECT_EQ(sizes, (std::set<std::size_t>{1, 2, 3, 4}));
}

TEST(PartitionShape, ClientNodeCutsClientsFromSomeNodesButNeverNodesFromEachOther) {
  for_many_draws(partition_client_node_fault(), 3, false,
                 [](const Targets& targets, const Json& args) {
                   std::set<Link> wanted;
                   EXPECT_FALSE(args.at("apart").empty());
                   for (const auto& [group, lost] : args.at("apart").items()) {
                     EXPECT_GE(lost.size(), 1U);
                     EXPECT_LT(lost.size(), targets.nodes.size());
                     wanted.merge(both_ways({group}, lost.get<Names>()));
                   }
                   EXPECT_EQ(cuts_of(args), wanted);
                 });
}

TEST(PartitionShape, DrawsEveryNodeEveryPairAndEveryRingSoonerOrLater) {
  std::set<Json> one;
  std::set<Json> pairs;
  std::set<Json> rings;
  for (std::uint64_t seed = 0; seed < 400; ++seed) {
    one.insert(draw(partition_one_node_fault(), targets_of(5), seed).at("sides")[0]);
    pairs.insert(draw(partition_halves_fault(), targets_of(5), seed).at("sides")[0]);
    rings.insert(draw(partition_majority_ring_fault(), targets_of(5), seed).at("sees"));
  }
  EXPECT_EQ(one.size(), 5U);
  EXPECT_EQ(pairs.size(), 10U);
  EXPECT_EQ(rings.size(), 12U);  // 4! / 2
}

TEST(PartitionShape, LeavesClientsAloneWhereNodesCoordinate) {
  const Json args = draw(partition_halves_fault(), targets_of(5, 5, false), 1);
  EXPECT_FALSE(args.contains("beside"));
  EXPECT_EQ(args.dump().find("\"c"), args.dump().find("\"cut\""));
}

// The links that must be cut for groups which stand where args["beside"] says.
std::set<Link> cuts_with_groups(const Targets& targets, const Json& args) {
  const std::set<Link> all = cuts_of(args);
  std::set<Link> wanted;
  for (const Link& link : all) {
    if (link.first[0] == 'n' && link.second[0] == 'n') wanted.insert(link);
  }
  const std::set<Link> nodes = wanted;
  for (const auto& [group, node] : args.at("beside").items()) {
    for (const std::string& other : targets.nodes) {
      if (nodes.contains({node.get<std::string>(), other})) wanted.emplace(group, other);
      if (nodes.contains({other, node.get<std::string>()})) wanted.emplace(other, group);
    }
  }
  return wanted;
}

TEST(PartitionShape, CutsEachGroupAsTheNodeItStandsBesideWhereClientsCoordinate) {
  for (const FaultType& shape : {partition_one_node_fault(), partition_halves_fault(),
                                 partition_majority_ring_fault(), partition_one_way_fault()}) {
    for (const std::size_t groups : {1, 2, 5, 12}) {
      for_many_draws(shape, groups, true, [&](const Targets& targets, const Json& args) {
        EXPECT_EQ(args.at("beside").size(), groups);
        const std::set<Link> cuts = cuts_of(args);
        EXPECT_EQ(cuts, cuts_with_groups(targets, args));
        for (const auto& [group, node] : args.at("beside").items()) {
          EXPECT_FALSE(cuts.contains({group, node.get<std::string>()}));
        }
      });
    }
  }
}

TEST(PartitionShape, PutsClientsOnBothSidesWhereClientsCoordinate) {
  for (const std::size_t groups : {2, 3, 5, 12}) {
    for_many_draws(partition_one_node_fault(), groups, true, [](const Targets&, const Json& args) {
      const Names left = args.at("sides")[0].get<Names>();
      std::map<bool, int> on_left;
      for (const auto& [group, node] : args.at("beside").items()) {
        ++on_left[std::count(left.begin(), left.end(), node.get<std::string>()) == 1];
      }
      EXPECT_GT(on_left[true], 0);
      EXPECT_GT(on_left[false], 0);
    });
  }
}

TEST(PartitionShape, AsManyGroupsAsNodesStandBesideOneNodeEach) {
  const Json args = draw(partition_halves_fault(), targets_of(5, 5, true), 3);
  std::set<std::string> nodes;
  for (const auto& [group, node] : args.at("beside").items()) nodes.insert(node.get<std::string>());
  EXPECT_EQ(nodes.size(), 5U);
}

Result<void> fits(const FaultType& type, const Targets& targets) {
  return made(type)->fits(targets);
}

TEST(PartitionShape, SaysWhatIsMissingWhereItDoesNotFit) {
  EXPECT_FALSE(fits(partition_one_node_fault(), targets_of(1)));
  EXPECT_FALSE(fits(partition_halves_fault(), targets_of(1)));
  EXPECT_FALSE(fits(partition_one_way_fault(), targets_of(1)));
  EXPECT_FALSE(fits(partition_majority_ring_fault(), targets_of(2)));
  EXPECT_TRUE(fits(partition_majority_ring_fault(), targets_of(3)));
  EXPECT_TRUE(fits(partition_client_node_fault(), targets_of(1, 1)));
  const Result<void> no_clients = fits(partition_client_node_fault(), targets_of(3));
  ASSERT_FALSE(no_clients);
  EXPECT_NE(no_clients.error().context.find("needs clients"), std::string::npos);
}

}  // namespace
}  // namespace quorate
