// The white box against the definition on pairs of operations, and its proofs against the
// brute-force oracles and the register checkers, on random small histories with random versions.
#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "checker/test/oracle.h"
#include "checker/test/random_history.h"
#include "checker/test/retold_history.h"
#include "checker/versions/version_checker.h"

namespace quorate {
namespace {

constexpr std::array kLevels{Property::kLatest, Property::kWriteOrder, Property::kSingleOrder,
                             Property::kLinearizable};

// A history, and the version that each value truly has; 0 for nothing.
struct Versioned {
  std::vector<TestOp> ops;                             // as History::ops()
  std::map<std::string, std::map<int, int>> versions;  // by key and value
};

int version_of(const Versioned& history, const TestOp& op) {
  const auto& of_key = history.versions.at(op.key);
  const auto found = of_key.find(op.value);
  return found == of_key.end() ? 0 : found->second;
}

// Either as the writes truly took effect, or by invocation, or any order at all.
Versioned random_versioned(RandomStream* random) {
  Versioned made;
  const bool good = random->chance(0.5);
  const bool shuffled = random->chance(0.3);
  std::vector<TestOp> ops = good ? random_linearizable_ops(random) : random_ops(random);
  if (good && random->chance(0.3)) ops = mutate(std::move(ops), random);
  made.ops = ops_of(history_of(ops));
  std::vector<int> order{1, 2, 3, 4, 5, 6, 7, 8, 9};
  if (shuffled) random->shuffle(&order);
  std::size_t next = 0;
  for (const TestOp& op : made.ops) {
    auto& of_key = made.versions[op.key];
    if (op.function != Function::kWrite || op.value == 0) continue;
    const auto by_effect = static_cast<std::size_t>(op.value - 1);
    of_key.emplace(op.value, order[good ? by_effect : next]);
    ++next;
  }
  return made;
}

History told(const Versioned& history) {
  return retold(history_of(history.ops), [&](std::size_t i) {
    const int version = version_of(history, history.ops[i]);
    return Retelling{version == 0 ? "" : fmt::format("{}.aa", version), ""};
  });
}

bool is_write(const TestOp& op) { return op.function == Function::kWrite; }

// Takes effect, as far as anybody can tell, and has a version: info writes only if some read says
// so.
bool counts(const Versioned& history, const TestOp& op) {
  if (op.outcome == Outcome::kFail) return false;
  if (!is_write(op)) {
    return op.outcome == Outcome::kOk && (op.value == 0 || version_of(history, op) != 0);
  }
  if (op.outcome == Outcome::kOk) return true;
  return std::any_of(history.ops.begin(), history.ops.end(), [&](const TestOp& read) {
    return !is_write(read) && read.outcome == Outcome::kOk && read.key == op.key &&
           read.value == op.value;
  });
}

bool judged(Property level, bool earlier_write, bool later_write) {
  switch (level) {
    case Property::kLatest:
      return earlier_write && !later_write;
    case Property::kWriteOrder:
      return earlier_write;
    case Property::kSingleOrder:
      return earlier_write || later_write;
    default:
      return true;
  }
}

// How many operations have a smaller version than one that ended before they began.
std::uint64_t inverted(Property level, const Versioned& history) {
  std::uint64_t count = 0;
  for (const TestOp& later : history.ops) {
    if (!counts(history, later)) continue;
    const auto outranks = [&](const TestOp& earlier) {
      return counts(history, earlier) && earlier.key == later.key && earlier.end < later.start &&
             judged(level, is_write(earlier), is_write(later)) &&
             version_of(history, earlier) > version_of(history, later);
    };
    count += std::any_of(history.ops.begin(), history.ops.end(), outranks) ? 1 : 0;
  }
  return count;
}

// Every write on the key writes another value.
bool unique_values(const std::vector<TestOp>& ops) {
  std::map<std::pair<std::string, int>, int> writes;
  for (const TestOp& op : ops) {
    if (is_write(op) && ++writes[{op.key, op.value}] > 1) return false;
  }
  return true;
}

TEST(WhiteBoxOracle, AgreesWithTheDefinitionOnPairs) {
  RandomStream random(3, "white box pairs");
  int broken = 0;
  int valid = 0;
  const int rounds = random_rounds() / 2;
  for (int round = 0; round < rounds; ++round) {
    const Versioned versioned = random_versioned(&random);
    if (!unique_values(versioned.ops)) continue;
    const WhiteBoxReport report = white_box(told(versioned), {});
    if (!report.has_versions) continue;
    for (std::size_t i = 0; i < kLevels.size(); ++i) {
      const CheckResult& result = report.by_version[i];
      ASSERT_EQ(result.property, kLevels[i]);
      ASSERT_EQ(result.violation_count, inverted(kLevels[i], versioned))
          << to_notation(versioned.ops) << " " << name_of(kLevels[i]);
      broken += result.violation_count > 0 ? 1 : 0;
      valid += result.validity == Validity::kValid ? 1 : 0;
    }
  }
  EXPECT_GT(broken, rounds / 2);
  EXPECT_GT(valid, rounds / 2);
}

TEST(WhiteBoxOracle, ProvesNothingThatIsFalse) {
  RandomStream random(4, "white box proofs");
  int proofs = 0;
  const int rounds = random_rounds() / 2;
  for (int round = 0; round < rounds; ++round) {
    const Versioned versioned = random_versioned(&random);
    const WhiteBoxReport report = white_box(told(versioned), {});
    for (const CheckResult& result : report.by_version) {
      if (result.validity != Validity::kValid) continue;
      ++proofs;
      ASSERT_TRUE(oracle::no_dirty_read(versioned.ops)) << to_notation(versioned.ops);
      ASSERT_TRUE(oracle::nothing_lost(versioned.ops)) << to_notation(versioned.ops);
      if (result.property == Property::kSingleOrder) continue;
      ASSERT_TRUE(oracle::holds(result.property, versioned.ops))
          << to_notation(versioned.ops) << " " << name_of(result.property);
    }
  }
  EXPECT_GT(proofs, rounds / 4);
}

// A quorum store that numbers writes as they take effect gives the proof, every time.
TEST(WhiteBoxOracle, ProvesEveryHistoryWhoseVersionsAreTheOrderOfEffect) {
  RandomStream random(5, "white box good");
  const int rounds = random_rounds() / 2;
  for (int round = 0; round < rounds; ++round) {
    Versioned versioned{ops_of(history_of(random_linearizable_ops(&random))), {}};
    for (int value = 1; value <= 4; ++value) versioned.versions["x"][value] = value;
    const WhiteBoxReport report = white_box(told(versioned), {});
    for (const CheckResult& result : report.by_version) {
      ASSERT_EQ(result.validity, Validity::kValid)
          << to_notation(versioned.ops) << " " << result.reason;
    }
  }
}

// Replies that lie, or tell nothing: whatever they say, the register checkers are right.
TEST(WhiteBoxOracle, NeverBlamesACheckerThatIsRight) {
  RandomStream random(6, "white box lies");
  int stores = 0;
  int mismatches = 0;
  const int rounds = random_rounds() / 2;
  for (int round = 0; round < rounds; ++round) {
    const Versioned versioned = random_versioned(&random);
    const double lies = random.chance(0.5) ? 0.2 : 0.0;
    const History history = retold(history_of(versioned.ops), [&](std::size_t i) {
      int version = version_of(versioned, versioned.ops[i]);
      if (random.chance(lies)) version = static_cast<int>(random.below(5));
      return Retelling{version == 0 ? "" : fmt::format("{}.aa", version), ""};
    });
    std::vector<CheckResult> black_box;
    for (const Property property : kAllProperties) {
      const auto checker = register_checker(property);
      if (checker != nullptr) black_box.push_back(checker->check(history, Budget{}));
    }
    const WhiteBoxReport report = white_box(history, black_box);
    mismatches += report.mismatch_count > 0 ? 1 : 0;
    for (const Disagreement& found : report.disagreements) {
      ASSERT_EQ(found.blame, Blame::kStoreFault)
          << to_notation(versioned.ops) << " " << found.sentence;
      ++stores;
    }
  }
  EXPECT_GT(stores, rounds / 20);
  EXPECT_GT(mismatches, rounds / 20);
}

// By the definition on pairs alone.
void expect_minimal(const Violation& violation, const Versioned& versioned) {
  Versioned shown{{}, versioned.versions};
  for (const std::size_t index : violation.ops) shown.ops.push_back(versioned.ops[index]);
  ASSERT_LE(shown.ops.size(), 4U);
  ASSERT_GT(inverted(violation.property, shown), 0U) << to_notation(shown.ops);
  for (const TestOp& op : shown.ops) {
    if (is_write(op) || op.value == 0) continue;
    const auto wrote_it = [&op](const TestOp& write) {
      return is_write(write) && write.outcome != Outcome::kFail && write.key == op.key &&
             write.value == op.value;
    };
    if (std::none_of(versioned.ops.begin(), versioned.ops.end(), wrote_it)) continue;
    ASSERT_TRUE(std::any_of(shown.ops.begin(), shown.ops.end(), wrote_it))
        << to_notation(shown.ops);
  }
  for (std::size_t i = 0; i < shown.ops.size(); ++i) {
    const TestOp gone = shown.ops[i];
    Versioned fewer = shown;
    fewer.ops.erase(fewer.ops.begin() + static_cast<std::ptrdiff_t>(i));
    const bool read = std::any_of(fewer.ops.begin(), fewer.ops.end(), [&gone](const TestOp& op) {
      return !is_write(op) && op.value == gone.value;
    });
    if (is_write(gone) && read) continue;
    ASSERT_EQ(inverted(violation.property, fewer), 0U)
        << to_notation(shown.ops) << " without " << i;
  }
}

TEST(WhiteBoxOracle, ShowsOnlyWhatTheInversionNeeds) {
  RandomStream random(7, "white box evidence");
  int shown = 0;
  const int rounds = random_rounds() / 4;
  for (int round = 0; round < rounds; ++round) {
    const Versioned versioned = random_versioned(&random);
    if (!unique_values(versioned.ops)) continue;
    const History history = told(versioned);
    for (const CheckResult& result : white_box(history, {}).by_version) {
      for (const Violation& violation : result.violations) {
        SCOPED_TRACE(to_notation(versioned.ops));
        expect_minimal(violation, versioned);
        if (testing::Test::HasFatalFailure()) return;
        ++shown;
      }
    }
  }
  EXPECT_GT(shown, rounds / 4);
}

}  // namespace
}  // namespace quorate
