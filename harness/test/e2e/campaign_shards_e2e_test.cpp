// Campaigns in parts, and the parts made one: as the whole would have been.
#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "base/random.h"
#include "harness/test/e2e/campaign_e2e.h"

namespace quorate::e2e {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

using CampaignShardsE2e = CampaignE2e;

// A Slurm cluster that is this machine alone: a controller, a daemon, and munge between them. Gone
// with the object.
class SlurmOnThisMachine {
 public:
  static bool is_installed() {
    for (const char* program : {"/usr/sbin/slurmctld", "/usr/sbin/slurmd", "/usr/sbin/munged"}) {
      if (!fs::exists(program)) return false;
    }
    return geteuid() == 0;
  }

  explicit SlurmOnThisMachine(fs::path folder) : folder_(std::move(folder)) {
    for (const char* each : {"state", "spool"}) fs::create_directories(folder_ / each);
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    const int port = 20'000 + static_cast<int>(draw_entropy() % 20'000);
    const std::string here = folder_.string();
    std::ofstream(folder_ / "slurm.conf")
        << "ClusterName=quorate\nSlurmctldHost=" << host.data() << "(127.0.0.1)\n"
        << "SlurmUser=root\nSlurmdUser=root\nAuthType=auth/munge\nMpiDefault=none\n"
        << "AuthInfo=socket=" << here << "/munge.sock\nCryptoType=crypto/munge\n"
        << "SlurmctldPort=" << port << "\nSlurmdPort=" << port + 1 << "\n"
        << "StateSaveLocation=" << here << "/state\nSlurmdSpoolDir=" << here << "/spool\n"
        << "SlurmctldPidFile=" << here << "/slurmctld.pid\nSlurmdPidFile=" << here
        << "/slurmd.pid\n"
        << "SlurmctldLogFile=" << here << "/slurmctld.log\nSlurmdLogFile=" << here
        << "/slurmd.log\n"
        << "ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none\nReturnToService=2\n"
        << "SelectType=select/cons_tres\nSelectTypeParameters=CR_CPU\n"
        << "NodeName=" << host.data() << " NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN\n"
        << "PartitionName=all Nodes=ALL Default=YES State=UP\n";
    start(
        "head -c 1024 /dev/urandom >munge.key && chmod 400 munge.key && munged --force"
        " --key-file=munge.key --socket=" +
        here + "/munge.sock --pid-file=" + here +
        "/munged.pid"
        " --log-file=" +
        here + "/munge.log --seed-file=" + here + "/munge.seed");
    start("slurmctld -f " + here + "/slurm.conf");
    start("slurmd -f " + here + "/slurm.conf");
  }
  ~SlurmOnThisMachine() {
    for (const char* name : {"slurmd.pid", "slurmctld.pid", "munged.pid"}) {
      const auto text = read_file(folder_ / name);
      if (!text) continue;
      const pid_t pid = std::stoi(*text);
      kill(pid, SIGTERM);
      eventually([&] { return kill(pid, 0) != 0; }, 10s);
    }
  }
  SlurmOnThisMachine(const SlurmOnThisMachine&) = delete;
  SlurmOnThisMachine& operator=(const SlurmOnThisMachine&) = delete;

  std::string command(const std::string& what) const {
    return "PATH=$QUORATE_BIN:$PATH SLURM_CONF=" + (folder_ / "slurm.conf").string() + " " + what;
  }

 private:
  void start(const std::string& what) const {
    const std::string whole =
        "cd " + folder_.string() + " && PATH=$PATH:/usr/sbin && " + what + " >started 2>&1";
    EXPECT_EQ(std::system(whole.c_str()), 0) << what << ": " << *read_file(folder_ / "started");
  }
  fs::path folder_;
};

// What two campaigns over the same runs must agree on: not what time and chance make.
Json comparable(Json results) {
  results.erase("load-s");
  results.erase("total-s");
  for (Json& group : results["groups"]) group.erase("kept");
  for (Json& combination : results["combinations"]) {
    combination.erase("operations");
    combination.erase("flagged");
  }
  return results;
}

TEST_F(CampaignShardsE2e, ShardsMergedAreTheWhole) {
  std::string file = kFile;
  file.replace(file.find("\"repeats\": 1"), 12,
               "\"repeats\": 0");  // each shard tries its own again
  write(file);
  const fs::path whole = folder_ / "whole";
  ASSERT_EQ(run({"--out", whole.string()}).exit_code, 1);
  std::vector<std::string> merge{"merge", (folder_ / "merged").string()};
  for (int shard = 3; shard >= 1; --shard) {  // in whatever order
    const std::string out = (folder_.path() / ("shard-" + std::to_string(shard))).string();
    const Finished done = run({"--out", out, "--shard", std::to_string(shard) + "/3"});
    ASSERT_TRUE(done.exit_code == 0 || done.exit_code == 1) << done.err;
    merge.push_back(out);
  }
  const Finished merged = Cli(folder_.path(), merge).wait(kLong);
  EXPECT_EQ(merged.exit_code, 1) << merged.err;
  EXPECT_EQ(comparable(json_file(folder_ / "merged" / "results.json")),
            comparable(json_file(whole / "results.json")));
  const auto all = records(folder_ / "merged");
  expect_each_once(all, kPlanned);
  std::set<std::uint64_t> seeds;
  for (const RunRecord& record : records(whole)) seeds.insert(record.seed);
  for (const RunRecord& record : all) EXPECT_EQ(seeds.count(record.seed), 1u);
  const Json results = json_file(folder_ / "merged" / "results.json");
  const std::string kept = results["groups"][0]["kept"][0].get<std::string>();
  EXPECT_TRUE(fs::exists(folder_ / "merged" / "runs" / kept / "history.jsonl"));
  merge[1] = (folder_ / "twice").string();
  merge.push_back(merge[2]);
  const Finished twice = Cli(folder_.path(), merge).wait(kLong);
  EXPECT_EQ(twice.exit_code, 254);
  EXPECT_THAT(twice.err, HasSubstr("the same shard twice?"));
  EXPECT_FALSE(fs::exists(folder_ / "twice"));
}

// The script of docs/examples, as it stands there.
TEST_F(CampaignShardsE2e, ShardsRunUnderGnuParallel) {
  const char* const source = std::getenv("QUORATE_SOURCE");
  if (source == nullptr) GTEST_SKIP() << "QUORATE_SOURCE names the sources; run it through ctest";
  const std::string script = std::string(source) + "/docs/examples/campaign_shards/gnu_parallel.sh";
  shell("PATH=$QUORATE_BIN:$PATH " + script + " campaign.json");
  expect_each_once_among_planned(records(folder_ / "whole"));
  EXPECT_EQ(json_file(folder_ / "whole" / "results.json")["exit-code"], 1);
  EXPECT_THAT(*read_file(folder_ / "junit.xml"), HasSubstr("failures=\"1\""));
}

// On one machine, with a Slurm of its own.
TEST_F(CampaignShardsE2e, ShardsRunAsASlurmJobArray) {
  const char* const source = std::getenv("QUORATE_SOURCE");
  if (source == nullptr) GTEST_SKIP() << "QUORATE_SOURCE names the sources; run it through ctest";
  if (!SlurmOnThisMachine::is_installed()) {
    GTEST_SKIP() << "Slurm is not installed (Debian: slurm-wlm, munge), or this is not root";
  }
  const SlurmOnThisMachine slurm(folder_ / "slurm");
  ASSERT_TRUE(
      eventually([&] { return shell(slurm.command("sinfo -h -o %T")) == "idle\n"; }, kLong));
  shell(slurm.command("sbatch --wait " + std::string(source) +
                      "/docs/examples/campaign_shards/slurm.sbatch " +
                      (folder_ / "campaign.json").string()));
  shell("PATH=$QUORATE_BIN:$PATH quorate merge whole shard-*");
  expect_each_once_among_planned(records(folder_ / "whole"));
  for (int shard = 1; shard <= 8; ++shard) {
    const auto head = CampaignFolder::open(folder_.path() / ("shard-" + std::to_string(shard)));
    ASSERT_TRUE(head) << shard;
    EXPECT_EQ(head->head()->shard.number, shard);
  }
}

}  // namespace
}  // namespace quorate::e2e
