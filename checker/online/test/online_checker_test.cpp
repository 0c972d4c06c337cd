// The online checker against the offline ones, on every prefix of many random histories.
#include "checker/online/online_checker.h"

#include <map>
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "checker/test/random_history.h"

namespace quorate {
namespace {

constexpr Property kStreamed[] = {Property::kLatest, Property::kWriteOrder,
                                  Property::kLinearizable};

using FirstBad = std::map<Property, Position>;

// Feeds the events one by one; the events' views live only as long as the call.
FirstBad online(const std::vector<TestOp>& ops) {
  OnlineChecker checker;
  play(ops, true, [&checker](const ClientEvent& event) { checker.add(event); });
  FirstBad found;
  for (const Property property : kStreamed) {
    if (const OnlineFinding* finding = checker.broken(property)) found[property] = finding->at;
  }
  return found;
}

// The history's first `events` events.
History prefix(const std::vector<TestOp>& ops, int events) {
  HistoryBuilder builder;
  play(ops, true, [&](const ClientEvent& event) {
    if (events-- > 0) QUORATE_CHECK(builder.add(event).has_value());
  });
  return builder.build();
}

FirstBad offline_on_every_prefix(const std::vector<TestOp>& ops) {
  std::vector<Position> positions;
  play(ops, true, [&](const ClientEvent& event) { positions.push_back(event.index); });
  FirstBad found;
  for (std::size_t events = 1; events <= positions.size(); ++events) {
    const History history = prefix(ops, static_cast<int>(events));
    for (const Property property : kStreamed) {
      if (found.contains(property)) continue;
      const CheckResult result = register_checker(property)->check(history, Budget{});
      if (result.validity == Validity::kInvalid) found[property] = positions[events - 1];
    }
  }
  return found;
}

TEST(OnlineChecker, FlagsExactlyTheFirstBadPrefixOfRandomHistories) {
  RandomStream random(11, "online");
  const int rounds = random_rounds() / 2;
  int broken = 0;
  int valid = 0;
  for (int round = 0; round < rounds; ++round) {
    auto ops = round % 3 == 0 ? random_linearizable_ops(&random) : random_ops(&random);
    if (round % 3 == 1) ops = mutate(random_linearizable_ops(&random), &random);
    const FirstBad expected = offline_on_every_prefix(ops);
    ASSERT_EQ(online(ops), expected) << to_notation(ops);
    ++(expected.empty() ? valid : broken);
  }
  EXPECT_GT(broken, rounds / 6);
  EXPECT_GT(valid, rounds / 8);
}

// Long enough that much is forgotten on the way; `stale` of the reads return an old value.
std::vector<TestOp> long_history(RandomStream* random, std::size_t count, double stale) {
  std::vector<TestOp> ops;
  std::vector<int> written = {0};
  for (std::size_t i = 0; i < count; ++i) {
    TestOp op;
    op.function = random->chance(0.5) ? Function::kWrite : Function::kRead;
    if (op.function == Function::kWrite) written.push_back(static_cast<int>(written.size()));
    op.value = written.back();
    if (op.function == Function::kRead && random->chance(stale)) op.value = random->pick(written);
    const auto at = static_cast<Position>(100 * (i + 10));
    op.start = at - static_cast<Position>(10 * random->below(60)) + 1;
    op.end = at + static_cast<Position>(10 * random->below(60)) + 2;
    if (op.function == Function::kWrite && random->chance(0.03)) {
      op.outcome = Outcome::kInfo;
      op.end = kNever;
    }
    ops.push_back(op);
  }
  std::map<Position, bool> taken;  // positions are all different
  for (TestOp& op : ops) {
    while (!taken.emplace(op.start, true).second) --op.start;
    while (op.end != kNever && !taken.emplace(op.end, true).second) ++op.end;
  }
  return ops;
}

// The first bad prefix by bisection: broken once is broken for ever.
std::optional<Position> first_bad(Property property, const std::vector<TestOp>& ops) {
  std::vector<Position> positions;
  play(ops, true, [&](const ClientEvent& event) { positions.push_back(event.index); });
  const auto bad = [&](std::size_t events) {
    const History history = prefix(ops, static_cast<int>(events));
    return register_checker(property)->check(history, Budget{}).validity == Validity::kInvalid;
  };
  if (!bad(positions.size())) return std::nullopt;
  std::size_t good = 0;
  std::size_t known_bad = positions.size();
  while (known_bad - good > 1) {
    const std::size_t middle = (good + known_bad) / 2;
    (bad(middle) ? known_bad : good) = middle;
  }
  return positions[known_bad - 1];
}

TEST(OnlineChecker, FlagsExactlyTheFirstBadPrefixWhereMuchWasForgotten) {
  RandomStream random(12, "long");
  const int rounds = random_rounds() / 200;
  std::map<Property, int> broken;
  for (int round = 0; round < rounds; ++round) {
    const auto ops = long_history(&random, 600, round % 2 == 0 ? 0.0 : 0.003);
    const FirstBad found = online(ops);
    for (const Property property : kStreamed) {
      const auto expected = first_bad(property, ops);
      const auto flagged = found.find(property);
      ASSERT_EQ(flagged != found.end(), expected.has_value()) << name_of(property);
      if (!expected) continue;
      ASSERT_EQ(flagged->second, *expected) << name_of(property);
      ++broken[property];
    }
  }
  for (const Property property : kStreamed) {
    EXPECT_GT(broken[property], rounds / 10) << name_of(property);
    EXPECT_LT(broken[property], rounds) << name_of(property);
  }
}

TEST(OnlineChecker, RemembersNoMoreThanWhatIsInFlight) {
  RandomStream random(13, "memory");
  OnlineChecker checker;
  std::size_t most = 0;
  std::size_t infos = 0;
  auto ops = long_history(&random, 50'000, 0);
  play(ops, true, [&](const ClientEvent& event) {
    checker.add(event);
    most = std::max(most, checker.remembered());
  });
  for (const TestOp& op : ops) infos += op.outcome == Outcome::kInfo ? 1 : 0;
  EXPECT_LT(most, infos + 1000) << "about 25 000 values were written, " << infos
                                << " without an end";
  EXPECT_GT(most, 0U);
}

ClientEvent event_of(Position index, std::int32_t process, EventType type, Function function,
                     std::string_view key, std::string_view value) {
  ClientEvent event;
  event.index = index;
  event.process = process;
  event.type = type;
  event.function = function;
  event.key = key;
  event.value = value;
  return event;
}

TEST(OnlineChecker, NamesKeyValueAndPlace) {
  OnlineChecker checker;
  using enum Function;
  using enum EventType;
  checker.add(event_of(0, 1, kInvoke, kWrite, "\"a\"", "1"));
  checker.add(event_of(1, 1, kOk, kWrite, "\"a\"", "1"));
  checker.add(event_of(2, 1, kInvoke, kWrite, "\"b\"", "1"));
  checker.add(event_of(3, 1, kOk, kWrite, "\"b\"", "1"));
  checker.add(event_of(4, 2, kInvoke, kRead, "\"b\"", ""));
  EXPECT_TRUE(checker.findings().empty());
  checker.add(event_of(5, 2, kOk, kRead, "\"b\"", ""));
  const OnlineFinding* finding = checker.broken(Property::kLatest);
  ASSERT_NE(finding, nullptr);
  EXPECT_EQ(finding->at, 5);
  EXPECT_EQ(finding->key, "\"b\"");
  EXPECT_EQ(finding->value, "");
  EXPECT_EQ(checker.broken(Property::kNoDirtyRead), nullptr);
}

TEST(OnlineChecker, CallsAReadOfAWriteThatFailsADirtyRead) {
  for (const bool read_first : {true, false}) {
    OnlineChecker checker;
    using enum Function;
    using enum EventType;
    checker.add(event_of(0, 1, kInvoke, kWrite, "", "1"));
    if (!read_first) checker.add(event_of(1, 1, kFail, kWrite, "", "1"));
    checker.add(event_of(2, 2, kInvoke, kRead, "", ""));
    checker.add(event_of(3, 2, kOk, kRead, "", "1"));
    if (read_first) checker.add(event_of(4, 1, kFail, kWrite, "", "1"));
    ASSERT_NE(checker.broken(Property::kLinearizable), nullptr);
    EXPECT_EQ(checker.broken(Property::kLinearizable)->at, read_first ? 4 : 3);
    EXPECT_EQ(checker.broken(Property::kNoDirtyRead) != nullptr, read_first);
  }
}

TEST(OnlineChecker, LeavesOutAKeyWhoseValuesAreNotUnique) {
  OnlineChecker checker;
  play(parse_ops("W1[1,2] W1[3,4] R0[5,6] y:W2[7,8] y:R0[9,10]"), true,
       [&checker](const ClientEvent& event) { checker.add(event); });
  EXPECT_EQ(checker.skipped_keys(), 1U);
  ASSERT_NE(checker.broken(Property::kLatest), nullptr);
  EXPECT_EQ(checker.broken(Property::kLatest)->at, 10);
}

}  // namespace
}  // namespace quorate
