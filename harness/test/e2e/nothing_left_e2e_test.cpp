// Whatever ends the harness, nothing of its run is left; and a fault acts on the process it names.
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "harness/test/e2e/as_nobody.h"
#include "harness/test/e2e/cli.h"

namespace quorate::e2e {
namespace {

using namespace std::chrono_literals;

constexpr int kKills = 50;
// Marks the environment of a run's processes, with the run's name before it.
const std::string kMark = "-of-" + std::to_string(getpid());
constexpr auto kGone = 10s;  // a deadline: it takes milliseconds

// "net:[4026532177]" of everything below the folder that leads to a network namespace.
void add_namespaces(const std::filesystem::path& folder, std::set<std::string>* found) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string target = std::filesystem::read_symlink(entry.path(), error).string();
    if (!error && target.starts_with("net:[")) found->insert(target);
  }
}

// Those that a process lives in or holds open.
std::set<std::string> namespaces_of(pid_t pid) {
  std::set<std::string> found;
  add_namespaces("/proc/" + std::to_string(pid) + "/ns", &found);
  add_namespaces("/proc/" + std::to_string(pid) + "/fd", &found);
  return found;
}

std::vector<pid_t> all_processes() {
  std::vector<pid_t> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") == std::string::npos) found.push_back(std::stoi(name));
  }
  return found;
}

// Who lives in each namespace or holds it open.
std::map<std::string, std::set<pid_t>> holders_of_namespaces() {
  std::map<std::string, std::set<pid_t>> found;
  for (const pid_t pid : all_processes()) {
    for (const std::string& each : namespaces_of(pid)) found[each].insert(pid);
  }
  return found;
}

// Processes that inherited the marked environment, whatever they are.
std::vector<pid_t> marked_processes(const std::string& mark) {
  std::vector<pid_t> found;
  for (const pid_t pid : all_processes()) {
    const Result<std::string> environment = read_file("/proc/" + std::to_string(pid) + "/environ");
    if (environment && environment->find(mark) != std::string::npos) found.push_back(pid);
  }
  return found;
}

std::set<std::string> interfaces() {
  std::set<std::string> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/class/net", error)) {
    found.insert(entry.path().filename());
  }
  return found;
}

// Mounts that keep a namespace alive, or that touch the folder.
std::size_t mounts_of(const std::filesystem::path& folder) {
  std::ifstream file("/proc/self/mountinfo");
  std::size_t found = 0;
  for (std::string line; std::getline(file, line);) {
    const bool ours = line.find(folder.string()) != std::string::npos;
    if (ours || line.find(" nsfs ") != std::string::npos) ++found;
  }
  return found;
}

class NothingLeftE2e : public testing::Test {
 protected:
  void SetUp() override {
    if (!packet_network_works()) GTEST_SKIP() << "no packet network here";
    open_to_nobody(scratch_.path());
  }

  std::unique_ptr<Cli> start(const std::string& name, const std::string& network, bool as_nobody) {
    const auto out = scratch_.path() / "out" / name;
    const std::vector<std::string> arguments{"run",
                                             "--quiet",
                                             "--out",
                                             out,
                                             "--nodes",
                                             "3",
                                             "--time",
                                             "300ms",
                                             "--nemesis",
                                             "kill,pause,partition",
                                             "--nemesis-interval",
                                             "100ms",
                                             "--network",
                                             network};
    const std::vector<std::string> prefix =
        as_nobody ? nobody_prefix(scratch_.path(), "0600") : std::vector<std::string>();
    setenv("QUORATE_TEST_RUN", (name + kMark).c_str(), 1);
    auto started = std::make_unique<Cli>(scratch_.path(), arguments, prefix);
    unsetenv("QUORATE_TEST_RUN");
    return started;
  }

  TemporaryFolder scratch_;
};

TEST_F(NothingLeftE2e, AfterKillsAtFiftyRandomMoments) {
  const bool may_be_nobody = nobody_may_make_namespaces();
  const std::set<std::string> own_interfaces = interfaces();
  const std::set<std::string> own_namespaces = namespaces_of(getpid());
  const std::size_t own_mounts = mounts_of(scratch_.path());
  const Instant begin = monotonic_now();
  ASSERT_EQ(start("whole", "packet", false)->wait().exit_code % 2, 0);  // pass, or too short
  const auto length = monotonic_now() - begin;

  RandomStream random(20261126, "kills");
  std::map<std::string, int> reached;
  for (int kill = 0; kill < kKills; ++kill) {
    const std::string name = "run" + std::to_string(kill);
    const auto out = scratch_.path() / "out" / name;
    const bool as_nobody = kill % 5 == 1 && may_be_nobody;
    const auto cli = start(name, kill % 5 == 0 ? "proxy" : "packet", as_nobody);
    const auto moment = std::chrono::steady_clock::now() +
                        std::chrono::duration_cast<Duration>(length * 1.05 * random.uniform());
    std::this_thread::sleep_until(moment);
    // Numbers of namespaces are used again: what counts is who held one before and after.
    std::map<std::string, std::set<pid_t>> used = holders_of_namespaces();
    const std::set<std::string> of_the_run = namespaces_of(cli->pid());
    cli->signal(SIGKILL);
    cli->wait();

    EXPECT_TRUE(eventually([&] { return marked_processes(name + kMark).empty(); }, kGone)) << name;
    EXPECT_TRUE(eventually([&] { return processes_of(out).empty(); }, kGone)) << name;
    // A process that dies has lost its environment before its namespaces.
    const auto none_is_held = [&] {
      for (const auto& [each, now] : holders_of_namespaces()) {
        if (own_namespaces.contains(each) || !of_the_run.contains(each)) continue;
        for (const pid_t pid : now) {
          if (used[each].contains(pid)) return false;
        }
      }
      return true;
    };
    EXPECT_TRUE(eventually(none_is_held, kGone)) << name;
    EXPECT_EQ(interfaces(), own_interfaces) << name;
    EXPECT_EQ(mounts_of(scratch_.path()), own_mounts) << name;
    ++reached[std::filesystem::exists(out / "results.json")                  ? "over"
              : std::filesystem::exists(out / "nodes" / "n3" / "ready.json") ? "load or later"
                                                                             : "start-up"];
  }
  EXPECT_GT(reached["start-up"], 0);
  EXPECT_GT(reached["load or later"], 0);
  for (const auto& [phase, times] : reached) RecordProperty(phase, times);
}

// What was seen of a process while it ran.
struct Seen {
  std::string node;
  bool stopped = false;
  Instant first{};
  Instant last{};
};

// "--name n2" of a quorate-node's command line.
std::string node_name_of(pid_t pid) {
  const Result<std::string> line = read_file("/proc/" + std::to_string(pid) + "/cmdline");
  const std::string option("--name\0", 7);
  const std::size_t at = line ? line->find(option) : std::string::npos;
  return at == std::string::npos ? "" : std::string(line->c_str() + at + option.size());
}

// The state in /proc/PID/stat, behind the name in parentheses.
char state_of(pid_t pid) {
  const Result<std::string> stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  const std::size_t end = stat ? stat->rfind(')') : std::string::npos;
  return end == std::string::npos || end + 2 >= stat->size() ? 'X' : (*stat)[end + 2];
}

TEST_F(NothingLeftE2e, FaultsActOnTheProcessesThatTheHistoryNames) {
  const auto out = scratch_.path() / "out" / "faults";
  Cli cli(scratch_.path(),
          {"run", "--quiet", "--out", out, "--nodes", "3", "--time", "4", "--nemesis", "kill,pause",
           "--nemesis-interval", "400ms", "--seed", "3"});
  std::map<pid_t, Seen> seen;
  const auto over = [&] { return std::filesystem::exists(out / "results.json"); };
  Instant last{};
  while (!over() && (last == Instant{} || monotonic_now() - last < 20s)) {
    for (const pid_t pid : processes_of(out)) {
      last = monotonic_now();
      Seen& process = seen[pid];
      if (process.first == Instant{}) process.first = last;
      const std::string name = node_name_of(pid);
      if (!name.empty()) process.node = name;
      process.last = last;
      if (state_of(pid) == 'T') process.stopped = true;
    }
    std::this_thread::sleep_for(1ms);
  }
  const Finished finished = cli.wait();
  ASSERT_EQ(finished.exit_code, 0) << finished.out << finished.err;

  std::set<pid_t> paused;
  std::set<pid_t> killed;
  std::ifstream history(out / "history.jsonl");
  for (std::string line; std::getline(history, line);) {
    const Json mark = parse_json(line, "history").value();
    if (mark["process"] != "nemesis" || mark["type"] != "ok") continue;
    const std::string what = mark["f"].get<std::string>();
    if (what != "inject-pause" && what != "inject-kill") continue;
    const Json& value = mark["value"];
    for (std::size_t i = 0; i < value["nodes"].size(); ++i) {
      const pid_t pid = value["pids"][i].get<pid_t>();
      EXPECT_EQ(seen[pid].node, value["nodes"][i].get<std::string>()) << line;
      (what == "inject-pause" ? paused : killed).insert(pid);
    }
  }
  EXPECT_FALSE(paused.empty());
  EXPECT_FALSE(killed.empty());
  std::map<std::string, std::pair<Instant, pid_t>> newest;  // of each node
  for (const auto& [pid, process] : seen) {
    auto& of_node = newest[process.node];
    of_node = std::max(of_node, {process.first, pid});
  }
  std::map<std::string, int> processes;
  for (const auto& [pid, process] : seen) {
    EXPECT_EQ(process.stopped, paused.contains(pid)) << process.node << " " << pid;
    // Who was killed was gone before the node's next process came, which lived to the end.
    const auto& [came, follower] = newest[process.node];
    EXPECT_EQ(pid != follower, killed.contains(pid)) << process.node << " " << pid;
    if (pid != follower) {
      EXPECT_LE(process.last, came) << process.node << " " << pid;
    }
    ++processes[process.node];
  }
  EXPECT_EQ(processes.size(), 3U);
  EXPECT_EQ(seen.size(), 3 + killed.size()) << "each of them was started anew";
}

}  // namespace
}  // namespace quorate::e2e
