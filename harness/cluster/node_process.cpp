#include "harness/cluster/node_process.h"

#include <fstream>
#include <thread>

#include <boost/process/v2/process.hpp>
#include <boost/process/v2/stdio.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/close_range.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace quorate {
namespace {

namespace process = boost::process::v2;

// Runs in the child between fork and exec: system calls only.
struct ChildSetup {
  int namespace_fd;
  pid_t parent;

  template <typename Launcher>
  process::error_code on_exec_setup(Launcher&, const process::filesystem::path&,
                                    const char* const*(&)) const {
    if (namespace_fd >= 0 && setns(namespace_fd, CLONE_NEWNET) != 0) return last_error();
    if (setsid() < 0) return last_error();
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return last_error();
    if (getppid() != parent) _exit(1);  // the harness died before the signal was set up
    // Asio's sockets are inheritable. What the harness closes must be closed.
    if (close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) != 0) return last_error();
    return {};
  }

  static process::error_code last_error() {
    return process::error_code(errno, boost::system::system_category());
  }
};

std::string words_for(int status) {
  if (WIFEXITED(status)) return fmt::format("exit code {}", WEXITSTATUS(status));
  if (WIFSIGNALED(status)) {
    return fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
  }
  return fmt::format("status {}", status);
}

// The state letter in "pid (comm) S …"; comm may hold anything, so it is found from the last ')'.
char thread_state(const std::filesystem::path& stat) {
  std::ifstream file(stat);
  std::string line;
  if (!std::getline(file, line)) return 'X';
  const std::size_t end = line.rfind(')');
  return end == std::string::npos || end + 2 >= line.size() ? 'X' : line[end + 2];
}

bool all_threads_stopped(int pid) {
  std::error_code error;
  for (const auto& task :
       std::filesystem::directory_iterator(fmt::format("/proc/{}/task", pid), error)) {
    if (thread_state(task.path() / "stat") != 'T') return false;
  }
  return !error;
}

}  // namespace

struct NodeProcess::Handle {
  explicit Handle(process::process started) : process(std::move(started)) {}
  process::process process;
};

NodeProcess::NodeProcess(std::unique_ptr<Handle> handle, int pid, FileDescriptor pidfd)
    : handle_(std::move(handle)), pid_(pid), pidfd_(std::move(pidfd)) {}

NodeProcess::~NodeProcess() = default;  // a process that still runs is killed by its handle

Result<std::unique_ptr<NodeProcess>> NodeProcess::start(EventLoop& loop, const ProcessStart& start,
                                                        std::function<void(std::string)> on_exit) {
  const FileDescriptor log(
      open(start.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (!log) return io_error(fmt::format("open {}", start.log.string()), errno);

  process::error_code error;
  process::process started = process::default_process_launcher()(
      loop.io().get_executor(), error, process::filesystem::path(start.program.string()),
      start.arguments, process::process_stdio{nullptr, log.get(), log.get()},
      ChildSetup{start.namespace_fd, getpid()});
  if (error) {
    return Error{ErrorCode::kIo,
                 fmt::format("start {}: {}", start.program.string(), error.message())};
  }
  const int pid = static_cast<int>(started.id());
  FileDescriptor pidfd(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) return io_error(fmt::format("pidfd_open {}", pid), errno);

  auto handle = std::make_unique<Handle>(std::move(started));
  // The number that the handler is given cannot tell an exit code from a signal: the status can.
  handle->process.async_wait([on_exit = std::move(on_exit), &process = handle->process](
                                 boost::system::error_code failed, int) {
    if (!failed) on_exit(words_for(process.native_exit_code()));
  });
  return std::unique_ptr<NodeProcess>(new NodeProcess(std::move(handle), pid, std::move(pidfd)));
}

Result<void> NodeProcess::signal(int number) const {
  if (syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0) == 0) return {};
  if (errno == ESRCH) return Error{ErrorCode::kNotFound, fmt::format("process {} is gone", pid_)};
  return io_error(fmt::format("signal {} to process {}", number, pid_), errno);
}

Result<void> await_stopped(int pid, Duration timeout) {
  const Instant deadline = monotonic_now() + timeout;
  while (!all_threads_stopped(pid)) {
    if (!std::filesystem::exists(fmt::format("/proc/{}", pid))) {
      return Error{ErrorCode::kNotFound, fmt::format("process {} is gone", pid)};
    }
    if (monotonic_now() >= deadline) {
      return Error{ErrorCode::kTimeout, fmt::format("process {} did not stop", pid)};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return {};
}

}  // namespace quorate
