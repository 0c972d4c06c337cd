#include "harness/cluster/node_process.h"

#include <fstream>
#include <thread>

#include <boost/asio/posix/stream_descriptor.hpp>
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

#include "base/check.h"
#include "base/file.h"

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

std::string words_for(const siginfo_t& end) {
  if (end.si_code == CLD_EXITED) return fmt::format("exit code {}", end.si_status);
  return fmt::format("signal {} ({})", end.si_status, strsignal(end.si_status));
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

struct NodeProcess::Handle : std::enable_shared_from_this<Handle> {
  Handle(EventLoop& loop, int of, FileDescriptor opened, std::function<void(std::string)> on_end)
      : pid(of), pidfd(loop.io(), opened.release()), on_exit(std::move(on_end)) {}

  // Not by Boost's async_wait: that waits for the process on the loop's thread when it is woken for
  // nothing, as Asio may wake whoever uses a descriptor after another.
  void wait() {
    pidfd.async_wait(pidfd.wait_read, [self = shared_from_this()](boost::system::error_code error) {
      if (error || self->reaped) return;
      const siginfo_t end = self->reap(WNOHANG);
      if (!self->reaped) return self->wait();
      self->on_exit(words_for(end));
    });
  }

  siginfo_t reap(int flags) {
    siginfo_t end{};
    while (waitid(P_PID, static_cast<id_t>(pid), &end, WEXITED | flags) != 0) {
      QUORATE_CHECK(errno == EINTR, "process {} was reaped by somebody else", pid);
    }
    reaped = end.si_pid != 0;
    return end;
  }

  const int pid;  // nobody else's before it is reaped
  boost::asio::posix::stream_descriptor pidfd;
  std::function<void(std::string)> on_exit;
  bool reaped = false;
};

NodeProcess::NodeProcess(std::shared_ptr<Handle> handle) : handle_(std::move(handle)) {}

NodeProcess::~NodeProcess() {
  if (!handle_->reaped && signal(SIGKILL)) handle_->reap(0);
  handle_->pidfd.close();
}

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

  (void)started.detach();
  auto handle = std::make_shared<Handle>(loop, pid, std::move(pidfd), std::move(on_exit));
  handle->wait();
  return std::unique_ptr<NodeProcess>(new NodeProcess(std::move(handle)));
}

int NodeProcess::pid() const { return handle_->pid; }

Result<void> NodeProcess::signal(int number) const {
  const int pidfd = handle_->pidfd.native_handle();
  if (syscall(SYS_pidfd_send_signal, pidfd, number, nullptr, 0) == 0) return {};
  if (errno == ESRCH) return Error{ErrorCode::kNotFound, fmt::format("process {} is gone", pid())};
  return io_error(fmt::format("signal {} to process {}", number, pid()), errno);
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
