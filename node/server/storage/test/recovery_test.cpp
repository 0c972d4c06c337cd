// Damage done to real data folders, and what opening them says.
#include "node/server/storage/recovery.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include "node/server/storage/log_check.h"
#include "node/server/storage/power_cut.h"
#include "node/server/storage/test/store_folder.h"

namespace quorate::node {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// Ten records in the log, five of them synced, as left by a killed node.
class KilledStore : public ::testing::Test {
 protected:
  KilledStore() {
    const TemporaryFolder alive;
    const auto opened = open_rocksdb_store(alive.path(), {Durability::kNone, {}});
    write_records(opened->store.get(), 0, 5);
    EXPECT_TRUE(opened->store->sync());
    write_records(opened->store.get(), 5, 5);
    copy_as_killed(alive.path(), folder_.path());
    log_ = newest(folder_.path(), "", ".log");
    bytes_ = read_file(log_).value();
  }
  std::size_t record_end(std::size_t count) const { return bytes_.size() / 10 * count; }
  Result<OpenedStore> open() { return open_rocksdb_store(folder_.path(), {}); }
  std::string refusal() {
    const auto opened = open();
    if (opened) return "opened with " + std::to_string(records_in(opened->store.get()));
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
    return opened.error().context;
  }

  TemporaryFolder folder_;
  std::filesystem::path log_;
  std::string bytes_;
};

TEST_F(KilledStore, HasAllThatWasWrittenWhenOnlyTheProcessDied) {
  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_EQ(records_in(opened->store.get()), 10);
  EXPECT_EQ(opened->recovery, RecoveryReport());
}

TEST_F(KilledStore, LosesWhatWasNotSyncedWhenThePowerIsCut) {
  const PowerCut cut = cut_power(folder_.path(), {}).value();
  EXPECT_EQ(to_json(cut).at("log_changes_cut"), 5);
  const auto opened = open();
  ASSERT_TRUE(opened);
  EXPECT_EQ(records_in(opened->store.get()), 5);
  EXPECT_EQ(opened->recovery.torn_tail_bytes, 0U);
}

TEST_F(KilledStore, CutsATornEndCountsItAndLogsIt) {
  std::ostringstream said;
  const auto previous = spdlog::default_logger();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(said)));
  flip_byte(log_, bytes_.size() - 5);
  const auto opened = open();
  spdlog::set_default_logger(previous);
  ASSERT_TRUE(opened);
  EXPECT_EQ(records_in(opened->store.get()), 9);
  EXPECT_EQ(opened->recovery, (RecoveryReport{bytes_.size() - record_end(9), log_.string()}));
  EXPECT_THAT(said.str(), AllOf(HasSubstr("warn"), HasSubstr(log_.string()),
                                HasSubstr("bytes=" + std::to_string(bytes_.size() / 10))));
}

TEST_F(KilledStore, OpensAfterATearingCutWithAPrefixForEverySeed) {
  const TemporaryFolder untouched;
  copy_as_killed(folder_.path(), untouched.path());
  bool torn = false;
  for (std::uint64_t seed = 0; seed < 8; ++seed) {
    std::filesystem::remove_all(folder_.path());
    copy_as_killed(untouched.path(), folder_.path());
    ASSERT_TRUE(cut_power(folder_.path(), {true, seed}));
    const auto opened = open();
    ASSERT_TRUE(opened) << opened.error().to_string();
    EXPECT_GE(records_in(opened->store.get()), 5);
    EXPECT_LT(records_in(opened->store.get()), 10);
    torn = torn || opened->recovery.torn_tail_bytes > 0;
  }
  EXPECT_TRUE(torn);
}

TEST_F(KilledStore, RefusesDamageInTheMiddleOfTheLog) {
  flip_byte(log_, record_end(7) + 60);
  EXPECT_THAT(refusal(), AllOf(HasSubstr(log_.string()), HasSubstr("checksum is wrong"),
                               HasSubstr("a good record follows")));
  EXPECT_EQ(std::filesystem::file_size(log_), bytes_.size()) << "a damaged store was changed";
}

TEST_F(KilledStore, RefusesAWrongLengthAndZerosInTheMiddleOfTheLog) {
  flip_byte(log_, record_end(7) + 5);
  EXPECT_THAT(refusal(), AllOf(HasSubstr(log_.string()), HasSubstr("a good record follows")));
  std::string zeros = bytes_;
  std::fill_n(zeros.begin() + static_cast<std::ptrdiff_t>(record_end(7)), 40, '\0');
  overwrite(log_, zeros);
  EXPECT_THAT(refusal(), AllOf(HasSubstr(log_.string()), HasSubstr("zeros")));
}

TEST_F(KilledStore, RefusesABadLastRecordThatHadBeenSynced) {
  overwrite(log_, bytes_.substr(0, record_end(5)));
  flip_byte(log_, record_end(5) - 5);
  EXPECT_THAT(refusal(), AllOf(HasSubstr(log_.string()), HasSubstr("were synced")));
}

TEST_F(KilledStore, RefusesALogThatIsShorterThanWhatWasSynced) {
  overwrite(log_, bytes_.substr(0, record_end(4)));
  EXPECT_THAT(refusal(), AllOf(HasSubstr(log_.string()), HasSubstr("its end is lost")));
}

TEST_F(KilledStore, RefusesABadEndThatALaterLogGoesOnBehind) {
  const std::string later = (folder_ / "999999.log").string();
  overwrite(later, bytes_);
  overwrite(log_, bytes_.substr(0, bytes_.size() - 5));
  EXPECT_THAT(refusal(), AllOf(HasSubstr(log_.string()), HasSubstr(later)));
}

TEST_F(KilledStore, RefusesADamagedManifest) {
  const auto manifest = newest(folder_.path(), "MANIFEST-", "");
  const std::size_t bytes = std::filesystem::file_size(manifest);
  for (const std::size_t at : {std::size_t{1}, bytes / 2, bytes - 2}) {
    flip_byte(manifest, at);
    EXPECT_THAT(refusal(), HasSubstr(manifest.string())) << at;
    flip_byte(manifest, at);
  }
}

TEST_F(KilledStore, RefusesAMissingFileByName) {
  for (const auto& path : {log_, newest(folder_.path(), "MANIFEST-", ""), folder_ / "CURRENT"}) {
    const std::string content = read_file(path).value();
    std::filesystem::remove(path);
    EXPECT_THAT(refusal(), AllOf(HasSubstr(path.string()), HasSubstr("missing")));
    overwrite(path, content);
  }
}

TEST_F(KilledStore, RefusesADamagedTableFileByName) {
  ASSERT_TRUE(open());  // what is in the log becomes a table
  const auto table = newest(folder_.path(), "", ".sst");
  const std::string content = read_file(table).value();
  for (const std::size_t at : {std::size_t{10}, content.size() / 2, content.size() - 3}) {
    flip_byte(table, at);
    EXPECT_THAT(refusal(), HasSubstr(table.filename().string())) << at;
    overwrite(table, content);
  }
  std::filesystem::remove(table);
  EXPECT_THAT(refusal(), HasSubstr(table.string()));
  overwrite(table, content);
  EXPECT_EQ(records_in(open()->store.get()), 10);
}

TEST_F(KilledStore, OpensWithoutItsTableAsAfterARebootOfTheMachine) {
  std::filesystem::remove(folder_ / ".durable");
  overwrite(log_, bytes_.substr(0, bytes_.size() - 5));
  const auto opened = open();
  ASSERT_TRUE(opened) << opened.error().to_string();
  EXPECT_EQ(records_in(opened->store.get()), 9);
  EXPECT_GT(opened->recovery.torn_tail_bytes, 0U);
}

}  // namespace
}  // namespace quorate::node
