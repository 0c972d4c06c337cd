// The search, with and without looking ahead, agrees with the O(n log n) check of registers with
// unique values on histories of some length, where the definition would take for ever.
#include "checker/general/search.h"

#include <gtest/gtest.h>

#include "checker/general/models/make_model.h"
#include "checker/general/test/object_history.h"
#include "checker/test/random_history.h"

namespace quorate {
namespace {

// Four clients back to back; reads see the register, or now and then what it held before.
std::vector<ObjectOp> some_clients(int count, double wrong, RandomStream* random) {
  constexpr std::size_t kClients = 4;
  std::vector<ObjectOp> ops;
  std::vector<std::size_t> current(kClients, 0);
  std::vector<int> phase(kClients, 0);  // 0 idle, 1 invoked, 2 took effect
  std::vector<std::string> held{""};
  Position now = 0;
  while (static_cast<int>(ops.size()) < count || phase != std::vector<int>(kClients, 0)) {
    const std::size_t client = random->below(kClients);
    if (phase[client] == 0) {
      if (static_cast<int>(ops.size()) >= count) continue;
      current[client] = ops.size();
      ObjectOp& op = ops.emplace_back();
      op.function = random->chance(0.5) ? Function::kRead : Function::kWrite;
      op.start = ++now;
      if (op.function == Function::kWrite) op.value = std::to_string(ops.size());
    } else if (phase[client] == 1) {
      ObjectOp& op = ops[current[client]];
      if (op.function == Function::kWrite) held.push_back(op.value);
      const bool old = held.size() > 1 && random->chance(wrong);
      if (op.function == Function::kRead) op.value = held[held.size() - (old ? 2 : 1)];
    } else {
      ObjectOp& op = ops[current[client]];
      const bool info = op.function == Function::kWrite && random->chance(0.1);
      op.outcome = info ? Outcome::kInfo : Outcome::kOk;
      op.end = info ? kNever : ++now;
    }
    phase[client] = (phase[client] + 1) % 3;
  }
  return ops;
}

TEST(Search, AgreesWithTheOrderOfUniqueValuesWithAndWithoutLookingAhead) {
  RandomStream random(1, "search");
  const auto checker = linearizable_checker(ModelKind::kRegister);
  SearchBudget budget({}, monotonic_now());
  const int rounds = random_rounds() / 20;
  int bad = 0;
  for (int round = 0; round < rounds; ++round) {
    const std::vector<ObjectOp> ops = some_clients(40, 0.08, &random);
    const History history = history_of(ops);
    const CheckResult expected = (*checker)->check(history, {});
    ASSERT_EQ(expected.measures["keys_searched"], 0);
    const KeyIndex keys(history);
    const KeyCalls calls(history, keys.ops(0), make_model(ModelKind::kRegister, history, {}));
    for (const bool look_ahead : {true, false}) {
      // Once with what is sure to have happened known, once with all that may have.
      for (const bool reduced : {true, false}) {
        const SearchResult result =
            search(reduced ? reduce(calls.all(), calls.model()) : calls.all(), &calls.model(),
                   &budget, {.look_ahead = look_ahead});
        ASSERT_EQ(result.answer == SearchResult::Answer::kLinearizable,
                  expected.validity == Validity::kValid)
            << to_text(ops);
      }
    }
    bad += expected.validity == Validity::kInvalid ? 1 : 0;
  }
  EXPECT_GT(bad, rounds / 10);
  EXPECT_LT(bad, rounds * 9 / 10);
}

// An online search stops at the first return that nothing can explain; the one that looks ahead
// claims no shorter history bad than that.
TEST(Search, ItsBadEndIsBadAndNotBeforeTheFirstBadReturn) {
  RandomStream random(2, "search");
  SearchBudget budget({}, monotonic_now());
  int bad = 0;
  for (int round = 0; round < random_rounds() / 20; ++round) {
    std::vector<ObjectOp> ops = some_clients(30, 0.15, &random);
    for (ObjectOp& op : ops) {
      if (!op.value.empty()) op.value = std::to_string(std::stoi(op.value) % 5 + 1);
    }
    const History history = history_of(ops);
    const KeyIndex keys(history);
    const KeyCalls calls(history, keys.ops(0), make_model(ModelKind::kRegister, history, {}));
    const SearchResult ahead = search(calls.all(), &calls.model(), &budget);
    const SearchResult online = search(calls.all(), &calls.model(), &budget, {.look_ahead = false});
    ASSERT_EQ(ahead.answer, online.answer) << to_text(ops);
    if (ahead.answer == SearchResult::Answer::kLinearizable) continue;
    ++bad;
    ASSERT_GE(ahead.bad_end, online.bad_end) << to_text(ops);
    for (const Position end : {ahead.bad_end, online.bad_end}) {
      const SearchResult prefix =
          search(cut(calls.all(), calls.model(), end), &calls.model(), &budget);
      ASSERT_EQ(prefix.answer, SearchResult::Answer::kNotLinearizable) << to_text(ops);
    }
    const SearchResult before =
        search(cut(calls.all(), calls.model(), online.bad_end - 1), &calls.model(), &budget);
    ASSERT_EQ(before.answer, SearchResult::Answer::kLinearizable) << to_text(ops);
  }
  EXPECT_GT(bad, 50);
}

}  // namespace
}  // namespace quorate
