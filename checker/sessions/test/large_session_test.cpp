// A million operations, budgets, and shapes that would hurt a careless algorithm.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/check.h"
#include "base/random.h"
#include "checker/sessions/sessions.h"

namespace quorate {
namespace {

struct Shape {
  std::int32_t sessions = 20;
  int operations = 1'000'000;
  int keys = 10;
  double info = 0;  // of the writes; the process retires
  bool versions = false;
};

// A store that applies one operation after the other, so all that is asked holds.
class Generator {
 public:
  explicit Generator(const Shape& shape) : shape_(shape) {
    for (std::int32_t i = 0; i < shape.sessions; ++i) processes_.push_back(next_process_++);
    written_.assign(static_cast<std::size_t>(shape.keys), {0});
    builder_.reserve(static_cast<std::size_t>(shape.operations));
  }
  // Operation `stale_at` is a read of a value that was overwritten a thousand times.
  History build(int stale_at = -1) {
    for (int i = 0; i < shape_.operations; ++i) step(i == stale_at);
    return builder_.build();
  }

 private:
  void step(bool stale) {
    std::int32_t& process = processes_[random_.below(processes_.size())];
    const std::size_t key = random_.below(written_.size());
    const bool write = !stale && random_.chance(0.5);
    const bool info = write && random_.chance(shape_.info);
    if (write) written_[key].push_back(++value_);
    const int value = stale ? written_[key].rbegin()[1000] : written_[key].back();
    add(process, EventType::kInvoke, write, key, write ? value : 0);
    add(process, info ? EventType::kInfo : EventType::kOk, write, key, value);
    if (info) process = next_process_++;
  }
  void add(std::int32_t process, EventType type, bool write, std::size_t key, int value) {
    ClientEvent event;
    event.index = position_;
    event.time_ns = 1000 * position_++;
    event.process = process;
    event.type = type;
    event.function = write ? Function::kWrite : Function::kRead;
    const std::string key_text = fmt::format("{}", key);
    const std::string value_text = fmt::format("\"{}\"", value);
    const std::string version = fmt::format("{}", value);
    event.key = key_text;
    if (value != 0) event.value = value_text;
    if (shape_.versions && type == EventType::kOk && value != 0) event.version = version;
    QUORATE_CHECK(builder_.add(event).has_value());
  }

  Shape shape_;
  RandomStream random_{7, "large"};
  HistoryBuilder builder_;
  std::vector<std::int32_t> processes_;
  std::int32_t next_process_ = 1;
  std::vector<std::vector<int>> written_;  // by key
  int value_ = 0;
  Position position_ = 0;
};

constexpr Property kAll[] = {Property::kReadYourWrites,  Property::kMonotonicReads,
                             Property::kMonotonicWrites, Property::kWritesFollowReads,
                             Property::kCausal,          Property::kCausalConvergence};

// However busy the machine is.
constexpr Budget kAmple{std::chrono::hours(10), std::size_t{4} << 30};

CheckResult judge(Property property, const History& history, const Budget& budget = kAmple) {
  const auto guarantee = session_checker(property);
  return (guarantee ? *guarantee : *causal_checker(property)).check(history, budget);
}

TEST(LargeSessions, AMillionOperationsOfAGoodStoreHold) {
  Shape shape;
  shape.versions = true;
  const History history = Generator(shape).build();
  for (const Property property : {Property::kWritesFollowReads, Property::kCausalConvergence}) {
    const CheckResult result = judge(property, history);
    EXPECT_EQ(result.validity, Validity::kValid) << name_of(property) << ": " << result.reason;
  }
}

TEST(LargeSessions, OneStaleReadAmongManyIsFoundAndShownSmall) {
  Shape shape;
  shape.operations = 200'000;
  const History history = Generator(shape).build(150'000);
  for (const Property property : {Property::kReadYourWrites, Property::kMonotonicReads,
                                  Property::kCausal, Property::kCausalConvergence}) {
    const CheckResult result = judge(property, history);
    ASSERT_EQ(result.validity, Validity::kInvalid) << name_of(property);
    EXPECT_EQ(result.violation_count, 1U);
    ASSERT_EQ(result.violations.size(), 1U);
    EXPECT_LE(result.violations.front().ops.size(), 10U) << name_of(property);
  }
}

TEST(LargeSessions, ProcessesThatRetireAreManySessions) {
  Shape shape;
  shape.operations = 100'000;
  shape.info = 0.02;
  const History history = Generator(shape).build();
  for (const Property property : {Property::kReadYourWrites, Property::kMonotonicReads,
                                  Property::kCausal, Property::kCausalConvergence}) {
    const CheckResult result = judge(property, history);
    EXPECT_EQ(result.validity, Validity::kValid) << name_of(property) << ": " << result.reason;
    EXPECT_GT(result.measures["sessions"], 900);
  }
}

TEST(LargeSessions, OutOfBytesOrTimeIsUnknownAndSaysSo) {
  Shape shape;
  shape.operations = 20'000;
  shape.versions = true;
  shape.info = 0.02;
  const History history = Generator(shape).build();
  for (const Property property : kAll) {
    const CheckResult bytes = judge(property, history, {kAmple.time, 1000});
    EXPECT_EQ(bytes.validity, Validity::kUnknown);
    EXPECT_NE(bytes.reason.find("budget"), std::string::npos) << bytes.reason;
    const CheckResult time = judge(property, history, {Duration(1), std::size_t{4} << 30});
    EXPECT_EQ(time.validity, Validity::kUnknown);
    EXPECT_NE(time.reason.find("budget"), std::string::npos) << time.reason;
  }
  const CheckResult clocks =
      judge(Property::kCausal, history, {kAmple.time, 20'000 * 240 + 50'000});
  EXPECT_EQ(clocks.validity, Validity::kUnknown);
  EXPECT_NE(clocks.reason.find("sessions"), std::string::npos) << clocks.reason;
}

}  // namespace
}  // namespace quorate
