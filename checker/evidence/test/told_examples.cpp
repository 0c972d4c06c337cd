#include "checker/evidence/test/told_examples.h"

#include <numeric>
#include <utility>
#include <vector>

#include "base/check.h"
#include "checker/evidence/story.h"

namespace quorate {
namespace {

// Operations are counted by invocation, from 0.
struct Told {
  Anomaly anomaly;
  Property property;
  const char* history;
  std::vector<std::pair<OpIndex, const char*>> notes;
  std::vector<const char*> sentences;
  std::vector<std::tuple<OpIndex, OpIndex, const char*>> edges;
};

const std::vector<Told>& objects() {
  static const std::vector<Told> all{
      {Anomaly::kReadsFitNoOrder,
       Property::kSingleOrder,
       R"(
1 write "k3" "1-8" 1.0-20.0  >n1
2 write "k3" "2-5" 2.5-40.0  >n2
3 read  "k3" "2-5" 4.0-6.0   >n3
4 write "k3" "4-1" 8.0-30.0  >n1
3 read  "k3" "2-5" 22.0-24.5 >n3
3 read  "k3" "1-8" 32.0-34.0 >n3)",
       {},
       {R"("1-8" came before "2-5": the write of "1-8" ended at 0.020 s, before the read of "2-5" began at 0.022 s.)",
        R"("2-5" came before "4-1": the read of "2-5" ended at 0.006 s, before the write of "4-1" began at 0.008 s.)",
        R"("4-1" came before "1-8": the write of "4-1" ended at 0.030 s, before the read of "1-8" began at 0.032 s.)",
        "No order of the three explains all of that."},
       {{0, 4, because::kEndedBefore},
        {2, 3, because::kEndedBefore},
        {3, 5, because::kEndedBefore}}},
      {Anomaly::kNotLinearizable,
       Property::kLinearizable,
       R"(
1 append "log" "a"  4.0-6.5   >n1
2 append "log" "b"  8.0-10.4  >n2
3 read   "log" "ba" 12.0-14.0 >n3)",
       {{2, "← no order has a place for it"}},
       {R"(The longest order that is legal: append "a", append "b".)",
        R"(Behind it, and at any place in it, read "ba" is impossible.)"},
       {{0, 1, because::kEndedBefore}, {1, 2, because::kEndedBefore}}},
      {Anomaly::kLostIncrement,
       Property::kNoLostWrite,
       R"(
1 add  "hits" 1 4.0-6.5   >n1
2 add  "hits" 1 5.0-8.2   >n2
3 read "hits" 1 12.0-14.0 >n3)",
       {{2, "← at least 2 must be there"}},
       {"What was acknowledged before the read began, less all that may have been",
        "subtracted before it ended, is 2, yet the read returned 1."},
       {{0, 2, because::kEndedBefore}, {1, 2, because::kEndedBefore}}},
      {Anomaly::kDuplicateEffect,
       Property::kLinearizable,
       R"(
1 enqueue "jobs" "j1" 4.0-6.5   >n1
2 dequeue "jobs" "j1" 8.0-11.4  >n2
3 dequeue "jobs" "j1" 9.5-13.0  >n3)",
       {},
       {R"("j1" was dequeued 2 times, and enqueued at most once.)"},
       {{0, 1, because::kEndedBefore}, {0, 2, because::kEndedBefore}}},
      {Anomaly::kDivergence,
       Property::kConverges,
       R"(
1 write "k3" "1-8" 4.0-9.5  >n1 @17.9f3a01c2d4e5b687.2 #n1,n3
2 write "k3" "2-5" 6.0-11.0 >n2 @18.41b7c0de55aa1020.6 #n1,n2)",
       {},
       {R"(n1 holds "2-5" (version 18.41b7c0de55aa1020.6))",
        R"(n2 holds "2-5" (version 18.41b7c0de55aa1020.6))",
        R"(n3 holds "1-8" (version 17.9f3a01c2d4e5b687.2))",
        "Every fault was healed and the replicas had time to exchange what they hold, yet they",
        "still differ."},
       {}},
      {Anomaly::kUnavailable,
       Property::kAvailableAfterHeal,
       R"(
5 read "k3" - 61020.0-63020.0 >n2 info)",
       {},
       {R"(Every fault was healed at 60.000 s. Afterwards node n2 was asked 41 times,)",
        "and never answered with success."},
       {}},
  };
  return all;
}

const std::vector<Told>& sessions() {
  static const std::vector<Told> all{
      {Anomaly::kReadYourWrites,
       Property::kReadYourWrites,
       R"(
1 write "k3" "1-8" 4.0-6.5   >n1
2 write "k3" "2-5" 8.0-10.4  >n1
2 read  "k3" "1-8" 12.0-14.1 >n3)",
       {{2, "← goes back"}},
       {R"(The write of "1-8" ended 1.5 ms before the write of "2-5" began: "2-5" is the newer.)",
        R"(Process 2 wrote "2-5" and then read "1-8": "1-8" must be the newer.)",
        "No order of these writes fits."},
       {{0, 1, because::kEndedBefore}, {1, 2, because::kSameProcess}}},
      {Anomaly::kNonMonotonicRead,
       Property::kMonotonicReads,
       R"(
1 write "k3" "1-8" 4.0-6.5   >n1
2 write "k3" "2-5" 8.0-10.4  >n2
3 read  "k3" "2-5" 12.0-14.1 >n2
3 read  "k3" "1-8" 16.0-18.2 >n3)",
       {{3, "← goes back"}},
       {R"(The write of "1-8" ended 1.5 ms before the write of "2-5" began: "2-5" is the newer.)",
        R"(Process 3 read "2-5" and then read "1-8": "1-8" must be the newer.)",
        "No order of these writes fits."},
       {{0, 1, because::kEndedBefore}, {1, 2, because::kWasReadBy}, {2, 3, because::kSameProcess}}},
      {Anomaly::kNonMonotonicWrite,
       Property::kMonotonicWrites,
       R"(
1 write "k3" "1-8" 4.0-6.5  >n1 @18.9f3a01c2d4e5b687.2 #n1,n2
1 write "k3" "1-9" 8.0-10.4 >n3 @17.41b7c0de55aa1020.6 #n3,n2)",
       {{1, "(acknowledged) ← older"}},
       {R"(Process 1 wrote "1-8" and then wrote "1-9", which is older by the store's own versions.)"},
       {{0, 1, because::kSameProcess}, {1, 0, because::kSmallerVersion}}},
      {Anomaly::kWriteFollowsRead,
       Property::kWritesFollowReads,
       R"(
1 write "k3" "1-8" 4.0-20.0 >n1 @19.9f3a01c2d4e5b687.2 #n1,n2
2 read  "k3" "1-8" 6.0-8.2  >n1 @19.9f3a01c2d4e5b687.2 #n1,n3
2 write "k3" "2-5" 11.0-14.4 >n3 @18.41b7c0de55aa1020.6 #n2,n3)",
       {{2, "(acknowledged) ← older"}},
       {R"(Process 2 read "1-8" and then wrote "2-5", which is older by the store's own versions.)"},
       {{0, 1, because::kWasReadBy},
        {1, 2, because::kSameProcess},
        {2, 0, because::kSmallerVersion}}},
      {Anomaly::kCausalityViolation,
       Property::kCausal,
       R"(
1 write "photo" "p1" 4.0-6.5   >n1
1 write "album" "a1" 8.0-10.4  >n1
2 read  "album" "a1" 12.0-14.1 >n2
2 read  "photo" -    16.0-18.2 >n3)",
       {{0, "(acknowledged) came before the last read"}, {3, "← as if nothing had been written"}},
       {R"(Process 1 wrote photo = "p1", then wrote album = "a1".)",
        R"(Process 2 read album = "a1" (so it saw what process 1 had done), then read photo = nothing.)",
        R"(So the write of photo = "p1" came before that read, which had to return it or something newer.)"},
       {{0, 1, because::kSameProcess}, {1, 2, because::kWasReadBy}, {2, 3, because::kSameProcess}}},
      {Anomaly::kCausalityCycle,
       Property::kCausal,
       R"(
1 read  "x" 1 4.0-8.0   >n1
2 read  "y" 1 5.0-9.1   >n2
1 write "y" 1 10.0-13.0 >n1
2 write "x" 1 11.0-14.2 >n2)",
       {},
       {"Process 1 read x = 1, then wrote y = 1.",
        "Process 2 read y = 1 (so it saw what process 1 had done), then wrote x = 1.",
        "So the read of x = 1 came before the write of it, which came before the read."},
       {{0, 2, because::kSameProcess},
        {2, 1, because::kWasReadBy},
        {1, 3, because::kSameProcess},
        {3, 0, because::kWasReadBy}}},
      {Anomaly::kCausalDivergence,
       Property::kCausalConvergence,
       R"(
1 write "x" 1 4.0-6.5   >n1
2 write "x" 2 5.0-8.0   >n2
1 read  "x" 2 10.0-12.0 >n1
2 read  "x" 1 11.0-13.5 >n2)",
       {},
       {"Process 1 wrote x = 1, then read x = 2.",
        "Process 1 so read x = 2 when x = 1 had come before: for it x = 1 is the older.",
        "Process 2 wrote x = 2, then read x = 1.",
        "Process 2 so read x = 1 when x = 2 had come before: for it x = 2 is the older.",
        "No one order of the writes of each key fits all of them."},
       {{0, 2, because::kSameProcess},
        {0, 1, "process 1 read the second after the first"},
        {1, 3, because::kSameProcess},
        {1, 0, "process 2 read the second after the first"}}},
  };
  return all;
}

AnomalyExample tell(const Told& told) {
  History history = example_history(told.history);
  std::vector<OpIndex> ops(history.ops().size());
  std::iota(ops.begin(), ops.end(), OpIndex{0});
  Story story(history, std::move(ops));
  for (const auto& [op, text] : told.notes) story.note(op, text);
  for (const char* sentence : told.sentences) story.sentence("{}", sentence);
  for (const auto& [before, after, reason] : told.edges) story.edge(before, after, reason);
  Violation violation = story.tell(told.property, told.anomaly);
  return {std::move(history), std::move(violation)};
}

}  // namespace

AnomalyExample told_example(Anomaly anomaly) {
  for (const auto* family : {&objects(), &sessions()}) {
    for (const Told& told : *family) {
      if (told.anomaly == anomaly) return tell(told);
    }
  }
  check_failed("every anomaly has an example", __FILE__, __LINE__, std::string(name_of(anomaly)));
}

}  // namespace quorate
