#include <algorithm>
#include <functional>
#include <numeric>

#include <gtest/gtest.h>

#include "checker/staleness/confidence.h"
#include "checker/staleness/wars.h"

namespace quorate {
namespace {

TEST(Pbs, ClosedFormGivesThePublishedValues) {
  struct Row {
    QuorumSizes sizes;
    double k1, k2, k3, k5, k10;
  };
  // guarantees.md 3.1, from the paper and recomputed.
  const std::vector<Row> rows{
      {{2, 1, 1}, .500000, .750000, .875000, .968750, .999023},
      {{3, 1, 1}, .333333, .555556, .703704, .868313, .982658},
      {{3, 1, 2}, .666667, .888889, .962963, .995885, .999983},
      {{3, 2, 1}, .666667, .888889, .962963, .995885, .999983},
      {{5, 1, 3}, .600000, .840000, .936000, .989760, .999895},
      {{5, 2, 2}, .700000, .910000, .973000, .997570, .999994},
      {{5, 3, 2}, .900000, .990000, .999000, .999990, 1.000000},
      {{7, 3, 3}, .885714, .986939, .998507, .999981, 1.000000},
  };
  for (const Row& row : rows) {
    EXPECT_NEAR(within_versions(row.sizes, 1), row.k1, 6e-7);
    EXPECT_NEAR(within_versions(row.sizes, 2), row.k2, 6e-7);
    EXPECT_NEAR(within_versions(row.sizes, 3), row.k3, 6e-7);
    EXPECT_NEAR(within_versions(row.sizes, 5), row.k5, 6e-7);
    EXPECT_NEAR(within_versions(row.sizes, 10), row.k10, 6e-7);
  }
  EXPECT_NEAR(miss_probability({100, 30, 30}), 1.88e-6, 0.005e-6);
  EXPECT_EQ(miss_probability({3, 2, 2}), 0);
  EXPECT_EQ(within_versions({3, 2, 2}, 1), 1);
}

TEST(Pbs, MonotonicReadsFollowTheRates) {
  const QuorumSizes sizes{3, 1, 1};
  EXPECT_NEAR(monotonic_reads(sizes, 0), 1 - 2.0 / 3, 1e-12);
  EXPECT_NEAR(monotonic_reads(sizes, 1), 1 - 4.0 / 9, 1e-12);
  EXPECT_NEAR(monotonic_reads(sizes, 2, true), 1 - 4.0 / 9, 1e-12);
}

MessageDelays equal_delays(std::size_t replicas, std::int64_t ns) {
  MessageDelays delays;
  for (std::size_t i = 0; i < replicas; ++i) {
    delays.replicas.push_back({"r" + std::to_string(i), {ns}, {ns}, {ns}, {ns}});
  }
  return delays;
}

FreshnessCurve curve_of(const MessageDelays& delays, const WarsOptions& options) {
  Result<FreshnessCurve> curve = simulate_wars(delays, options);
  EXPECT_TRUE(curve.has_value());
  return std::move(*curve);
}

TEST(Wars, WithEqualDelaysAndExactFanOutIsTheClosedForm) {
  for (const QuorumSizes sizes : {QuorumSizes{3, 1, 1}, QuorumSizes{3, 1, 2}, QuorumSizes{3, 2, 1},
                                  QuorumSizes{5, 2, 2}, QuorumSizes{3, 2, 2}}) {
    const WarsOptions options{sizes, false, false, 100'000, 7};
    const FreshnessCurve curve = curve_of(equal_delays(sizes.n, 1000), options);
    const double expected = within_versions(sizes, 1);
    EXPECT_NEAR(curve.at(0), expected, 2 * monte_carlo_error(expected, 100'000) + 1e-12);
    EXPECT_EQ(curve.at(0), curve.limit());
    // A write to all with equal delays has reached everybody when it is acknowledged.
    EXPECT_EQ(curve_of(equal_delays(sizes.n, 1000), {sizes, true, true, 1000, 7}).at(0), 1);
  }
}

TEST(Wars, IsDeterministicAndMonotonic) {
  MessageDelays delays = equal_delays(3, 1000);
  delays.replicas[1].write = {10'000, 20'000};
  const WarsOptions options{{3, 1, 1}, true, true, 1000, 3};
  const FreshnessCurve one = curve_of(delays, options);
  const FreshnessCurve other = curve_of(delays, options);
  double before = 0;
  for (std::int64_t t = -5000; t < 30'000; t += 100) {
    EXPECT_EQ(one.at(t), other.at(t));
    EXPECT_GE(one.at(t), before);
    before = one.at(t);
  }
  EXPECT_EQ(before, 1);
}

// All ways in which one trial may go, each with its probability: the definition of theory 6.1. It
// shares no code with the simulation. Every replica has the same number of samples of a message.
class Enumeration {
 public:
  Enumeration(const MessageDelays& delays, const WarsOptions& options, std::int64_t t)
      : delays_(delays), options_(options), t_(t), n_(options.sizes.n) {}

  double fresh() {
    double total = 0;
    double ways = 0;
    for_subsets(options_.write_to_all ? n_ : options_.sizes.w, [&](unsigned written) {
      for_subsets(options_.read_from_all ? n_ : options_.sizes.r, [&](unsigned asked) {
        total += over_delays(written, asked);
        ++ways;
      });
    });
    return total / ways;
  }

 private:
  void for_subsets(std::size_t size, const std::function<void(unsigned)>& visit) const {
    for (unsigned set = 0; set < 1U << n_; ++set) {
      if (static_cast<std::size_t>(__builtin_popcount(set)) == size) visit(set);
    }
  }

  // The mean over all choices of a sample for each replica and message.
  double over_delays(unsigned written, unsigned asked) {
    std::vector<std::size_t> sizes;
    for (const ReplicaDelays& replica : delays_.replicas) {
      for (const auto* samples :
           {&replica.write, &replica.acknowledge, &replica.read, &replica.respond}) {
        sizes.push_back(samples->size());
      }
    }
    std::vector<std::size_t> choice(sizes.size(), 0);
    double total = 0;
    double ways = 0;
    while (true) {
      total += one_choice(choice, written, asked);
      ++ways;
      std::size_t digit = 0;
      while (digit < choice.size() && ++choice[digit] == sizes[digit]) choice[digit++] = 0;
      if (digit == choice.size()) return total / ways;
    }
  }

  // The mean over all orders in which equal answers may come.
  double one_choice(const std::vector<std::size_t>& choice, unsigned written,
                    unsigned asked) const {
    std::vector<std::int64_t> acknowledged;
    for (std::size_t i = 0; i < n_; ++i) {
      if ((written >> i & 1U) == 0) continue;
      acknowledged.push_back(delays_.replicas[i].write[choice[4 * i]] +
                             delays_.replicas[i].acknowledge[choice[4 * i + 1]]);
    }
    std::sort(acknowledged.begin(), acknowledged.end());
    const std::int64_t committed = acknowledged[options_.sizes.w - 1];
    std::vector<std::size_t> order(n_);
    std::iota(order.begin(), order.end(), std::size_t{0});
    double fresh = 0;
    double ways = 0;
    do {
      std::vector<std::pair<std::int64_t, std::size_t>> answers;
      for (const std::size_t i : order) {
        if ((asked >> i & 1U) == 0) continue;
        answers.emplace_back(delays_.replicas[i].read[choice[4 * i + 2]] +
                                 delays_.replicas[i].respond[choice[4 * i + 3]],
                             i);
      }
      std::stable_sort(answers.begin(), answers.end(),
                       [](const auto& a, const auto& b) { return a.first < b.first; });
      bool seen = false;
      for (std::size_t j = 0; j < options_.sizes.r; ++j) {
        const std::size_t i = answers[j].second;
        const bool has = (written >> i & 1U) != 0;
        seen |= has && delays_.replicas[i].write[choice[4 * i]] <=
                           committed + t_ + delays_.replicas[i].read[choice[4 * i + 2]];
      }
      fresh += seen ? 1 : 0;
      ++ways;
    } while (std::next_permutation(order.begin(), order.end()));
    return fresh / ways;
  }

  const MessageDelays& delays_;
  const WarsOptions& options_;
  std::int64_t t_;
  std::size_t n_;
};

// One replica unlike the other, every message unlike the others.
MessageDelays uneven_delays(std::size_t replicas) {
  MessageDelays delays;
  for (std::size_t i = 0; i < replicas; ++i) {
    const auto more = static_cast<std::int64_t>(i);
    delays.replicas.push_back({"r" + std::to_string(i),
                               {1 + 4 * more, 9 + more},
                               {1, 2},
                               {1 + more, 3},
                               {1, 6 - 2 * more}});
  }
  return delays;
}

TEST(Wars, AgreesWithTheExactEnumeration) {
  for (const std::size_t n : {2U, 3U}) {
    const MessageDelays delays = uneven_delays(n);
    for (const QuorumSizes sizes : {QuorumSizes{static_cast<std::uint32_t>(n), 1, 1},
                                    QuorumSizes{static_cast<std::uint32_t>(n), 2, 1},
                                    QuorumSizes{static_cast<std::uint32_t>(n), 1, 2}}) {
      for (const bool to_all : {true, false}) {
        for (const bool from_all : {true, false}) {
          const WarsOptions options{sizes, to_all, from_all, 40'000, 11};
          const FreshnessCurve curve = curve_of(delays, options);
          for (const std::int64_t t : {0, 2, 5}) {
            const double exact = Enumeration(delays, options, t).fresh();
            EXPECT_NEAR(curve.at(t), exact, 2.2 * monte_carlo_error(exact, 40'000) + 1e-9)
                << n << sizes.r << sizes.w << to_all << from_all << " t " << t;
          }
        }
      }
    }
  }
}

TEST(Wars, DrawsTheResponseFromSNotFromW) {
  // Replica 0 gets writes soon and replica 1 late, but answers come from 0 first only by S. Were S
  // drawn from W, replica 0 would answer first; by S it is replica 1, which does not have it yet.
  MessageDelays delays;
  delays.replicas.push_back({"soon", {10}, {1}, {5}, {1000}});
  delays.replicas.push_back({"late", {2000}, {1}, {5}, {1}});
  const FreshnessCurve curve = curve_of(delays, {{2, 1, 1}, true, true, 1000, 1});
  EXPECT_EQ(curve.at(0), 0);
  EXPECT_EQ(curve.at(1983), 0);
  EXPECT_EQ(curve.at(1984), 1);  // 2000 - 11 - 5
}

TEST(Wars, ClientsSeeTwoHopsLess) {
  const FreshnessCurve curve(std::vector<std::int64_t>{100, kNever});
  const FreshnessCurve seen = curve.seen_by_clients(Duration{30});
  EXPECT_EQ(seen.at(39), 0);
  EXPECT_EQ(seen.at(40), 0.5);
  EXPECT_EQ(seen.limit(), 0.5);
}

TEST(Wars, BorrowsSamplesAndRefusesWhatItCannotKnow) {
  MessageDelays delays = equal_delays(3, 10);
  delays.replicas[2].acknowledge.clear();
  EXPECT_TRUE(simulate_wars(delays, {{3, 1, 1}, true, true, 10, 1}).has_value());
  EXPECT_TRUE(simulate_wars(equal_delays(5, 10), {{3, 1, 1}, true, true, 10, 1}).has_value());
  EXPECT_TRUE(simulate_wars(equal_delays(1, 10), {{3, 1, 1}, true, true, 10, 1}).has_value());
  for (ReplicaDelays& replica : delays.replicas) replica.acknowledge.clear();
  EXPECT_FALSE(simulate_wars(delays, {{3, 1, 1}, true, true, 10, 1}).has_value());
  EXPECT_FALSE(simulate_wars({}, {{3, 1, 1}, true, true, 10, 1}).has_value());
  EXPECT_FALSE(simulate_wars(delays, {{3, 4, 1}, true, true, 10, 1}).has_value());
  EXPECT_FALSE(simulate_wars(delays, {{3, 1, 0}, true, true, 10, 1}).has_value());
}

}  // namespace
}  // namespace quorate
