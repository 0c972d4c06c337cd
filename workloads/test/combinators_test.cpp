#include "workloads/combinators.h"

#include <cmath>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// Reads of one key, without end.
GeneratorPtr reads_of(const std::string& key) {
  return from_function(
      [key](const Asked&, RandomStream*) { return Invocation{.key = key, .value = {}}; });
}

// "key", "wait MS" or "done".
std::string told(const Next& next) {
  if (const auto* invocation = std::get_if<Invocation>(&next)) return invocation->key;
  if (const auto* until = std::get_if<WaitUntil>(&next)) {
    return "wait " + std::to_string(until->at / 1ms);
  }
  return "done";
}

class CombinatorsTest : public testing::Test {
 protected:
  std::string ask(const GeneratorPtr& generator, std::int32_t client = 0, Duration now = 0ms) {
    return told(generator->next({.client = client, .process = client, .now = now}, &random_));
  }
  // What the clients are told that ask in turn, `count` times in all.
  std::vector<std::string> ask_in_turn(const GeneratorPtr& generator, int clients, int count) {
    std::vector<std::string> all;
    for (int i = 0; i < count; ++i) all.push_back(ask(generator, i % clients));
    return all;
  }
  RandomStream random_{7, "client"};
};

TEST_F(CombinatorsTest, LimitGivesExactlySoManyOperationsToAllClientsTogether) {
  for (const int limit_of : {0, 1, 7, 100}) {
    const GeneratorPtr limited = limit(limit_of, reads_of("a"));
    int operations = 0;
    for (const std::string& one : ask_in_turn(limited, 3, 200)) operations += one == "a" ? 1 : 0;
    EXPECT_EQ(operations, limit_of);
    EXPECT_EQ(ask(limited, 2), "done") << "and stays done";
  }
}

TEST_F(CombinatorsTest, LimitDoesNotCountWaiting) {
  const GeneratorPtr limited = limit(2, stagger(1, 1h, reads_of("a")));
  for (int i = 0; i < 50; ++i) EXPECT_THAT(ask(limited), testing::StartsWith("wait"));
  EXPECT_EQ(ask(limited, 0, 10'000h), "a");
  EXPECT_EQ(ask(limited, 0, 20'000h), "a");
  EXPECT_EQ(ask(limited, 0, 30'000h), "done");
}

GeneratorPtr three_parts(GeneratorPtr a, GeneratorPtr b, GeneratorPtr c) {
  std::vector<Weighted> parts;
  parts.push_back({1, std::move(a)});
  parts.push_back({2, std::move(b)});
  parts.push_back({5, std::move(c)});
  return mix(std::move(parts));
}

TEST_F(CombinatorsTest, MixDrawsByWeight) {
  constexpr int kDraws = 16'000;
  std::map<std::string, int> drawn;
  const GeneratorPtr mixed = three_parts(reads_of("a"), reads_of("b"), reads_of("c"));
  for (const std::string& one : ask_in_turn(mixed, 3, kDraws)) ++drawn[one];
  // Five standard deviations of a binomial distribution.
  EXPECT_NEAR(drawn["a"], kDraws / 8.0, 5 * std::sqrt(kDraws * (1.0 / 8) * (7.0 / 8)));
  EXPECT_NEAR(drawn["b"], kDraws / 4.0, 5 * std::sqrt(kDraws * (1.0 / 4) * (3.0 / 4)));
  EXPECT_EQ(drawn["a"] + drawn["b"] + drawn["c"], kDraws);
}

TEST_F(CombinatorsTest, MixGoesOnWithTheOthersWhenAPartIsDone) {
  std::map<std::string, int> drawn;
  const GeneratorPtr mixed =
      three_parts(limit(3, reads_of("a")), reads_of("b"), limit(10, reads_of("c")));
  for (const std::string& one : ask_in_turn(mixed, 2, 2'000)) ++drawn[one];
  EXPECT_EQ(drawn["a"], 3);
  EXPECT_EQ(drawn["c"], 10);
  EXPECT_EQ(drawn["b"], 2'000 - 13);
}

TEST_F(CombinatorsTest, MixIsDoneWhenAllPartsAre) {
  const GeneratorPtr mixed =
      three_parts(limit(1, reads_of("a")), limit(1, reads_of("b")), limit(1, reads_of("c")));
  std::multiset<std::string> drawn;
  for (int i = 0; i < 3; ++i) drawn.insert(ask(mixed));
  EXPECT_THAT(drawn, ElementsAre("a", "b", "c"));
  EXPECT_EQ(ask(mixed), "done");
}

std::vector<GeneratorPtr> two(GeneratorPtr a, GeneratorPtr b) {
  std::vector<GeneratorPtr> parts;
  parts.push_back(std::move(a));
  parts.push_back(std::move(b));
  return parts;
}

TEST_F(CombinatorsTest, PhasesComeInOrder) {
  const GeneratorPtr phased = phases(1, two(limit(2, reads_of("a")), limit(1, reads_of("b"))));
  EXPECT_EQ(ask(phased), "a");
  EXPECT_EQ(ask(phased), "a");
  EXPECT_EQ(ask(phased), "b");
  EXPECT_EQ(ask(phased), "done");
  EXPECT_EQ(ask(phased), "done");
}

TEST_F(CombinatorsTest, PhasesWaitForEveryClientThatIsStillAtThePhaseBefore) {
  const GeneratorPtr phased = phases(2, two(limit(2, reads_of("a")), limit(2, reads_of("b"))));
  EXPECT_EQ(ask(phased, 0), "a");
  EXPECT_EQ(ask(phased, 1), "a");  // and is long at it, while the other comes back
  EXPECT_EQ(ask(phased, 0, 10ms), "wait 15");
  EXPECT_EQ(ask(phased, 0, 15ms), "wait 20");
  EXPECT_EQ(ask(phased, 1, 17ms), "b");
  EXPECT_EQ(ask(phased, 0, 20ms), "b");
  EXPECT_EQ(ask(phased, 0, 30ms), "wait 35");
  EXPECT_EQ(ask(phased, 1, 31ms), "done");
  EXPECT_EQ(ask(phased, 0, 35ms), "done");
}

TEST_F(CombinatorsTest, PerClientGivesEveryClientAGeneratorOfItsOwn) {
  const GeneratorPtr own = per_client([](std::int32_t client) {
    return limit(client + 1, reads_of("c" + std::to_string(client)));
  });
  EXPECT_EQ(ask(own, 1), "c1");
  EXPECT_EQ(ask(own, 0), "c0");
  EXPECT_EQ(ask(own, 0), "done");
  EXPECT_EQ(ask(own, 1), "c1") << "untouched by the other's end";
  EXPECT_EQ(ask(own, 1), "done");
}

TEST_F(CombinatorsTest, PerKeyGivesEveryKeyAGeneratorOfItsOwnAndNamesTheKey) {
  const GeneratorPtr own =
      per_key(KeyChoice("k", 3, KeyDistribution::kUniform),
              [](const std::string& key) { return limit(key == "k2" ? 5 : 1, reads_of("")); });
  std::map<std::string, int> drawn;
  for (int i = 0; i < 7; ++i) ++drawn[ask(own)];
  EXPECT_EQ(drawn, (std::map<std::string, int>{{"k1", 1}, {"k2", 5}, {"k3", 1}}));
  EXPECT_EQ(ask(own), "done");
}

// The times at which a client that is always ready gets its operations.
std::vector<double> arrivals_s(const GeneratorPtr& staggered, std::int32_t client, int count) {
  RandomStream random(1, "unused");
  std::vector<double> at;
  Duration now{};
  while (at.size() < static_cast<std::size_t>(count)) {
    const Next next = staggered->next({.client = client, .process = 0, .now = now}, &random);
    if (const auto* until = std::get_if<WaitUntil>(&next)) {
      EXPECT_GT(until->at, now);
      now = until->at;
    } else {
      at.push_back(std::chrono::duration<double>(now).count());
    }
  }
  return at;
}

TEST_F(CombinatorsTest, StaggerLeavesExponentialGapsOfTheGivenMean) {
  constexpr int kCount = 20'000;
  const auto at = arrivals_s(stagger(3, 10ms, reads_of("a")), 0, kCount);
  double sum = at[0];
  double squares = at[0] * at[0];
  int longer = 0;  // than the mean
  for (int i = 1; i < kCount; ++i) {
    const double gap = at[static_cast<std::size_t>(i)] - at[static_cast<std::size_t>(i) - 1];
    sum += gap;
    squares += gap * gap;
    longer += gap > 0.010 ? 1 : 0;
  }
  const double mean = sum / kCount;
  EXPECT_NEAR(mean, 0.010, 5 * 0.010 / std::sqrt(kCount));
  // Exponential: the standard deviation is the mean, and 1/e of the gaps are longer than it.
  EXPECT_NEAR(std::sqrt(squares / kCount - mean * mean), 0.010, 0.0006);
  EXPECT_NEAR(longer, kCount * std::exp(-1), 5 * std::sqrt(kCount * 0.25));
}

TEST_F(CombinatorsTest, StaggerGivesClientsArrivalsOfTheirOwn) {
  const GeneratorPtr staggered = stagger(3, 10ms, reads_of("a"));
  const auto first = arrivals_s(staggered, 0, 100);
  EXPECT_NE(first, arrivals_s(staggered, 1, 100));
  EXPECT_EQ(first, arrivals_s(stagger(3, 10ms, reads_of("a")), 0, 100));
}

TEST_F(CombinatorsTest, StaggerLetsAClientThatIsLateCatchUp) {
  const GeneratorPtr staggered = stagger(3, 1ms, reads_of("a"));
  int at_once = 0;
  while (ask(staggered, 0, 1s) == "a") ++at_once;
  EXPECT_NEAR(at_once, 1'000, 160);
}

TEST_F(CombinatorsTest, EqualSeedsAndEqualCallsGiveEqualOperations) {
  const auto run = [] {
    RandomStream random(5, "client");
    const auto made = [](const std::string& key) {
      return mix([&] {
        std::vector<Weighted> parts;
        parts.push_back({3, reads_of(key)});
        parts.push_back({1, limit(20, reads_of(key))});
        return parts;
      }());
    };
    const GeneratorPtr generator =
        limit(500, stagger(5, 1ms, per_key(KeyChoice("k", 9, KeyDistribution::kZipf), made)));
    std::vector<Next> all;
    for (int i = 0; i < 2'000; ++i) {
      all.push_back(
          generator->next({.client = i % 4, .process = i % 4, .now = i * 100us}, &random));
    }
    return all;
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace quorate
