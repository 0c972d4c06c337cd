#include "node/server/storage/power_cut.h"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/test/temporary_folder.h"
#include "node/server/storage/durable_table.h"
#include "node/server/storage/log_check.h"

namespace quorate::node {
namespace {

using ::testing::HasSubstr;

// A folder and its table, handled as tracking_file_system.cpp does.
class PowerCutFolder : public ::testing::Test {
 protected:
  void write(const std::string& name, std::string_view content) {
    std::ofstream(folder_.path() / name, std::ios::binary) << content;
  }
  void create(const std::string& name, std::string_view content, std::uint64_t synced) {
    ASSERT_TRUE(table_->remove(name));
    std::filesystem::remove(folder_.path() / name);
    write(name, content);
    ASSERT_TRUE(table_->create(name, synced));
  }
  void remove(const std::string& name) {
    ASSERT_TRUE(table_->remove(name));
    std::filesystem::remove(folder_.path() / name);
  }
  void sync_folder() { table_->on_folder_synced(table_->before_folder_sync()); }
  PowerCut cut(const CutOptions& options = {}) {
    table_.reset();
    PowerCut done = cut_power(folder_.path(), options).value();
    table_ = DurableTable::open(folder_.path()).value();
    return done;
  }
  std::string content(const std::string& name) {
    const auto read = read_file(folder_.path() / name);
    return read ? *read : "(none)";
  }

  TemporaryFolder folder_;
  std::unique_ptr<DurableTable> table_ = DurableTable::open(folder_.path()).value();
};

std::string log_of(int records) {
  std::string log;
  for (int i = 0; i < records; ++i) {
    const std::string two_changes =
        static_cast<char>(2 * i) + std::string(7, 's') + '\2' + std::string(3, '\0') + "content";
    append_log_fragment(1, two_changes, &log);
  }
  return log;
}

TEST_F(PowerCutFolder, CutsEveryFileToWhatWasSynced) {
  create("000001.sst", "12345", 5);
  create("000002.sst", "12345", 3);
  sync_folder();
  const PowerCut done = cut();
  ASSERT_EQ(done.files.size(), 1U);
  EXPECT_EQ(done.files[0], (FileCut{"000002.sst", FileFate::kShortened, 3, 2, 0, 0}));
  EXPECT_EQ(content("000001.sst"), "12345");
  EXPECT_EQ(content("000002.sst"), "123");
  EXPECT_TRUE(cut().files.empty()) << "a second cut found something to do";
}

TEST_F(PowerCutFolder, RemovesFilesWhoseNamesWereNotSynced) {
  create("000001.log", log_of(2), log_of(2).size());
  write("000002.sst", "made and not entered: killed in between");
  write("notes.txt", "not the engine's");
  const PowerCut done = cut();
  ASSERT_EQ(done.files.size(), 2U);
  EXPECT_EQ(done.files[0].fate, FileFate::kRemoved);
  EXPECT_EQ(done.files[0].changes_cut, 4U);
  EXPECT_EQ(content("000001.log"), "(none)");
  EXPECT_EQ(content("000002.sst"), "(none)");
  EXPECT_EQ(content("notes.txt"), "not the engine's");
}

TEST_F(PowerCutFolder, BringsBackWhatWasRemovedOrReplacedAndNotSynced) {
  create("CURRENT", "old-with-tail", 3);
  create("000001.sst", "12345", 5);
  sync_folder();
  create("CURRENT", "new", 3);
  remove("000001.sst");
  const PowerCut done = cut();
  EXPECT_EQ(content("CURRENT"), "old");
  EXPECT_EQ(content("000001.sst"), "12345");
  EXPECT_FALSE(std::filesystem::exists(folder_ / ".undo"));
  EXPECT_TRUE(cut().files.empty());
  EXPECT_EQ(content("CURRENT"), "old");
}

TEST_F(PowerCutFolder, KeepsWhatReplacedAFileWhenTheFolderWasSynced) {
  create("CURRENT", "old", 3);
  sync_folder();
  create("CURRENT", "new", 3);
  sync_folder();
  cut();
  EXPECT_EQ(content("CURRENT"), "new");
}

TEST_F(PowerCutFolder, NeverLosesBothFilesOfAReplacementWhoseSyncWasInterrupted) {
  create("CURRENT", "old", 3);
  sync_folder();
  create("CURRENT", "new", 3);
  const auto created = table_->find("CURRENT").value();
  table_->on_folder_synced({created});  // and then killed, before the old one's end was noted
  cut();
  EXPECT_EQ(content("CURRENT"), "new");
  EXPECT_TRUE(cut().files.empty());
}

TEST_F(PowerCutFolder, CountsTheChangesThatALogLoses) {
  create("000001.log", log_of(5), log_of(3).size());
  sync_folder();
  const PowerCut done = cut();
  EXPECT_EQ(content("000001.log"), log_of(3));
  ASSERT_EQ(done.files.size(), 1U);
  EXPECT_EQ(done.files[0].changes_cut, 4U);
  const Json json = to_json(done);
  EXPECT_EQ(json.at("log_changes_cut"), 4);
  EXPECT_EQ(json.at("log_bytes_cut"), log_of(2).size());
  EXPECT_EQ(json.at("files").at(0).at("fate"), "shortened");
}

TEST_F(PowerCutFolder, TearsOnlyTheUnsyncedEndOfTheOldestLog) {
  const std::size_t synced = log_of(2).size();
  bool several_lengths = false;
  std::size_t before = 0;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    create("000009.log", log_of(4), synced);
    create("000010.log", log_of(4), synced);
    create("000001.sst", "12345", 3);
    sync_folder();
    const PowerCut done = cut({true, seed});
    const std::string torn = content("000009.log");
    EXPECT_GT(torn.size(), synced);
    EXPECT_LE(torn.size(), log_of(4).size());
    EXPECT_EQ(torn.substr(0, synced), log_of(2));
    EXPECT_NE(torn, log_of(4).substr(0, torn.size())) << "nothing is garbled";
    EXPECT_FALSE(scan_log(torn, LogContent::kBatches).is_whole());
    EXPECT_EQ(scan_log(torn, LogContent::kBatches).record_behind, std::nullopt);
    EXPECT_EQ(content("000010.log"), log_of(2));
    EXPECT_EQ(content("000001.sst"), "123");
    EXPECT_EQ(done.files.at(1).bytes_torn, torn.size() - synced);
    several_lengths = several_lengths || (before != 0 && before != torn.size());
    before = torn.size();
    for (const char* name : {"000009.log", "000010.log", "000001.sst"}) remove(name);
    sync_folder();
  }
  EXPECT_TRUE(several_lengths);
}

TEST_F(PowerCutFolder, IsTheSameForTheSameSeed) {
  std::vector<std::string> torn;
  for (int i = 0; i < 2; ++i) {
    create("000001.log", log_of(6), log_of(1).size());
    sync_folder();
    cut({true, 5});
    torn.push_back(content("000001.log"));
  }
  EXPECT_EQ(torn[0], torn[1]);
}

TEST_F(PowerCutFolder, RefusesAFolderThatIsOpenOrHasNoTableOrLostAFile) {
  EXPECT_THAT(cut_power(folder_.path(), {}).error().to_string(), HasSubstr("in use"));
  const TemporaryFolder other;
  EXPECT_EQ(cut_power(other.path(), {}).error().code, ErrorCode::kNotFound);
  create("000001.sst", "12345", 5);
  sync_folder();
  std::filesystem::remove(folder_ / "000001.sst");
  table_.reset();
  EXPECT_THAT(cut_power(folder_.path(), {}).error().to_string(), HasSubstr("000001.sst"));
}

}  // namespace
}  // namespace quorate::node
