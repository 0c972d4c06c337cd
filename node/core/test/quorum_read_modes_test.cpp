// What a read does about replicas that answered with less, by mode; and stand-ins.
#include <gmock/gmock.h>

#include "node/core/quorum_read.h"
#include "node/core/test/message_builders.h"

namespace quorate::node {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto kHint = RequestKind::kKeepHint;
constexpr auto kRead = RequestKind::kReadRecord;
constexpr auto kWrite = RequestKind::kWriteRecord;

const Record kNothing;
const Record kOld{{1, 1, 1}, false, "old"};
const Record kNew{{2, 1, 2}, false, "new"};
const Record kNewest{{3, 1, 3}, false, "newest"};

QuorumRead::Parameters parameters(QuorumSize quorum, ReadMode mode) {
  QuorumRead::Parameters parameters;
  parameters.id = 9;
  parameters.key = "k";
  parameters.quorum = quorum;
  parameters.mode = mode;
  parameters.targets = everywhere(quorum.n).targets;
  parameters.ask = quorum.n;
  return parameters;
}

struct Started {
  explicit Started(QuorumRead::Parameters with) : read(std::move(with)) {
    read.start(&sends);
    asked = targets();
    sends.clear();
  }
  Started(QuorumSize quorum, ReadMode mode) : Started(parameters(quorum, mode)) {}

  void answer(ReplicaIndex from, const Record& record) {
    sends.clear();
    read.on_reply(from, reply_to(9, kRead, record), &sends);
  }
  void ack(ReplicaIndex from, RequestKind kind = kWrite) {
    sends.clear();
    read.on_reply(from, reply_to(9, kind), &sends);
  }
  void not_sent(ReplicaIndex to, RequestKind kind) {
    sends.clear();
    read.on_not_sent(to, kind, &sends);
  }
  std::vector<ReplicaIndex> targets() const {
    std::vector<ReplicaIndex> to;
    for (const Send& send : sends) to.push_back(send.to);
    return to;
  }

  std::vector<Send> sends;
  std::vector<ReplicaIndex> asked;
  QuorumRead read;
};

TEST(AsyncRead, AnswersAtOnceAndRepairsThoseBehind) {
  Started it({3, 2, 2}, ReadMode::kAsync);
  it.answer(0, kOld);
  it.answer(1, kNew);
  ASSERT_TRUE(it.read.done()) << "it waited for its repair";
  EXPECT_FALSE(it.read.is_over()) << "replica 2 may be behind too";
  EXPECT_EQ(it.read.result().outcome, OperationOutcome::kOk);
  EXPECT_EQ(it.read.result().record, kNew);
  EXPECT_THAT(it.read.result().replicas, ElementsAre(0, 1));
  ASSERT_THAT(it.targets(), ElementsAre(0));
  EXPECT_EQ(it.sends[0].request, request_for(9, kWrite, "k", kNew));
  EXPECT_EQ(it.read.repairs(), 1);
}

TEST(AsyncRead, RepairsLateAnswersToo) {
  Started it({3, 1, 1}, ReadMode::kAsync);
  it.answer(0, kNew);
  EXPECT_THAT(it.targets(), IsEmpty());
  it.answer(2, kOld);
  EXPECT_THAT(it.targets(), ElementsAre(2));
  EXPECT_FALSE(it.read.is_over());
  it.answer(1, kNothing);
  EXPECT_THAT(it.targets(), ElementsAre(1));
  EXPECT_TRUE(it.read.is_over());
  EXPECT_EQ(it.read.repairs(), 2);
}

TEST(AsyncRead, SpreadsALateAnswerThatIsNewerAndKeepsItsResult) {
  Started it({3, 2, 2}, ReadMode::kAsync);
  it.answer(0, kOld);
  it.answer(1, kNew);
  it.answer(2, kNewest);
  EXPECT_THAT(it.targets(), ElementsAre(0, 1));
  EXPECT_EQ(it.sends[0].request.record, kNewest);
  EXPECT_EQ(it.read.result().record, kNew);
  EXPECT_TRUE(it.read.is_over());
}

TEST(AsyncRead, IsOverAtItsDeadlineOrWhenNobodyIsLeftToAnswer) {
  Started silent({3, 2, 2}, ReadMode::kAsync);
  silent.answer(0, kNew);
  silent.answer(1, kNew);
  EXPECT_FALSE(silent.read.is_over());
  silent.read.on_deadline();
  EXPECT_TRUE(silent.read.is_over());
  EXPECT_EQ(silent.read.result().outcome, OperationOutcome::kOk);
  silent.answer(2, kOld);
  EXPECT_THAT(silent.targets(), IsEmpty());

  Started gone({3, 2, 2}, ReadMode::kAsync);
  gone.answer(0, kNew);
  gone.answer(1, kNew);
  gone.not_sent(2, kRead);
  EXPECT_TRUE(gone.read.is_over());
}

TEST(BlockingRead, RepairsExactlyTheBehindOnesOfTheR) {
  Started it({5, 3, 3}, ReadMode::kBlocking);
  it.answer(4, kOld);
  it.answer(2, kNew);
  it.answer(1, kNothing);
  EXPECT_THAT(it.targets(), testing::UnorderedElementsAre(4, 1)) << "0 and 3 are not of the r";
  EXPECT_FALSE(it.read.done());
  it.ack(4);
  EXPECT_FALSE(it.read.done()) << "all of the r must have it, not w of them";
  it.ack(0);
  EXPECT_FALSE(it.read.done()) << "who was not repaired does not count";
  it.ack(1);
  ASSERT_TRUE(it.read.done());
  EXPECT_EQ(it.read.result().record, kNew);
  EXPECT_THAT(it.read.result().replicas, ElementsAre(1, 2, 4));
}

TEST(BlockingRead, RepairsNothingWhereTheRAgree) {
  Started it({3, 2, 2}, ReadMode::kBlocking);
  it.answer(0, kNew);
  it.answer(1, kNew);
  EXPECT_TRUE(it.read.is_over());
  EXPECT_THAT(it.targets(), IsEmpty());
}

TEST(BlockingRead, IsUnknownWhereARepairIsRefused) {
  Started it({3, 2, 2}, ReadMode::kBlocking);
  it.answer(0, kOld);
  it.answer(1, kNew);
  it.not_sent(0, kWrite);
  ASSERT_TRUE(it.read.done());
  EXPECT_EQ(it.read.result().outcome, OperationOutcome::kUnknown);
  EXPECT_EQ(it.read.result().error, kErrorNoQuorum);
}

TEST(WriteBackRead, WithExactFanOutTurnsToNoMoreThanItNeeds) {
  auto with = parameters({5, 2, 3}, ReadMode::kWriteBack);
  with.targets = {{3, 3}, {1, 1}, {4, 4}, {0, 0}, {2, 2}};
  with.ask = 2;
  with.exact = true;
  Started it(with);
  EXPECT_THAT(it.asked, ElementsAre(3, 1));
  it.answer(1, kNew);
  it.answer(3, kOld);
  EXPECT_THAT(it.targets(), ElementsAre(3, 4)) << "w 3, and 1 has it";
  it.ack(3);
  EXPECT_FALSE(it.read.done());
  it.ack(4);
  EXPECT_TRUE(it.read.done());
}

TEST(SloppyRead, AsksAFallbackInThePlaceOfWhoCannotBeReached) {
  auto with = parameters({3, 2, 2}, ReadMode::kWriteBack);
  with.fallbacks = {3, 4};
  Started it(with);
  it.not_sent(1, kRead);
  ASSERT_THAT(it.targets(), ElementsAre(3));
  EXPECT_EQ(it.sends[0].request, request_for(9, kRead, "k"));
  it.not_sent(3, kRead);
  EXPECT_THAT(it.targets(), ElementsAre(4));
  it.not_sent(0, kRead);
  EXPECT_THAT(it.targets(), IsEmpty()) << "nobody is left to stand in";
  EXPECT_FALSE(it.read.done());
  it.answer(2, kNew);
  it.answer(4, kNothing);
  ASSERT_THAT(it.targets(), ElementsAre(0, 4));
  EXPECT_EQ(it.sends[1].request, hint_for(9, "k", kNew, 1)) << "4 stands for 1";
  it.ack(4, kHint);
  EXPECT_TRUE(it.read.done());
}

TEST(SloppyRead, WithExactFanOutWritesBackToReplicasAndNotToTheStandIn) {
  auto with = parameters({3, 1, 2}, ReadMode::kWriteBack);
  with.ask = 1;
  with.exact = true;
  with.fallbacks = {3};
  Started it(with);
  it.not_sent(0, kRead);
  ASSERT_THAT(it.targets(), ElementsAre(3));
  it.answer(3, kNew);
  EXPECT_THAT(it.targets(), ElementsAre(0, 1)) << "the stand-in is no target of the write-back";
  it.ack(0);
  it.ack(1);
  EXPECT_TRUE(it.read.done());
}

}  // namespace
}  // namespace quorate::node
