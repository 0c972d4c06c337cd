// The judge against the definitions taken word for word (every order of the operations is tried),
// and against the repository's checkers.
#include "simulation/judge.h"

#include <algorithm>
#include <numeric>

#include <gtest/gtest.h>

#include "base/random.h"
#include "checker/checker.h"

namespace quorate::simulation {
namespace {

// Two processes' worth of small random operations, many of them absurd.
SmallHistory random_history(std::uint64_t seed) {
  RandomStream random(seed, "histories");
  SmallHistory history;
  const std::size_t count = 2 + random.below(4);
  std::vector<Position> positions(2 * count);
  std::iota(positions.begin(), positions.end(), 0);
  random.shuffle(&positions);
  Value writes = 0;
  for (std::size_t i = 0; i < count; ++i) {
    Operation operation;
    operation.process = static_cast<std::uint32_t>(i);
    operation.function = random.chance(0.5) ? Function::kWrite : Function::kRead;
    operation.outcome = Outcome::kOk;
    operation.invoked = std::min(positions[2 * i], positions[2 * i + 1]);
    operation.completed = std::max(positions[2 * i], positions[2 * i + 1]);
    if (operation.is_write()) operation.value = ++writes;
    if (operation.is_write() && random.chance(0.2)) {
      operation.outcome = Outcome::kInfo;
      operation.completed = kNever;
    }
    history.operations.push_back(operation);
  }
  for (Operation& operation : history.operations) {
    if (!operation.is_write()) operation.value = static_cast<Value>(random.below(writes + 1));
  }
  std::sort(history.operations.begin(), history.operations.end(),
            [](const Operation& a, const Operation& b) { return a.invoked < b.invoked; });
  return history;
}

bool respects_time(const std::vector<Operation>& order) {
  for (std::size_t i = 0; i < order.size(); ++i) {
    for (std::size_t j = i + 1; j < order.size(); ++j) {
      if (order[j].completed < order[i].invoked) return false;
    }
  }
  return true;
}

bool reads_are_right(const std::vector<Operation>& order) {
  Value held = 0;
  for (const Operation& operation : order) {
    if (operation.is_write()) held = operation.value;
    if (!operation.is_write() && operation.value != held) return false;
  }
  return true;
}

// One total order of all operations, in which those of unknown outcome may also come last.
bool has_order(std::vector<Operation> operations) {
  const auto by_value = [](const Operation& a, const Operation& b) {
    return a.invoked < b.invoked;
  };
  std::sort(operations.begin(), operations.end(), by_value);
  do {
    if (respects_time(operations) && reads_are_right(operations)) return true;
  } while (std::next_permutation(operations.begin(), operations.end(), by_value));
  return false;
}

std::vector<Operation> writes_and(const SmallHistory& history, const Operation& read) {
  std::vector<Operation> operations;
  for (const Operation& one : history.operations) {
    if (one.is_write()) operations.push_back(one);
  }
  operations.push_back(read);
  return operations;
}

// For every read alone there is an order of all writes and it (theory: section 1.1, weak).
bool is_latest(const SmallHistory& history) {
  return std::all_of(history.operations.begin(), history.operations.end(),
                     [&history](const Operation& one) {
                       return one.is_write() || has_order(writes_and(history, one));
                     });
}

// One order of all writes into which each read fits alone (theory: section 1.1, single order).
bool has_single_order(const SmallHistory& history) {
  std::vector<Operation> writes;
  for (const Operation& one : history.operations) {
    if (one.is_write()) writes.push_back(one);
  }
  const auto by_invocation = [](const Operation& a, const Operation& b) {
    return a.invoked < b.invoked;
  };
  const auto fits = [&writes](const Operation& read) {
    for (std::size_t slot = 0; slot <= writes.size(); ++slot) {
      std::vector<Operation> order = writes;
      order.insert(order.begin() + static_cast<std::ptrdiff_t>(slot), read);
      if (respects_time(order) && reads_are_right(order)) return true;
    }
    return false;
  };
  do {
    const bool fit = respects_time(writes) &&
                     std::all_of(history.operations.begin(), history.operations.end(),
                                 [&](const Operation& one) { return one.is_write() || fits(one); });
    if (fit) return true;
  } while (std::next_permutation(writes.begin(), writes.end(), by_invocation));
  return false;
}

TEST(Judge, AgreesWithTheDefinitionsOnRandomHistories) {
  int broken_once = 0;
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    const SmallHistory history = random_history(seed);
    const Broken broken = judge(history);
    const auto is = [&broken](Property property) { return broken.test(column_of(property)); };
    const bool linearizable = has_order(history.operations);
    ASSERT_EQ(is(Property::kLinearizable), !linearizable) << seed << "\n" << to_string(history);
    ASSERT_EQ(is(Property::kLatest), !is_latest(history)) << seed << "\n" << to_string(history);
    ASSERT_EQ(is(Property::kSingleOrder), !has_single_order(history)) << seed << "\n"
                                                                      << to_string(history);
    if (!linearizable && is_latest(history)) ++broken_once;
  }
  EXPECT_GT(broken_once, 20) << "the histories tell the properties apart";
}

History as_history(const SmallHistory& small) {
  std::vector<ClientEvent> events;
  std::vector<std::string> values;
  for (const Operation& one : small.operations) values.push_back(std::to_string(one.value));
  for (std::size_t i = 0; i < small.operations.size(); ++i) {
    const Operation& one = small.operations[i];
    ClientEvent event;
    event.process = static_cast<std::int32_t>(one.process);
    event.function = one.function;
    event.key = "\"x\"";
    if (one.is_write()) event.value = values[i];
    event.index = one.invoked;
    events.push_back(event);
    if (one.completed == kNever) continue;
    event.type = EventType::kOk;
    if (one.value != 0) event.value = values[i];
    event.index = one.completed;
    events.push_back(event);
  }
  std::sort(events.begin(), events.end(),
            [](const ClientEvent& a, const ClientEvent& b) { return a.index < b.index; });
  HistoryBuilder builder;
  for (const ClientEvent& event : events) EXPECT_TRUE(builder.add(event));
  return builder.build();
}

TEST(Judge, AgreesWithTheCheckersOnRandomHistories) {
  for (const Property property :
       {Property::kLatest, Property::kWriteOrder, Property::kLinearizable}) {
    const auto checker = register_checker(property);
    ASSERT_NE(checker, nullptr);
    for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
      const SmallHistory history = random_history(seed);
      const bool valid = checker->check(as_history(history), {}).validity == Validity::kValid;
      ASSERT_EQ(judge(history).test(column_of(property)), !valid)
          << name_of(property) << " " << seed << "\n"
          << to_string(history);
    }
  }
}

Operation operation_of(std::uint32_t process, Function function, Value value, Position from,
                       std::uint64_t counter) {
  Operation operation;
  operation.process = process;
  operation.function = function;
  operation.value = value;
  operation.invoked = from;
  operation.completed = from + 1;
  operation.outcome = Outcome::kOk;
  operation.version.counter = counter;
  return operation;
}

TEST(Judge, TellsTheSessionGuaranteesApart) {
  const auto only = [](Property property, const std::vector<Operation>& operations) {
    const Broken broken = judge({operations, {}});
    for (const Property session : {Property::kMonotonicReads, Property::kReadYourWrites,
                                   Property::kMonotonicWrites, Property::kWritesFollowReads}) {
      EXPECT_EQ(broken.test(column_of(session)), session == property) << name_of(session);
    }
  };
  constexpr auto kRead = Function::kRead;
  constexpr auto kWrite = Function::kWrite;
  only(Property::kReadYourWrites,
       {operation_of(1, kWrite, 1, 0, 1), operation_of(1, kRead, 0, 2, 0)});
  only(Property::kMonotonicReads,
       {operation_of(1, kWrite, 1, 0, 1), operation_of(1, kWrite, 2, 2, 2),
        operation_of(2, kRead, 2, 4, 2), operation_of(2, kRead, 1, 6, 1)});
  only(Property::kMonotonicWrites,
       {operation_of(1, kWrite, 1, 0, 2), operation_of(1, kWrite, 2, 2, 1)});
  only(Property::kWritesFollowReads,
       {operation_of(1, kWrite, 1, 0, 2), operation_of(2, kRead, 1, 2, 2),
        operation_of(2, kWrite, 2, 4, 1)});
}

TEST(Judge, FlagsALostWriteAndReplicasThatDiffer) {
  SmallHistory history;
  history.operations = {operation_of(1, Function::kWrite, 1, 0, 1),
                        operation_of(1, Function::kWrite, 2, 2, 2),
                        operation_of(2, Function::kRead, 1, 4, 1)};
  history.operations.back().final_read = true;
  history.replicas = {{{1, 1, 1}, false, "v1"}, {{1, 1, 1}, false, "v1"}};
  EXPECT_TRUE(judge(history).test(column_of(Property::kNoLostWrite)));
  EXPECT_FALSE(judge(history).test(column_of(Property::kConverges)));
  history.operations[1].completed = kNever;
  history.operations[1].outcome = Outcome::kInfo;
  history.replicas.back().value = "v2";
  EXPECT_FALSE(judge(history).test(column_of(Property::kNoLostWrite))) << "never acknowledged";
  EXPECT_TRUE(judge(history).test(column_of(Property::kConverges)));
}

}  // namespace
}  // namespace quorate::simulation
