// What is kept of a key when the time runs out in the midst of it.
#include "checker/registers/key_judge.h"

#include <gmock/gmock.h>

#include "checker/test/history_notation.h"

namespace quorate {
namespace {

int looks = 0;
// A clock that advances by a second whenever somebody looks.
Instant looked_at() { return Instant(std::chrono::seconds(++looks)); }

KeyVerdicts judge(std::string_view notation, std::span<const Property> properties, int seconds) {
  const History history = history_of(notation);
  const KeyIndex keys(history);
  const RegisterOptions options;
  Budget budget;
  budget.time = std::chrono::seconds(seconds);
  looks = 0;
  KeyJudgeContext context{history, keys, properties, options, budget, Instant(), kAbsent};
  context.bytes = budget.bytes;
  context.now = looked_at;
  return KeyJudge(context).judge(0, keys.size());
}

TEST(KeyJudge, KeepsWhatWasProvenBeforeTheTimeRanOutAndNamesTheKey) {
  const Property properties[] = {Property::kLatest, Property::kLinearizable};
  // Looks before the key, before latest, and before linearizable.
  const KeyVerdicts verdicts = judge("W1[1,2] W2[3,4] R1[5,6]", properties, 3);
  EXPECT_EQ(verdicts.properties[0].findings.violation_count(), 1U);
  EXPECT_FALSE(verdicts.properties[0].findings.is_undecided());
  EXPECT_EQ(verdicts.properties[1].findings.violation_count(), 0U);
  EXPECT_EQ(verdicts.properties[1].findings.undecided_reason(),
            "key \"x\" was not judged to its end within the time budget of 3s");
}

TEST(KeyJudge, KeepsTheKeysBeforeAndCallsTheOthersUndecided) {
  const Property properties[] = {Property::kLatest};
  const KeyVerdicts verdicts = judge("W1[1,2] W2[3,4] R1[5,6] y:W1[7,8] z:W1[9,10]", properties, 3);
  EXPECT_EQ(verdicts.properties[0].findings.violation_count(), 1U);
  EXPECT_EQ(verdicts.properties[0].findings.undecided_reason(),
            "key \"y\" was not reached within the time budget of 3s");
  EXPECT_EQ(verdicts.tally.keys, 1U);
}

}  // namespace
}  // namespace quorate
