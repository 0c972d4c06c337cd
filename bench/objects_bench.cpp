// How long the checkers of sets and counters take, in memory and on one core.
#include <deque>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "base/check.h"
#include "checker/objects/objects.h"
#include "results/history.h"

namespace quorate {
namespace {

// Operations that each take effect when they end, `clients` in flight at all times.
class Maker {
 public:
  explicit Maker(std::size_t clients) : clients_(clients) {}

  // `value`: of the completion; an add tells it at once.
  void invoke(Function function, std::string key, std::string value) {
    const bool full = open_.size() == clients_;
    const std::int32_t process =
        full ? open_.front().process : static_cast<std::int32_t>(open_.size());
    if (full) finish();
    open_.push_back({process, function, std::move(key), std::move(value)});
    tell(open_.back(), EventType::kInvoke);
  }
  // Completes the oldest operation in flight. Reads take their value from `value_of_read`.
  void finish() {
    Open& op = open_.front();
    if (op.function == Function::kRead) op.value = current(op.key);
    if (op.function == Function::kAdd) apply(op);
    tell(op, EventType::kOk);
    open_.pop_front();
  }
  History build() {
    while (!open_.empty()) finish();
    return builder_.build();
  }
  bool sets = true;
  std::vector<std::string> lists;  // by set
  std::vector<std::int64_t> sums;  // by counter

 private:
  struct Open {
    std::int32_t process;
    Function function;
    std::string key;
    std::string value;
  };
  std::string current(const std::string& key) const {
    const std::size_t number = std::stoul(key);
    return sets ? fmt::format("[{}]", lists[number]) : fmt::format("{}", sums[number]);
  }
  void apply(const Open& op) {
    const std::size_t number = std::stoul(op.key);
    if (!sets) {
      sums[number] += std::stol(op.value);
      return;
    }
    std::string& list = lists[number];
    list += (list.empty() ? "" : ",") + op.value;
  }
  void tell(const Open& op, EventType type) {
    ClientEvent event;
    event.index = at_;
    event.time_ns = 1000 * at_++;
    event.process = op.process;
    event.type = type;
    event.function = op.function;
    event.key = op.key;
    if (op.function == Function::kAdd || type == EventType::kOk) event.value = op.value;
    const auto added = builder_.add(event);
    QUORATE_CHECK(added.has_value(), "{}", added.error().to_string());
  }

  const std::size_t clients_;
  HistoryBuilder builder_;
  std::deque<Open> open_;
  Position at_ = 0;
};

// Sets of `elements` each, one after the other; every other operation reads.
History set_history(std::int64_t operations, std::int64_t elements) {
  Maker maker(10);
  for (std::int64_t i = 0; i < operations; ++i) {
    const std::int64_t set = i / (2 * elements);
    if (static_cast<std::size_t>(set) == maker.lists.size()) maker.lists.emplace_back();
    const bool add = i % 2 == 0;
    maker.invoke(add ? Function::kAdd : Function::kRead, fmt::format("{}", set),
                 add ? fmt::format("{}", i) : "");
  }
  return maker.build();
}

History counter_history(std::int64_t operations, std::int64_t counters) {
  Maker maker(10);
  maker.sets = false;
  maker.sums.assign(static_cast<std::size_t>(counters), 0);
  for (std::int64_t i = 0; i < operations; ++i) {
    maker.invoke(i % 2 == 0 ? Function::kAdd : Function::kRead, fmt::format("{}", i / 2 % counters),
                 i % 2 == 0 ? "1" : "");
  }
  return maker.build();
}

void judge(const Checker& checker, const History& history) {
  const CheckResult result = checker.check(history, Budget{});
  QUORATE_CHECK(result.validity == Validity::kValid, "{}", result.reason);
}

void sets(benchmark::State& state, Property property) {
  const History history = set_history(state.range(0), state.range(1));
  const auto checker = set_checker(property, SetView::kObject);
  for (auto _ : state) judge(*checker, history);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void counters(benchmark::State& state, Property property) {
  const History history = counter_history(state.range(0), state.range(1));
  const auto checker = counter_checker(property, CounterView::kObject);
  for (auto _ : state) judge(*checker, history);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void sizes(benchmark::internal::Benchmark* bench) {
  bench->Unit(benchmark::kMillisecond);
  for (const std::int64_t operations : {10'000, 100'000, 1'000'000}) {
    bench->Args({operations, 100});
  }
}

BENCHMARK_CAPTURE(sets, latest, Property::kLatest)->Apply(sizes);
BENCHMARK_CAPTURE(sets, linearizable, Property::kLinearizable)->Apply(sizes)->Args({20'000, 1000});
BENCHMARK_CAPTURE(sets, no_lost_write, Property::kNoLostWrite)->Apply(sizes);
BENCHMARK_CAPTURE(counters, latest, Property::kLatest)->Apply(sizes);
BENCHMARK_CAPTURE(counters, linearizable, Property::kLinearizable)
    ->Apply(sizes)
    ->Args({1'000'000, 1});

}  // namespace
}  // namespace quorate
