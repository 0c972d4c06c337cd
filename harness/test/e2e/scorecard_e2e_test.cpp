// The scorecard, as CI runs it: the quick one must be green, and what is broken must show.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/test/e2e/cli.h"

namespace quorate::e2e {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr auto kPatience = std::chrono::seconds(290);

class ScorecardE2e : public testing::Test {
 protected:
  void SetUp() override {
    if (!packet_network_works()) GTEST_SKIP() << "packet networks need root and /dev/net/tun";
  }

  Finished scorecard(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "scorecard");
    return Cli(scratch_.path(), arguments).wait(kPatience);
  }

  const TemporaryFolder scratch_;
  const std::string out_ = scratch_.path() / "out";
};

TEST_F(ScorecardE2e, TheQuickOneCatchesEveryBugByNameWithoutAFalseAlarm) {
  const Finished finished = scorecard({"--fast", "--json", "--quiet", "--out", out_});
  EXPECT_EQ(finished.exit_code, 0) << finished.out << finished.err;
  const auto score = parse_json(finished.out, "what it printed");
  ASSERT_TRUE(score) << finished.out;
  EXPECT_EQ(score->value("missed", -1), 0);
  EXPECT_EQ(score->value("misnamed", -1), 0);
  EXPECT_GE((*score)["bugs"].size(), 22U);
  EXPECT_EQ((*score)["controls"].value("false-alarms", -1), 0);
  EXPECT_GE((*score)["controls"].value("runs", 0), 40);
  EXPECT_TRUE(processes_of(scratch_.path()).empty());
  // As many runs as it takes: no report says that some are left.
  EXPECT_EQ(json_file(out_ + "/campaign.json")["planned"], 0);

  const std::string saved = out_ + "/scorecard.json";
  EXPECT_EQ(json_file(saved)["sentence"], (*score)["sentence"]);
  const Finished same = scorecard({"--compare", saved, saved});
  EXPECT_EQ(same.exit_code, 0);
  EXPECT_EQ(same.out, "no difference beyond the machine's noise\n");
  // Done already: nothing is run again.
  const Finished again = scorecard({"--fast", "--json", "--quiet", "--out", out_, "--resume"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  const auto resumed = parse_json(again.out, "what it printed");
  ASSERT_TRUE(resumed);
  EXPECT_EQ((*resumed)["bugs"], (*score)["bugs"]);
}

TEST_F(ScorecardE2e, ControlsFindABrokenStoreThatNobodyToldThemAbout) {
  const fs::path program = scratch_.path() / "my-node";
  const char* bin = std::getenv("QUORATE_BIN");
  ASSERT_NE(bin, nullptr);
  std::ofstream(program) << "#!/bin/sh\nexec " << bin
                         << "/quorate-node-buggy --bug read_r_minus_1 \"$@\"\n";
  fs::permissions(program, fs::perms::owner_all);
  const Finished finished = scorecard({"--node-program", program.string(), "--only",
                                       "C8 322 write-back, slow links all the time", "--jobs", "1",
                                       "--quiet", "--out", out_});
  EXPECT_EQ(finished.exit_code, 1) << finished.out << finished.err;
  EXPECT_THAT(finished.out, HasSubstr("a promise was broken in 1 of 1 runs"));
  EXPECT_THAT(finished.out, HasSubstr("BROKEN"));
  EXPECT_TRUE(fs::exists(fs::path(out_) / "runs" / "000000" / "report.html"));
}

TEST_F(ScorecardE2e, SaysWhatItWouldRunAndRefusesWhatItDoesNotKnow) {
  const Finished listed = scorecard({"--list", "--only", "reuse_version"});
  EXPECT_EQ(listed.exit_code, 0);
  EXPECT_THAT(listed.out, HasSubstr("planted  reuse_version, scenario I13\n"));
  EXPECT_THAT(listed.out, HasSubstr("quorate scenario I13 --only breaks"));
  const Finished nothing = scorecard({"--only", "nonsense"});
  EXPECT_EQ(nothing.exit_code, 254);
  EXPECT_THAT(nothing.err, HasSubstr("no case has \"nonsense\" in its name"));
  std::ofstream(scratch_.path() / "other.json") << "{}";
  const std::string other = scratch_.path() / "other.json";
  const Finished compared = scorecard({"--compare", other, other});
  EXPECT_EQ(compared.exit_code, 254);
  EXPECT_THAT(compared.err, HasSubstr("this is no scorecard"));
}

}  // namespace
}  // namespace quorate::e2e
