#include "checker/registers/explain.h"

#include <gmock/gmock.h>

#include "checker/checker.h"
#include "checker/test/history_notation.h"

namespace quorate {
namespace {

std::string text_of(Property property, const History& history) {
  const CheckResult result = register_checker(property)->check(history, Budget{});
  if (result.violations.empty()) return "no violation";
  std::string text = "\n";  // as the raw strings below begin
  for (const std::string& line : result.violations.front().lines) text += line + "\n";
  return text;
}
std::string text_of(Property property, std::string_view notation) {
  return text_of(property, history_of(notation));
}

TEST(Explain, TellsAStaleRead) {
  EXPECT_EQ(text_of(Property::kLatest, "W1[1,2] W2[3,4] R1[200,201]"), R"(
stale read of key "x"
  process 1 wrote 1 via n2  from 0.001 s to 0.002 s  (acknowledged)
  process 1 wrote 2 via n2  from 0.003 s to 0.004 s  (acknowledged; this overwrote 1)
  process 1 read 1 via n2   from 0.200 s to 0.201 s  ← 196 ms after it had been overwritten
  The write of 2 completed before the read began, yet the read returned the older value 1.
)");
}

TEST(Explain, TellsAStaleReadOfNothing) {
  EXPECT_EQ(text_of(Property::kLatest, "W1[1,2] R0[5,6]"), R"(
stale read of key "x"
  process 1 wrote 1 via n2       from 0.001 s to 0.002 s  (acknowledged)
  process 1 read nothing via n2  from 0.005 s to 0.006 s  ← 3.0 ms after 1 had been written
  The write of 1 completed before the read began, yet the read found nothing.
)");
}

TEST(Explain, TellsAStaleReadOfAWriteOfUnknownOutcome) {
  EXPECT_EQ(text_of(Property::kLinearizable, "W1[1,INF]i R1[4,5] W2[6,7] R1[10,11]"), R"(
stale read of key "x"
  process 1 wrote 1 via n2  from 0.001 s, no answer  (outcome unknown)
  process 2 read 1 via n3   from 0.004 s to 0.005 s
  process 2 wrote 2 via n3  from 0.006 s to 0.007 s  (acknowledged; this overwrote 1)
  process 2 read 1 via n3   from 0.010 s to 0.011 s  ← 3.0 ms after it had been overwritten
  1 had been read before the write of 2 began, and that write completed before the last
  read began, yet the last read returned 1 again.
)");
}

TEST(Explain, TellsANewOldInversion) {
  EXPECT_EQ(text_of(Property::kLinearizable, "W1[1,2] W2[3,10] R2[4,5] R1[6,7]"), R"(
new-old inversion on key "x"
  process 1 wrote 1 via n2  from 0.001 s to 0.002 s  (acknowledged)
  process 1 wrote 2 via n2  from 0.003 s to 0.010 s  (acknowledged)
  process 2 read 2 via n3   from 0.004 s to 0.005 s  ← began 2.0 ms after 1 had been written
  process 2 read 1 via n3   from 0.006 s to 0.007 s  ← began 1.0 ms after 2 had been read
  1 was in effect before 2: its write ended at 0.002 s, before the read of 2 began at 0.004 s;
  yet 2 was in effect before 1: its read ended at 0.005 s, before the read of 1 began at 0.006 s.
  Each value was written once, so no order of the two explains both.
)");
}

TEST(Explain, TellsAnInversionBackToNothing) {
  EXPECT_EQ(text_of(Property::kLinearizable, "W1[1,10] R1[2,3] R0[4,5]"), R"(
new-old inversion on key "x"
  process 1 wrote 1 via n2       from 0.001 s to 0.010 s  (acknowledged)
  process 2 read 1 via n3        from 0.002 s to 0.003 s
  process 2 read nothing via n3  from 0.004 s to 0.005 s  ← began 1.0 ms after 1 had been read
  the key was empty before 1 was written;
  yet 1 was in effect already: its read ended at 0.003 s, before the read that found nothing began at 0.004 s.
  Nobody wrote the initial value again, so it cannot come back.
)");
}

TEST(Explain, TellsAWriteOrderDisagreement) {
  EXPECT_EQ(text_of(Property::kWriteOrder, "W1[1,4] W2[2,5] R1[6,7] R2[8,9]"), R"(
write-order disagreement on key "x"
  process 1 wrote 1 via n2  from 0.001 s to 0.004 s  (acknowledged)
  process 2 wrote 2 via n3  from 0.002 s to 0.005 s  (acknowledged)
  process 1 read 1 via n2   from 0.006 s to 0.007 s  ← began 1.0 ms after 2 had been written
  process 1 read 2 via n2   from 0.008 s to 0.009 s  ← began 4.0 ms after 1 had been written
  1 was in effect before 2: its write ended at 0.004 s, before the read of 2 began at 0.008 s;
  yet 2 was in effect before 1: its write ended at 0.005 s, before the read of 1 began at 0.006 s.
  Each value was written once, so no order of the two explains both.
)");
}

TEST(Explain, TellsALostAcknowledgedWrite) {
  EXPECT_EQ(text_of(Property::kNoLostWrite, "W1[1,2] W2[3,4] R1[5,6]F R1[7,8]F"), R"(
lost acknowledged write on key "x"
  process 1 wrote 1 via n2  from 0.001 s to 0.002 s  (acknowledged)
  process 1 wrote 2 via n2  from 0.003 s to 0.004 s  (acknowledged; this overwrote 1)
  process 1 read 1 via n2   from 0.005 s to 0.006 s  ← final read, after everything was healed
  2 was acknowledged, yet it is lost: each of the 2 final reads returned 1 or something older.
  Nothing excuses that: the write of 1 was complete before the write of 2 began.
)");
}

TEST(Explain, TellsAResurrection) {
  EXPECT_EQ(text_of(Property::kNoLostWrite, "W1[1,2] W2[3,4] R2[5,6] R1[7,8]F"), R"(
resurrection on key "x"
  process 1 wrote 1 via n2  from 0.001 s to 0.002 s  (acknowledged)
  process 1 wrote 2 via n2  from 0.003 s to 0.004 s  (acknowledged; this overwrote 1)
  process 1 read 2 via n2   from 0.005 s to 0.006 s
  process 1 read 1 via n2   from 0.007 s to 0.008 s  ← final read, after everything was healed
  2 was acknowledged, and had been read. Then the older value came back:
  the final read returned 1.
  Nothing excuses that: the write of 1 was complete before the write of 2 began.
)");
}

TEST(Explain, TellsADirtyRead) {
  EXPECT_EQ(text_of(Property::kNoDirtyRead, "W1[1,2]f R1[3,4]"), R"(
dirty read of key "x"
  process 1 wrote 1 via n2  from 0.001 s to 0.002 s  (failed)
  process 1 read 1 via n2   from 0.003 s to 0.004 s  ← returned what was refused
  The write of 1 failed for certain, so it must never take effect, yet a read returned it.
)");
}

TEST(Explain, TellsAThinAirRead) {
  EXPECT_EQ(text_of(Property::kNoDirtyRead, "R9[3,4]"), R"(
thin-air read of key "x"
  process 1 read 9 via n2  from 0.003 s to 0.004 s  ← nobody ever wrote that
  No write of 9 was ever invoked, on this key or on another.
)");
}

TEST(Explain, TellsAMisdirectedRead) {
  EXPECT_EQ(text_of(Property::kNoDirtyRead, "y:W1[1,2] R1[3,4]"), R"(
misdirected read of key "x"
  process 1 wrote 1 to key "y" via n2  from 0.001 s to 0.002 s  (acknowledged)
  process 1 read 1 of key "x" via n2   from 0.003 s to 0.004 s  ← a value of another key
  1 was never written to key "x", only elsewhere, yet a read of the key returned it.
)");
}

TEST(Explain, TellsAFutureRead) {
  EXPECT_EQ(text_of(Property::kNoDirtyRead, "R1[1,2] W1[3,4]"), R"(
future read of key "x"
  process 1 read 1 via n2   from 0.001 s to 0.002 s  ← over before the write began
  process 1 wrote 1 via n2  from 0.003 s to 0.004 s  (acknowledged)
  The read was over before the write of 1 began, yet it returned that value.
)");
}

TEST(Explain, NamesPlacesInTheLogWhereTheHistoryHasNoTimes) {
  EXPECT_EQ(text_of(Property::kLatest, history_of(parse_ops("W1[1,2] W2[3,4] R1[5,6]"), false)), R"(
stale read of key "x"
  process 1 wrote 1 via n2  from event 1 to event 2  (acknowledged)
  process 1 wrote 2 via n2  from event 3 to event 4  (acknowledged; this overwrote 1)
  process 1 read 1 via n2   from event 5 to event 6  ← after it had been overwritten
  The write of 2 completed before the read began, yet the read returned the older value 1.
)");
}

}  // namespace
}  // namespace quorate
