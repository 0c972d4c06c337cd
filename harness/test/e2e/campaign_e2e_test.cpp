// Campaigns of real runs: whatever stops one, no run that ended is lost, and none is made twice.
#include "harness/test/e2e/campaign_e2e.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mount.h>
#include <unistd.h>

#include "base/random.h"

namespace quorate::e2e {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

// Processes of `quorate run` whose folder is this.
std::vector<pid_t> runs_in(const fs::path& out) {
  std::vector<pid_t> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const Result<std::string> line = read_file(entry.path() / "cmdline");
    if (line && line->find(std::string("\0run\0", 5)) != std::string::npos &&
        line->find(out.string()) != std::string::npos) {
      found.push_back(std::stoi(name));
    }
  }
  return found;
}

bool nothing_runs_in(const fs::path& out) {
  return eventually([&] { return runs_in(out).empty() && processes_of(out).empty(); }, 10s);
}

TEST_F(CampaignE2e, TellsWhatFailedAndHowOften) {
  const fs::path out = folder_ / "out";
  const Finished done = run({"--out", out.string(), "--junit", (folder_ / "junit.xml").string(),
                             "--markdown", (folder_ / "job.md").string()});
  EXPECT_EQ(done.exit_code, 1) << done.err << done.out;
  EXPECT_THAT(done.out, HasSubstr("8 of 12 runs as they must, 4 failed in 1 group"));
  EXPECT_THAT(done.out, HasSubstr("latest not found broken, 4 of 4 runs (100.0 %)"));
  EXPECT_THAT(done.out, HasSubstr("tried again: failed 1 of 1 times"));
  const auto all = records(out);
  expect_each_once(all, kPlanned);
  EXPECT_EQ(all.size(), kPlanned + 1u);  // one repeat
  const Json results = json_file(out / "results.json");
  EXPECT_EQ(results["exit-code"], 1);
  // The smallest failure is whole; what passed keeps how it was made, and its verdict.
  ASSERT_EQ(results["groups"].size(), 1u);
  ASSERT_EQ(results["groups"][0]["kept"].size(), 1u);
  const std::string kept = results["groups"][0]["kept"][0].get<std::string>();
  for (const RunRecord& record : all) {
    const fs::path path = out / "runs" / record.name;
    EXPECT_TRUE(fs::exists(path / "test.json")) << record.name;
    EXPECT_TRUE(fs::exists(path / "results.json")) << record.name;
    EXPECT_EQ(fs::exists(path / "history.jsonl"), record.name == kept) << record.name;
    EXPECT_FALSE(fs::exists(out / "runs" / (record.name + ".log"))) << record.name;
  }
  EXPECT_THAT(*read_file(folder_ / "job.md"), HasSubstr("| latest not found broken |"));
  const Finished again = run({"--out", out.string()});
  EXPECT_EQ(again.exit_code, 254);
  EXPECT_THAT(again.err, HasSubstr("--resume"));
}

TEST_F(CampaignE2e, AJUnitParserReadsWhatItWrites) {
  const fs::path junit = folder_ / "junit.xml";
  ASSERT_EQ(run({"--out", (folder_ / "out").string(), "--junit", junit.string()}).exit_code, 1);
  const std::string script =
      "import sys, junitparser\n"
      "xml = junitparser.JUnitXml.fromfile(sys.argv[1])\n"
      "suite = next(iter(xml))\n"
      "bad = [c for c in suite if any(isinstance(r, junitparser.Failure) for r in c.result)]\n"
      "print(suite.name, suite.tests, suite.failures, suite.errors, len(list(suite)), "
      "bad[0].name)\n";
  std::ofstream(folder_ / "read.py") << script;
  const std::string command = "/usr/bin/python3 " + (folder_ / "read.py").string() + " " +
                              junit.string() + " >" + (folder_ / "read").string() + " 2>&1";
  ASSERT_EQ(std::system(command.c_str()), 0) << *read_file(folder_ / "read");
  EXPECT_EQ(*read_file(folder_ / "read"), "small 3 1 0 3 r=3 read-mode=write-back\n");
}

TEST_F(CampaignE2e, AnInterruptedCampaignGoesOnWhereItStopped) {
  const fs::path out = folder_ / "out";
  Cli first(folder_.path(), command({"--out", out.string(), "--resume"}));
  ASSERT_TRUE(eventually([&] { return records(out).size() >= 3; }, kLong));
  first.signal(SIGINT);
  const Finished stopped = first.wait(kLong);
  EXPECT_THAT(stopped.out, HasSubstr("stopped    interrupted"));
  EXPECT_NE(stopped.exit_code, 0);
  EXPECT_TRUE(nothing_runs_in(out));
  const auto before = records(out);
  ASSERT_LT(before.size(), kPlanned + 1u);
  const Finished done = run({"--out", out.string(), "--resume"});
  EXPECT_EQ(done.exit_code, 1) << done.err;
  const auto after = records(out);
  expect_each_once(after, kPlanned);
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(to_json(before[i]), to_json(after[i]));
  }
  // Nothing is left to do, and it says what was found.
  const Finished once_more = run({"--out", out.string(), "--resume"});
  EXPECT_EQ(once_more.exit_code, 1);
  EXPECT_EQ(records(out).size(), after.size());
}

TEST_F(CampaignE2e, KilledAtAnyMomentItLosesNoRunThatEnded) {
  const fs::path out = folder_ / "out";
  RandomStream random(draw_entropy(), "kill");
  for (int kill = 0; kill < 8; ++kill) {
    Cli campaign(folder_.path(), command({"--out", out.string(), "--resume", "--jobs", "2"}));
    const auto before = records(out);
    const auto moment = std::chrono::milliseconds(50 + random.below(1500));
    const Instant at = monotonic_now() + moment;
    eventually([&] { return monotonic_now() >= at; }, kLong);
    campaign.signal(SIGKILL);
    campaign.wait(kLong);
    ASSERT_TRUE(nothing_runs_in(out));
    if (!CampaignFolder::is_one(out)) continue;  // it had not begun
    const auto after = records(out);
    ASSERT_GE(after.size(), before.size());
  }
  const Finished done = run({"--out", out.string(), "--resume"});
  EXPECT_EQ(done.exit_code, 1) << done.err;
  expect_each_once(records(out), kPlanned);
}

TEST_F(CampaignE2e, ARunWhoseLineIsMissingIsFoundByItsFolder) {
  const fs::path out = folder_ / "out";
  const Finished done = run({"--out", out.string(), "--count", "2"});
  const auto before = records(out);
  ASSERT_GE(before.size(), 2u) << done.err;
  const fs::path last = out / "runs" / before.back().name / "results.json";
  const auto written = fs::last_write_time(last);
  const auto ledger = read_file(out / "runs.jsonl");
  const std::size_t end = ledger->rfind('\n', ledger->size() - 2);
  fs::resize_file(out / "runs.jsonl", end + 1);
  ASSERT_EQ(records(out).size(), before.size() - 1);
  const Finished resumed = run({"--out", out.string(), "--count", "2", "--resume"});
  EXPECT_EQ(resumed.exit_code, done.exit_code) << resumed.err;
  const auto after = records(out);
  ASSERT_EQ(after.size(), before.size());
  EXPECT_EQ(after.back().name, before.back().name);
  EXPECT_EQ(after.back().operations, before.back().operations);
  EXPECT_EQ(fs::last_write_time(last), written) << "it was not made again";
}

TEST_F(CampaignE2e, TheCommandLineSaysHowManyRuns) {
  const fs::path out = folder_ / "out";
  const Finished done = run({"--out", out.string(), "--count", std::to_string(kPlanned + 2)});
  EXPECT_EQ(done.exit_code, 1) << done.err;
  expect_each_once(records(out), kPlanned + 2);
}

TEST_F(CampaignE2e, TwoDoNotWorkOnOneFolder) {
  const fs::path out = folder_ / "out";
  Cli first(folder_.path(), command({"--out", out.string()}));
  ASSERT_TRUE(eventually([&] { return !records(out).empty(); }, kLong));
  const Finished second = run({"--out", out.string(), "--resume"});
  EXPECT_EQ(second.exit_code, 254);
  EXPECT_THAT(second.err, HasSubstr("another process is at work on the campaign in"));
  EXPECT_EQ(first.wait(kLong).exit_code, 1);
  expect_each_once(records(out), kPlanned);
}

TEST_F(CampaignE2e, ARunThatHangsIsKilledAtItsDeadlineAndCounted) {
  write(
      R"({"name": "hang", "options": {"nodes": 3, "time": "4s", "max-operations": 400}, "seeds": 2, "canary": false,
            "axes": {"r": [2]}, "repeats": 0, "limits": {"jobs": 1, "grace": "2s"}})");
  const fs::path out = folder_ / "out";
  Cli campaign(folder_.path(), command({"--out", out.string()}));
  std::vector<pid_t> runs;
  ASSERT_TRUE(
      eventually([&] { return !(runs = runs_in(out / "runs" / "000000")).empty(); }, kLong));
  kill(runs[0], SIGSTOP);
  const Finished done = campaign.wait(kLong);
  EXPECT_EQ(done.exit_code, 255) << done.err;
  EXPECT_THAT(done.out, HasSubstr("hung, 1 of 2 runs"));
  const auto all = records(out);
  expect_each_once(all, 2);
  EXPECT_EQ(all[0].signature->anomaly, "hung");
  EXPECT_EQ(all[1].outcome, RunOutcome::kPass);
  EXPECT_TRUE(nothing_runs_in(out));
}

// A schema validator of Debian's takes the file that `--init` prints, and refuses a wrong one.
TEST_F(CampaignE2e, TheTemplateFitsTheSchema) {
  const char* const source = std::getenv("QUORATE_SOURCE");
  if (source == nullptr) GTEST_SKIP() << "QUORATE_SOURCE names the sources; run it through ctest";
  write(Cli(folder_.path(), {"campaign", "--init"}).wait(kLong).out);
  const std::string script =
      "import json, re, sys, jsonschema\n"
      "schema = json.load(open(sys.argv[1]))\n"
      "file = json.loads(re.sub(r'//.*', '', open(sys.argv[2]).read()))\n"
      "jsonschema.validate(file, schema)\n"
      "file['axes']['red-mode'] = [1]\n"
      "try:\n"
      "  jsonschema.validate(file, schema)\n"
      "except jsonschema.ValidationError:\n"
      "  print('fits, and a wrong one does not')\n";
  std::ofstream(folder_ / "fit.py") << script;
  EXPECT_EQ(shell("/usr/bin/python3 fit.py " + std::string(source) +
                  "/docs/campaign.schema.json campaign.json"),
            "fits, and a wrong one does not\n");
}

TEST_F(CampaignE2e, AFullDiskStopsItAndLeavesWholeFiles) {
  const fs::path disk = folder_ / "disk";
  fs::create_directory(disk);
  if (mount("tmpfs", disk.c_str(), "tmpfs", 0, "size=400m") != 0) {
    GTEST_SKIP() << "only root may mount a small disk";
  }
  const fs::path out = disk / "out";
  Cli campaign(folder_.path(), command({"--out", out.string()}));
  ASSERT_TRUE(eventually([&] { return records(out).size() >= 2; }, kLong));
  ASSERT_EQ(
      std::system(
          ("head -c 395M /dev/zero >" + (disk / "filler").string() + " 2>/dev/null; true").c_str()),
      0);
  const Finished full = campaign.wait(kLong);
  EXPECT_EQ(full.exit_code, 255);
  EXPECT_THAT(full.err, HasSubstr("the disk is full"));
  EXPECT_THAT(full.err, HasSubstr("--resume"));
  const auto before = records(out);
  EXPECT_GE(before.size(), 2u);
  for (const RunRecord& record : before) {
    EXPECT_EQ(record.outcome, RunOutcome::kPass) << record.sentence;
    json_file(out / "runs" / record.name / "results.json");
  }
  fs::remove(disk / "filler");
  const Finished done = run({"--out", out.string(), "--resume"});
  EXPECT_EQ(done.exit_code, 1) << done.err;
  expect_each_once(records(out), kPlanned);
  ASSERT_EQ(umount(disk.c_str()), 0);
}

// A combination that never breaks what it is said to break: each run is one of the same group.
constexpr const char* kFailing = R"({
  "name": "failing", "seeds": 5, "canary": false, "repeats": 0, "keep": 3,
  "options": {"nodes": 3, "time": "20s", "max-operations": 400}, "axes": {"r": [3]},
  "expect": [{"where": {"r": 3}, "violation": "latest"}],
  "limits": {"jobs": 1, "disk": "DISK"}
})";

std::string failing(std::string_view disk) {
  std::string file = kFailing;
  return file.replace(file.find("DISK"), 4, disk);
}

std::vector<std::string> whole_runs_in(const fs::path& out) {
  std::vector<std::string> whole;
  for (const auto& run : fs::directory_iterator(out / "runs")) {
    if (fs::exists(run.path() / "history.jsonl")) whole.push_back(run.path().filename());
  }
  std::sort(whole.begin(), whole.end());
  return whole;
}

TEST_F(CampaignE2e, OverItsBudgetItKeepsOneRunOfEachGroupAndGoesOn) {
  const fs::path ample = folder_ / "ample";
  write(failing("1GiB"));
  ASSERT_EQ(run({"--out", ample.string()}).exit_code, 1);
  EXPECT_EQ(whole_runs_in(ample).size(), 3u);
  const auto used = [&](const fs::path& path) {
    return std::stol(shell("du --block-size=1 --summarize " + path.string()));
  };
  const long one = used(ample / "runs" / whole_runs_in(ample)[0]);
  const long room = used(ample / "runs") - one;

  const fs::path out = folder_ / "out";
  write(failing(std::to_string(room)));
  const Finished done = run({"--out", out.string()});
  EXPECT_EQ(done.exit_code, 1) << done.err;
  expect_each_once(records(out), 5);
  EXPECT_EQ(whole_runs_in(out).size(), 1u);
  EXPECT_EQ(json_file(out / "results.json")["groups"][0]["kept"].get<std::vector<std::string>>(),
            whole_runs_in(out));
  // Who goes on with it knows that the others are gone.
  EXPECT_EQ(run({"--out", out.string(), "--resume"}).exit_code, 1);
  EXPECT_EQ(json_file(out / "results.json")["groups"][0]["kept"].get<std::vector<std::string>>(),
            whole_runs_in(out));

  write(failing(std::to_string(one / 2)));
  const Finished full = run({"--out", (folder_ / "tight").string()});
  EXPECT_EQ(full.exit_code, 255);
  EXPECT_THAT(full.err, HasSubstr("though each group of failures keeps 1 whole"));
}

TEST_F(CampaignE2e, ACanaryThatFindsNothingIsToldLoudly) {
  write(
      R"({"name": "blind", "options": {"nodes": 3, "time": "20s", "max-operations": 400}, "axes": {"r": [2]},
            "canary": {"every": 5, "options": {"nodes": 3, "time": "300ms"}}})");
  const Finished done = run({"--out", (folder_ / "out").string()});
  EXPECT_EQ(done.exit_code, 255) << done.out;
  EXPECT_THAT(done.out, HasSubstr("a planted bug was NOT found: the harness may be blind"));
  EXPECT_THAT(done.err, HasSubstr("NOT FOUND"));
}

TEST_F(CampaignE2e, TheTemplatesCanaryIsFound) {
  write(
      R"({"name": "seeing", "options": {"nodes": 3, "time": "20s", "max-operations": 400}, "axes": {"r": [2]}})");
  const Finished done = run({"--out", (folder_ / "out").string()});
  EXPECT_EQ(done.exit_code, 0) << done.out << done.err;
  EXPECT_THAT(done.out, HasSubstr("planted bugs were found 1 of 1 times"));
}

TEST_F(CampaignE2e, AGateLetsThroughWhatItExcuses) {
  std::ofstream(folder_ / "gate.json") << R"({"known-failures": [
      {"anomaly": "latest not found broken", "reason": "r = 3 of 3 breaks nothing",
       "expires": "2999-12-31"}]})";
  const std::string gate = (folder_ / "gate.json").string();
  const Finished open = run({"--out", (folder_ / "a").string(), "--gate", gate});
  EXPECT_EQ(open.exit_code, 0) << open.out;
  EXPECT_THAT(open.out, HasSubstr("excused: latest not found broken"));
  const Finished fast = run({"--out", (folder_ / "b").string(), "--fail-fast", "--jobs", "1"});
  EXPECT_EQ(fast.exit_code, 1);
  EXPECT_THAT(fast.out, HasSubstr("stopped    the first failure"));
  EXPECT_LT(records(folder_ / "b").size(), kPlanned + 1u);
}

TEST_F(CampaignE2e, RefusesAWrongFileBeforeAnythingStarts) {
  write("{\n\"axes\": {\n\"red-mode\": [1]}}");
  const fs::path out = folder_ / "out";
  const Finished done = run({"--out", out.string()});
  EXPECT_EQ(done.exit_code, 254);
  EXPECT_THAT(done.err, HasSubstr("campaign.json, line 3: the axis \"red-mode\" is unknown"));
  EXPECT_FALSE(fs::exists(out));
}

}  // namespace
}  // namespace quorate::e2e
