#include "node/server/test/node_process.h"

#include <algorithm>
#include <chrono>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace quorate::node {
namespace {

constexpr int kPatienceMs = 10'000;

// A planted bug needs the binary that has them.
std::string binary(const std::vector<std::string>& options) {
  const char* folder = ::getenv("QUORATE_BIN");
  const bool is_buggy = std::find(options.begin(), options.end(), "--bug") != options.end();
  return std::string(folder == nullptr ? "." : folder) + "/quorate-node" +
         (is_buggy ? "-buggy" : "");
}

[[noreturn]] void become_node(const std::vector<std::string>& words, int output, int log) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  ::_exit(126);
}

}  // namespace

NodeProcess::NodeProcess(const std::string& name, const std::filesystem::path& folder,
                         const std::vector<std::string>& options)
    : folder_(folder) {
  std::filesystem::create_directories(folder_);
  std::vector<std::string> words{binary(options), "--name", name, "--data",
                                 (folder_ / "data").string()};
  words.insert(words.end(), options.begin(), options.end());
  int ends[2] = {-1, -1};
  if (::pipe2(ends, O_CLOEXEC) != 0) ADD_FAILURE() << "pipe";
  output_ = FileDescriptor(ends[0]);
  const FileDescriptor write_end(ends[1]);
  const FileDescriptor log(
      ::open((folder_ / "log").c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644));
  pid_ = ::fork();
  if (pid_ == 0) become_node(words, write_end.get(), log.get());
}

NodeProcess::~NodeProcess() {
  if (ended_) return;
  signal(SIGKILL);
  await_end();
}

int NodeProcess::await_ready() {
  std::string line;
  while (line.find('\n') == std::string::npos) {
    pollfd output{output_.get(), POLLIN, 0};
    if (::poll(&output, 1, kPatienceMs) <= 0) return 0;
    char bytes[256];
    const ssize_t got = ::read(output_.get(), bytes, sizeof bytes);
    if (got <= 0) return 0;
    line.append(bytes, static_cast<std::size_t>(got));
  }
  const std::string start = "ready 127.0.0.1:";
  if (!line.starts_with(start)) return 0;
  port_ = std::stoi(line.substr(start.size()));
  return port_;
}

void NodeProcess::signal(int number) const {
  if (!ended_) ::kill(pid_, number);
}

int NodeProcess::await_end() {
  if (ended_) return *ended_;
  // glibc 2.36 declares pidfd_open() without C linkage.
  const FileDescriptor process(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  pollfd end{process.get(), POLLIN, 0};
  if (::poll(&end, 1, kPatienceMs) <= 0) return -1;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return *ended_;
}

std::string NodeProcess::log() const {
  const Result<std::string> text = read_file(folder_ / "log");
  return text ? *text : "";
}

TestCluster::TestCluster(int size, const std::vector<std::string>& options) : options_(options) {
  for (int i = 0; i < size; ++i) {
    nodes_.push_back(std::make_unique<NodeProcess>(name(i), folder_.path() / name(i), options_));
  }
  for (int i = 0; i < size; ++i) EXPECT_NE(node(i).await_ready(), 0) << node(i).log();
  introduce();
  for (int i = 0; i < size; ++i) EXPECT_TRUE(await_links(i, size - 1)) << node(i).log();
  for (int i = 0; i < size; ++i) EXPECT_TRUE(await_voting(i)) << node(i).log();
}

void TestCluster::kill(int index) {
  node(index).signal(SIGKILL);
  EXPECT_EQ(node(index).await_end(), 128 + SIGKILL);
}

void TestCluster::restart(int index, int port) {
  std::vector<std::string> options = options_;
  options.insert(options.end(), {"--listen", "127.0.0.1:" + std::to_string(port)});
  auto& place = nodes_[static_cast<std::size_t>(index)];
  place = std::make_unique<NodeProcess>(name(index), folder_.path() / name(index), options);
  EXPECT_NE(place->await_ready(), 0) << place->log();
}

void TestCluster::introduce() {
  std::string list;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    list += (i == 0 ? "" : ",") + name(static_cast<int>(i)) +
            "=127.0.0.1:" + std::to_string(nodes_[i]->port());
  }
  for (const auto& one : nodes_) RespClient(one->port()).ask({"PEERS", list});
}

Json TestCluster::status(int index) {
  const Answer answer = RespClient(port(index)).ask({"STATUS"});
  const Result<Json> status = parse_json(answer.text, "STATUS");
  return status ? *status : Json();
}

bool TestCluster::await(int index, const std::function<bool(const Json&)>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::chrono::steady_clock::now() < deadline) {
    const Json now = status(index);
    if (now.is_object() && condition(now)) return true;
    ::poll(nullptr, 0, 2);
  }
  return false;
}

bool TestCluster::await_links(int index, int peers) {
  return await(index, [peers](const Json& now) {
    int connected = 0;
    for (const Json& peer : now.at("peers")) {
      if (!peer.at("self").get<bool>() && peer.at("connected").get<bool>()) ++connected;
    }
    return connected == peers;
  });
}

bool TestCluster::await_voting(int index) {
  return await(index, [](const Json& now) { return now.value("voting", false); });
}

void TestCluster::wipe(int index) {
  std::filesystem::remove_all(folder_.path() / name(index) / "data");
}

}  // namespace quorate::node
