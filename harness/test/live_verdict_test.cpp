#include "harness/run/live_verdict.h"

#include <gtest/gtest.h>

namespace quorate {
namespace {

// A new-old inversion: linearizable breaks, latest does not. Then a stale read.
void feed(LiveVerdict* live, int events) {
  using enum Function;
  using enum EventType;
  struct Step {
    std::int32_t process;
    EventType type;
    Function function;
    std::string_view value;
  };
  const Step steps[] = {{1, kInvoke, kWrite, "1"}, {2, kInvoke, kRead, ""}, {2, kOk, kRead, "1"},
                        {2, kInvoke, kRead, ""},   {2, kOk, kRead, ""},     {1, kOk, kWrite, "1"},
                        {2, kInvoke, kRead, ""},   {2, kOk, kRead, ""}};
  for (int i = 0; i < events; ++i) {
    ClientEvent event;
    event.index = i;
    event.process = steps[i].process;
    event.type = steps[i].type;
    event.function = steps[i].function;
    event.value = steps[i].value;
    live->add(event);
  }
}

TEST(LiveVerdict, HoldsUntilSomethingBreaks) {
  LiveVerdict live({Property::kLatest});
  feed(&live, 4);
  EXPECT_EQ(live.text(), "holds so far");
  EXPECT_EQ(live.violation(), nullptr);
}

TEST(LiveVerdict, FlagsWhatIsNotOwed) {
  LiveVerdict live({Property::kLatest});
  feed(&live, 5);
  EXPECT_EQ(live.text(), "flagged: linearizable");
  EXPECT_EQ(live.violation(), nullptr);
}

TEST(LiveVerdict, NamesOnlyWhatIsOwedOnceThatIsBroken) {
  LiveVerdict live({Property::kLatest});
  feed(&live, 8);
  EXPECT_EQ(live.text(), "VIOLATION: latest");
  ASSERT_NE(live.violation(), nullptr);
  EXPECT_EQ(live.violation()->property, Property::kLatest);
  EXPECT_EQ(live.violation()->at, 7);
}

}  // namespace
}  // namespace quorate
