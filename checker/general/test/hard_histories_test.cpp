// Histories on which a search over configurations gives no answer in minutes: here in milliseconds,
// or, where they really are hard, unknown within the budget.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "checker/general/general_checker.h"
#include "checker/general/test/object_history.h"

namespace quorate {
namespace {

// Clients back to back on one register, each operation in effect at a moment of its interval.
class Clients {
 public:
  Clients(int clients, double info_share, double reads, RandomStream* random)
      : clients_(clients), info_share_(info_share), reads_(reads), random_(random) {}

  std::vector<ObjectOp> run(int operations) {
    limit_ = operations - clients_;
    for (int client = 0; client < clients_; ++client) invoke();
    while (static_cast<int>(ops_.size()) < operations) {
      step();
    }
    while (!waiting_.empty() || !done_.empty()) step();
    return ops_;
  }

 private:
  void invoke() {
    ObjectOp op;
    op.function = random_->chance(reads_) ? Function::kRead : Function::kWrite;
    op.start = ++now_;
    if (op.function == Function::kWrite) op.value = std::to_string(++last_value_);
    waiting_.push_back(ops_.size());
    ops_.push_back(op);
  }
  void take_effect() {
    const std::size_t at = random_->below(waiting_.size());
    ObjectOp& op = ops_[waiting_[at]];
    if (op.function == Function::kRead) op.value = value_;
    const bool info = op.function == Function::kWrite && random_->chance(info_share_);
    if (op.function == Function::kWrite && !(info && random_->chance(0.5))) value_ = op.value;
    if (info) op.outcome = Outcome::kInfo;
    done_.push_back(waiting_[at]);
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  void step() {
    if (!waiting_.empty() && (done_.empty() || random_->chance(0.5))) return take_effect();
    const std::size_t at = random_->below(done_.size());
    ObjectOp& op = ops_[done_[at]];
    op.end = op.outcome == Outcome::kInfo ? kNever : ++now_;
    done_.erase(done_.begin() + static_cast<std::ptrdiff_t>(at));
    if (last_invoked_ < limit_) invoke();
    ++last_invoked_;
  }

  int clients_;
  double info_share_;
  double reads_;
  RandomStream* random_;
  std::vector<ObjectOp> ops_;
  std::vector<std::size_t> waiting_;
  std::vector<std::size_t> done_;
  std::string value_;
  Position now_ = 0;
  int last_value_ = 0;
  int last_invoked_ = 0;
  int limit_ = 0;
};

std::vector<ObjectOp> clients(int count, int operations, double info_share, RandomStream* random) {
  Clients run(count, info_share, 0.5, random);
  return run.run(operations);
}

CheckResult check(ModelKind model, const std::vector<ObjectOp>& ops, const Budget& budget = {}) {
  return (*linearizable_checker(model))->check(history_of(ops), budget);
}

TEST(HardHistories, TwentyClientsOnOneKeyAreJudged) {
  RandomStream random(3, "twenty clients");
  const std::vector<ObjectOp> ops = clients(20, 1000, 0.0, &random);
  EXPECT_EQ(check(ModelKind::kRegister, ops).validity, Validity::kValid);
}

// The last read but one of a stale value among many writes of unknown outcome.
TEST(HardHistories, OneStaleReadAmongUnknownWritesIsFound) {
  RandomStream random(4, "five clients");
  std::vector<ObjectOp> ops = clients(5, 1000, 0.05, &random);
  EXPECT_EQ(check(ModelKind::kRegister, ops).validity, Validity::kValid);
  std::vector<ObjectOp> by_start = ops;
  std::sort(by_start.begin(), by_start.end(),
            [](const ObjectOp& a, const ObjectOp& b) { return a.start < b.start; });
  std::string old;
  std::size_t stale = 0;
  for (std::size_t i = 0; i < by_start.size(); ++i) {
    const ObjectOp& op = by_start[i];
    if (op.function == Function::kWrite && op.outcome == Outcome::kOk && old.empty())
      old = op.value;
    if (op.function == Function::kRead && op.outcome == Outcome::kOk && i > 800) stale = i;
  }
  by_start[stale].value = old;
  const CheckResult result = check(ModelKind::kRegister, by_start);
  ASSERT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.violations.at(0).anomaly, "stale read");
  EXPECT_EQ(result.violations.at(0).ops.size(), 3U);
}

// The same, where values repeat, so that it has to be searched.
TEST(HardHistories, AStaleReadAmongRepeatingValuesIsFound) {
  RandomStream random(5, "repeating");
  std::vector<ObjectOp> ops = clients(8, 2000, 0.03, &random);
  for (ObjectOp& op : ops) {
    if (!op.value.empty()) op.value = std::to_string(std::stoi(op.value) % 300);
  }
  EXPECT_EQ(check(ModelKind::kRegister, ops).validity, Validity::kValid);
}

TEST(HardHistories, AMillionOperationsOnOneKeyAreJudged) {
  HistoryBuilder builder;
  constexpr int kOperations = 1'000'000;
  builder.reserve(kOperations);
  Position now = 0;
  const auto add = [&](EventType type, Function function, int process, const std::string& value) {
    ClientEvent event;
    event.index = now++;
    event.process = process;
    event.type = type;
    event.function = function;
    event.key = "\"x\"";
    event.value = value;
    ASSERT_TRUE(builder.add(event).has_value());
  };
  // A writer and a reader that always overlap; the read sees the write before or the one beside it.
  for (int i = 1; i <= kOperations / 2; ++i) {
    const std::string value = std::to_string(i);
    const std::string seen = std::to_string(i % 3 == 0 ? i - 1 : i);
    add(EventType::kInvoke, Function::kWrite, 1, value);
    add(EventType::kInvoke, Function::kRead, 2, "");
    add(EventType::kOk, Function::kRead, 2, seen);
    add(EventType::kOk, Function::kWrite, 1, value);
  }
  const History history = builder.build();
  const CheckResult result = (*linearizable_checker(ModelKind::kRegister))->check(history, {});
  EXPECT_EQ(result.validity, Validity::kValid);
  EXPECT_EQ(result.measures["keys_searched"], 0);
}

// All in flight at once: cas between few values, of which no walk takes all and ends where the read
// says.
std::vector<ObjectOp> maze(const std::string& key, Position from) {
  std::vector<ObjectOp> ops;
  RandomStream random(6, "maze");
  constexpr int kValues = 7;
  Position now = from;
  ops.push_back({Function::kWrite, "0", now + 1, now + 2, Outcome::kOk, key});
  now += 2;
  std::vector<int> walk{0};
  for (int i = 0; i < 60; ++i) walk.push_back(static_cast<int>(random.below(kValues)));
  for (std::size_t i = 0; i + 1 < walk.size(); ++i) {
    ObjectOp op;
    op.function = Function::kCas;
    op.value = "[" + std::to_string(walk[i]) + "," + std::to_string(walk[i + 1]) + "]";
    op.start = ++now;
    op.key = key;
    ops.push_back(op);
  }
  for (std::size_t i = 1; i < ops.size(); ++i) ops[i].end = ++now;
  const int wrong = (walk.back() + 1) % kValues;
  ops.push_back({Function::kRead, std::to_string(wrong), now + 1, now + 2, Outcome::kOk, key});
  return ops;
}

TEST(HardHistories, ASearchEndsWithinItsTimeAndNamesTheKey) {
  const Instant began = monotonic_now();
  const CheckResult result =
      check(ModelKind::kCasRegister, maze("\"hard\"", 0), {std::chrono::milliseconds(200)});
  const Duration took = monotonic_now() - began;
  EXPECT_EQ(result.validity, Validity::kUnknown);
  EXPECT_NE(result.reason.find("hard"), std::string::npos) << result.reason;
  EXPECT_NE(result.reason.find("time budget"), std::string::npos) << result.reason;
  EXPECT_EQ(result.measures["keys_unknown"], 1);
  EXPECT_LT(took, std::chrono::milliseconds(2000));  // 400 on a machine of its own
}

TEST(HardHistories, ASearchEndsWithinItsMemoryAndNamesTheKey) {
  constexpr std::size_t kBytes = std::size_t{4} << 20;
  const CheckResult result =
      check(ModelKind::kCasRegister, maze("\"hard\"", 0), {std::chrono::seconds(60), kBytes});
  EXPECT_EQ(result.validity, Validity::kUnknown);
  EXPECT_NE(result.reason.find("hard"), std::string::npos) << result.reason;
  EXPECT_NE(result.reason.find("memory budget"), std::string::npos) << result.reason;
  EXPECT_LE(result.measures["bytes_peak"].get<std::size_t>(), kBytes);
  EXPECT_GT(result.measures["bytes_peak"].get<std::size_t>(), kBytes / 4);
}

TEST(HardHistories, WhatWasProvenOfOtherKeysStays) {
  std::vector<ObjectOp> ops = maze("\"hard\"", 0);
  const Position end = ops.back().end;
  for (ObjectOp op : parse_object_ops("W1[1,2] W1[3,4] W2[5,6] R1[7,8]")) {
    op.start += end;
    op.end += end;
    op.key = "\"bad\"";
    ops.push_back(op);
  }
  const CheckResult result =
      check(ModelKind::kCasRegister, ops, {std::chrono::seconds(60), std::size_t{4} << 20});
  EXPECT_EQ(result.validity, Validity::kInvalid);
  EXPECT_EQ(result.violations.at(0).key, "bad");
  EXPECT_EQ(result.measures["keys_unknown"], 1);
  EXPECT_NE(result.reason.find("hard"), std::string::npos) << result.reason;
}

TEST(HardHistories, ThreadsDoNotChangeTheResult) {
  RandomStream random(7, "threads");
  std::vector<ObjectOp> ops;
  Position shift = 0;
  for (int key = 0; key < 30; ++key) {
    std::vector<ObjectOp> some = clients(4, 1000, 0.01, &random);
    Position end = shift;
    for (ObjectOp& op : some) {
      op.key = "\"k" + std::to_string(key) + "\"";
      op.start += shift;
      if (op.end != kNever) op.end += shift;
      end = std::max(end, op.end == kNever ? op.start : op.end);
      if (!op.value.empty()) op.value = std::to_string(std::stoi(op.value) % 100);
      if (key % 7 == 3 && op.function == Function::kRead && op.value == "5") op.value = "50";
      ops.push_back(op);
    }
    shift = end;
  }
  const History history = history_of(ops);
  const auto checker = linearizable_checker(ModelKind::kRegister);
  const CheckResult first = (*checker)->check(history, {});
  const CheckResult second = (*checker)->check(history, {});
  EXPECT_EQ(first.validity, Validity::kInvalid);
  EXPECT_EQ(first.measures["search_steps"], second.measures["search_steps"]);
  ASSERT_EQ(first.violations.size(), second.violations.size());
  for (std::size_t i = 0; i < first.violations.size(); ++i) {
    EXPECT_EQ(first.violations[i].lines, second.violations[i].lines);
  }
}

}  // namespace
}  // namespace quorate
