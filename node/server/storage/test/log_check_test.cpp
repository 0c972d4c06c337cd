#include "node/server/storage/log_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace quorate::node {
namespace {

using ::testing::HasSubstr;

constexpr std::size_t kBlock = 32768;

// A batch of two writes, as far as the log knows: sequence number, number of changes, the rest.
std::string batch(std::size_t number, std::size_t bytes) {
  return static_cast<char>(2 * number) + std::string(7, 's') + '\2' + std::string(3, '\0') +
         std::string(bytes, 'c');
}

LogScan scan_batches(std::string_view bytes) { return scan_log(bytes, LogContent::kBatches); }

// Cuts content into fragments as the engine does.
void append_record(std::string_view content, std::string* log) {
  bool first = true;
  do {
    std::size_t room = kBlock - log->size() % kBlock;
    if (room < 7) room = kBlock;
    const std::size_t size = std::min(content.size(), room - 7);
    const bool last = size == content.size();
    append_log_fragment(first && last ? 1 : first ? 2 : last ? 4 : 3, content.substr(0, size), log);
    content.remove_prefix(size);
    first = false;
  } while (!content.empty());
}

std::string log_of(std::size_t records, std::size_t bytes) {
  std::string log;
  for (std::size_t i = 0; i < records; ++i) append_record(batch(i, bytes), &log);
  return log;
}

TEST(LogCheck, ReadsRecordsOfEverySizeAcrossBlocks) {
  for (const std::size_t bytes : {0U, 1U, 100U, 32737U, 32749U, 32750U, 32760U, 100'000U}) {
    const std::string log = log_of(7, bytes);
    const LogScan scan = scan_batches(log);
    EXPECT_TRUE(scan.is_whole()) << bytes << ": " << scan.problem;
    EXPECT_EQ(scan.records, 7U) << bytes;
    EXPECT_EQ(scan.changes, 14U) << bytes;
    EXPECT_EQ(scan.valid_bytes, log.size()) << bytes;
  }
  EXPECT_TRUE(scan_batches("").is_whole());
}

TEST(LogCheck, FindsAnUnfinishedEndAtEveryLength) {
  const std::string whole = log_of(2, 200);
  const std::string log = log_of(3, 200);
  for (std::size_t size = whole.size() + 1; size < log.size(); ++size) {
    const LogScan scan = scan_batches(log.substr(0, size));
    ASSERT_FALSE(scan.is_whole()) << size;
    EXPECT_EQ(scan.records, 2U);
    EXPECT_EQ(scan.valid_bytes, whole.size());
    EXPECT_EQ(scan.record_behind, std::nullopt) << size;
  }
}

TEST(LogCheck, TakesAllFragmentsOfAnUnfinishedRecordForItsEnd) {
  const std::string whole = log_of(1, 10);
  std::string log = whole;
  append_record(batch(1, 100'000), &log);
  log.resize(log.size() - 1);
  const LogScan scan = scan_batches(log);
  EXPECT_EQ(scan.valid_bytes, whole.size());
  EXPECT_EQ(scan.record_behind, std::nullopt);
  EXPECT_THAT(scan.problem, HasSubstr("cut off"));
}

TEST(LogCheck, SeesEveryChangedByteOfARecordAndTheGoodOneBehindIt) {
  const std::string log = log_of(3, 40);
  const std::size_t record = log.size() / 3;
  for (std::size_t at = record; at < 2 * record; ++at) {
    std::string damaged = log;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    const LogScan scan = scan_batches(damaged);
    ASSERT_FALSE(scan.is_whole()) << at;
    EXPECT_EQ(scan.valid_bytes, record) << at;
    EXPECT_EQ(scan.record_behind, 2 * record) << at << ": " << scan.problem;
  }
}

TEST(LogCheck, FindsAGoodRecordBehindZerosAndLostBlocks) {
  std::string log = log_of(40, 20'000);
  std::fill(log.begin() + 300, log.begin() + 300'000, '\0');
  const LogScan scan = scan_batches(log);
  ASSERT_FALSE(scan.is_whole());
  ASSERT_TRUE(scan.record_behind);
  EXPECT_GT(*scan.record_behind, 300'000U);
}

TEST(LogCheck, TakesZerosAtTheEndForABadEnd) {
  const std::string log = log_of(2, 40);
  const LogScan scan = scan_batches(log + std::string(100, '\0'));
  EXPECT_EQ(scan.valid_bytes, log.size());
  EXPECT_THAT(scan.problem, HasSubstr("zeros"));
  EXPECT_EQ(scan.record_behind, std::nullopt);
}

TEST(LogCheck, RefusesFragmentsThatDoNotFollowEachOther) {
  std::string two_beginnings;
  append_log_fragment(2, batch(1, 5), &two_beginnings);
  append_log_fragment(1, batch(1, 5), &two_beginnings);
  EXPECT_THAT(scan_batches(two_beginnings).problem, HasSubstr("not finished"));
  EXPECT_TRUE(scan_batches(two_beginnings).record_behind);
  std::string no_beginning;
  append_log_fragment(4, batch(1, 5), &no_beginning);
  EXPECT_THAT(scan_batches(no_beginning).problem, HasSubstr("no beginning"));
}

TEST(LogCheck, SeesThatABatchIsMissingOrThereTwice) {
  const std::string log = log_of(4, 40);
  const std::size_t record = log.size() / 4;
  const std::string missing = log.substr(0, record) + log.substr(2 * record);
  const std::string twice = log.substr(0, 2 * record) + log.substr(record);
  for (const std::string& bad : {missing, twice}) {
    const LogScan scan = scan_batches(bad);
    EXPECT_THAT(scan.problem, HasSubstr("does not follow"));
    EXPECT_EQ(scan.record_behind, scan.valid_bytes);
    EXPECT_TRUE(scan_log(bad, LogContent::kOther).is_whole());
  }
}

}  // namespace
}  // namespace quorate::node
