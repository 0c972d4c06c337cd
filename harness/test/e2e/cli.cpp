#include "harness/test/e2e/cli.h"

#include <algorithm>
#include <fstream>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "base/check.h"
#include "base/file.h"
#include "nemesis/network.h"

extern char** environ;

namespace quorate::e2e {
namespace {

std::string program() {
  const char* bin = std::getenv("QUORATE_BIN");
  QUORATE_CHECK(bin != nullptr,
                "QUORATE_BIN names the folder of the programs; run it through ctest");
  return std::string(bin) + "/quorate";
}

std::string text_of(const std::filesystem::path& file) {
  const Result<std::string> content = read_file(file);
  return content ? *content : std::string();
}

}  // namespace

Cli::Cli(const std::filesystem::path& folder, std::vector<std::string> arguments,
         const std::vector<std::string>& prefix) {
  static int runs = 0;
  ++runs;
  out_ = folder / ("stdout." + std::to_string(runs));
  err_ = folder / ("stderr." + std::to_string(runs));
  arguments.insert(arguments.begin(), program());
  arguments.insert(arguments.begin(), prefix.begin(), prefix.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_addopen(&actions, 2, err_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
  posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  const int failed = posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  QUORATE_CHECK(failed == 0, "cannot start {}", argv[0]);
}

Cli::~Cli() {
  if (pid_ < 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
}

void Cli::signal(int number) const { kill(pid_, number); }

std::string Cli::out_so_far() const { return text_of(out_); }

Finished Cli::wait(Duration timeout) {
  int status = 0;
  const bool ended = eventually([&] { return waitpid(pid_, &status, WNOHANG) == pid_; }, timeout);
  Finished finished{.exit_code = -1, .out = text_of(out_), .err = text_of(err_)};
  if (!ended) return finished;
  pid_ = -1;
  finished.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return finished;
}

bool eventually(const std::function<bool()>& condition, Duration timeout) {
  const Instant deadline = monotonic_now() + timeout;
  while (!condition()) {
    if (monotonic_now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return true;
}

std::vector<pid_t> processes_of(const std::filesystem::path& folder) {
  std::vector<pid_t> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    const std::string name = entry.path().filename();
    if (!std::all_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; }))
      continue;
    const Result<std::string> line = read_file(entry.path() / "cmdline");
    if (!line) continue;  // gone meanwhile
    const std::filesystem::path command = line->c_str();
    if (!command.filename().string().starts_with("quorate-node")) continue;
    if (line->find(folder.string()) != std::string::npos) found.push_back(std::stoi(name));
  }
  return found;
}

bool packet_network_works() { return make_packet_network({"n1"}).has_value(); }

Json json_file(const std::filesystem::path& path) {
  const Result<std::string> content = read_file(path);
  QUORATE_CHECK(content.has_value(), "{}", content.error().context);
  const Result<Json> json = parse_json(*content, path.string());
  QUORATE_CHECK(json.has_value(), "{}", json.error().context);
  return *json;
}

}  // namespace quorate::e2e
