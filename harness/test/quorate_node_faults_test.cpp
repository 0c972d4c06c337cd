// What is done to the folder of a dead node, without a node.
#include "harness/systems/quorate/quorate_node_faults.h"

#include <bit>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/test/temporary_folder.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class QuorateNodeFaultsTest : public testing::Test {
 protected:
  QuorateNodeFaultsTest() {
    slot_.folder = scratch_.path();
    fs::create_directories(data());
  }
  fs::path data() const { return data_folder(slot_); }
  void put(const std::string& name, const std::string& content) const {
    std::ofstream(data() / name) << content;
  }
  std::string content(const std::string& name) const { return read_file(data() / name).value(); }

  const TemporaryFolder scratch_;
  NodeSlot slot_;
  RunConfig config_;
  const QuorateNodeFaults faults_{"/bin/node"};
};

TEST_F(QuorateNodeFaultsTest, DamageHitsFilesWithRecordsOnlyAndTheSeedSaysWhich) {
  const std::string text(1000, 'x');
  for (const char* name : {"000004.log", "000007.sst", "LOCK", "CURRENT", "MANIFEST-000005"}) {
    put(name, text);
  }
  put("000009.log", "");
  std::set<std::string> hit;
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Json done = faults_.damage_file(slot_, FileDamage::kFlippedBit, seed).value();
    const auto file = done.at("file").get<std::string>();
    hit.insert(file);
    const std::string after = content(file);
    int bits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      bits += std::popcount(static_cast<unsigned>(static_cast<unsigned char>(after[i] ^ text[i])));
    }
    EXPECT_EQ(bits, 1);
    EXPECT_EQ(after.size(), text.size());
    // The same again flips the same bit back.
    EXPECT_EQ(faults_.damage_file(slot_, FileDamage::kFlippedBit, seed).value(), done);
    EXPECT_EQ(content(file), text);
  }
  EXPECT_THAT(hit, ElementsAre("000004.log", "000007.sst"));
}

TEST_F(QuorateNodeFaultsTest, TruncationCutsAtLeastAByteAndSaysHowMuch) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    put("000004.log", std::string(100, 'x'));
    const Json done = faults_.damage_file(slot_, FileDamage::kTruncated, seed).value();
    const auto cut = done.at("bytes_cut").get<std::size_t>();
    EXPECT_GE(cut, 1U);
    EXPECT_EQ(content("000004.log").size(), 100 - cut);
  }
}

TEST_F(QuorateNodeFaultsTest, WhereThereAreNoRecordsNothingIsDamaged) {
  put("LOCK", "x");
  const Result<Json> nothing = faults_.damage_file(slot_, FileDamage::kTruncated, 1);
  EXPECT_EQ(nothing.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(content("LOCK"), "x");
}

TEST_F(QuorateNodeFaultsTest, AWipeLeavesNothingAndSaysWhatWasThere) {
  put("000004.log", "1234");
  fs::create_directories(data() / ".undo");
  std::ofstream(data() / ".undo" / "000003.log") << "12";
  std::ofstream(slot_.folder / "log.txt") << "of the node";
  EXPECT_EQ(faults_.wipe_disk(slot_).value().dump(), R"({"bytes_lost":6,"files_lost":2})");
  EXPECT_FALSE(fs::exists(data()));
  EXPECT_TRUE(fs::exists(slot_.folder / "log.txt"));
}

TEST_F(QuorateNodeFaultsTest, APowerCutRunsTheNodesProgramAndReadsWhatItPrints) {
  std::vector<NodeLaunch> ran;
  const auto run = [&ran](const NodeLaunch& launch) -> Result<std::string> {
    ran.push_back(launch);
    return std::string(R"({"log_bytes_cut": 96, "log_changes_cut": 2, "files": []})");
  };
  const Json synced = faults_.cut_power(config_, slot_, std::nullopt, run).value();
  EXPECT_EQ(synced.at("bytes_lost"), 96);
  EXPECT_EQ(synced.at("records_lost"), 2);
  EXPECT_EQ(synced.at("acknowledged_lost"), 0);
  config_.durability = "none";
  EXPECT_EQ(faults_.cut_power(config_, slot_, 77, run).value().at("acknowledged_lost"), 2);
  EXPECT_EQ(ran[0].program, "/bin/node");
  EXPECT_THAT(ran[0].arguments, ElementsAre("--cut-power", "--data", data().string()));
  EXPECT_THAT(ran[1].arguments,
              ElementsAre("--cut-power", "--data", data().string(), "--tear", "--seed", "77"));
}

TEST_F(QuorateNodeFaultsTest, APowerCutThatPrintsSomethingElseHasFailed) {
  for (const char* said : {"", "done", "{}", R"({"log_bytes_cut": 1, "log_changes_cut": "x"})"}) {
    const auto run = [said](const NodeLaunch&) { return Result<std::string>(said); };
    EXPECT_FALSE(faults_.cut_power(config_, slot_, std::nullopt, run)) << said;
  }
}

}  // namespace
}  // namespace quorate
