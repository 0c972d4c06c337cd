// Real processes of the operating system, and short ones.
#include "harness/cluster/node_process.h"

#include <fstream>
#include <iterator>
#include <optional>

#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/test/temporary_folder.h"

namespace quorate {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr auto kPatience = 20s;  // reached only where something is broken

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool is_gone(int pid) { return ::kill(pid, 0) != 0 && errno == ESRCH; }

class NodeProcessTest : public testing::Test {
 protected:
  std::unique_ptr<NodeProcess> start(const std::string& program,
                                     std::vector<std::string> arguments) {
    auto started = NodeProcess::start(
        loop_,
        {.program = program, .arguments = std::move(arguments), .namespace_fd = -1, .log = log_},
        [this](std::string how) { end_ = std::move(how); });
    EXPECT_TRUE(started) << started.error().to_string();
    return started ? std::move(*started) : nullptr;
  }
  std::unique_ptr<NodeProcess> start_shell(const std::string& script) {
    return start("/bin/sh", {"-c", script});
  }
  // How the process ended, once it has been reaped.
  std::string end() {
    loop_.run_until([this] { return end_.has_value(); }, monotonic_now() + kPatience);
    return end_.value_or("still running");
  }

  TemporaryFolder folder_;
  const std::filesystem::path log_ = folder_ / "log.txt";
  EventLoop loop_;
  std::optional<std::string> end_;
};

TEST_F(NodeProcessTest, TellsTheExitCode) {
  const auto process = start_shell("exit 0");
  EXPECT_EQ(end(), "exit code 0");
}

TEST_F(NodeProcessTest, TellsAnExitCodeThatIsNotZero) {
  const auto process = start_shell("exit 3");
  EXPECT_EQ(end(), "exit code 3");
}

TEST_F(NodeProcessTest, TellsTheSignalThatEndedIt) {
  const auto process = start("/bin/sleep", {"1000"});
  ASSERT_TRUE(process->signal(SIGKILL));
  EXPECT_EQ(end(), "signal 9 (Killed)");
}

TEST_F(NodeProcessTest, TellsTheSignalThatAProcessSentItself) {
  const auto process = start_shell("kill -SEGV $$");
  EXPECT_EQ(end(), "signal 11 (Segmentation fault)");
}

TEST_F(NodeProcessTest, SaysThatAReapedProcessIsGone) {
  const auto process = start_shell("exit 0");
  ASSERT_EQ(end(), "exit code 0");
  EXPECT_TRUE(is_gone(process->pid())) << "reaped, no zombie";
  const Result<void> signalled = process->signal(SIGTERM);
  ASSERT_FALSE(signalled);
  EXPECT_EQ(signalled.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(signalled.error().context, HasSubstr(std::to_string(process->pid())));
}

TEST_F(NodeProcessTest, WritesOutputAndErrorsToTheLog) {
  const auto process = start_shell("echo to the output; echo to the errors >&2");
  ASSERT_EQ(end(), "exit code 0");
  EXPECT_EQ(content_of(log_), "to the output\nto the errors\n");
}

TEST_F(NodeProcessTest, AppendsToTheLogOfTheProcessBefore) {
  const auto first = start_shell("echo first");
  ASSERT_EQ(end(), "exit code 0");
  end_.reset();
  const auto second = start_shell("echo second");
  ASSERT_EQ(end(), "exit code 0");
  EXPECT_EQ(content_of(log_), "first\nsecond\n");
}

TEST_F(NodeProcessTest, InheritsNoDescriptors) {
  // A node that holds a socket of the harness keeps that connection open when the harness ends it.
  const FileDescriptor inheritable(open("/dev/null", O_RDONLY));
  const auto process = start_shell("ls /proc/$$/fd");
  ASSERT_EQ(end(), "exit code 0");
  EXPECT_EQ(content_of(log_), "0\n1\n2\n");
}

TEST_F(NodeProcessTest, HasNothingToReadOnItsInput) {
  // What the harness itself could read there is not for the node.
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  ASSERT_EQ(write(ends[1], "secret", 6), 6);
  close(ends[1]);
  const FileDescriptor own_input(dup(STDIN_FILENO));
  ASSERT_EQ(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
  const auto process = start_shell("cat; echo end of input");
  dup2(own_input.get(), STDIN_FILENO);
  close(ends[0]);
  ASSERT_EQ(end(), "exit code 0");
  EXPECT_EQ(content_of(log_), "end of input\n");
}

TEST_F(NodeProcessTest, PassesArgumentsAsTheyAre) {
  const auto process = start("/usr/bin/printf", {"[%s]", "a b", "$HOME", "", "*"});
  ASSERT_EQ(end(), "exit code 0");
  EXPECT_EQ(content_of(log_), "[a b][$HOME][][*]");
}

TEST_F(NodeProcessTest, LivesInASessionOfItsOwn) {
  const auto process = start("/bin/sleep", {"1000"});
  EXPECT_EQ(getsid(process->pid()), process->pid());
  EXPECT_NE(getsid(process->pid()), getsid(0));
}

TEST_F(NodeProcessTest, StaysInTheNamespaceOfTheHarnessWithoutOneOfItsOwn) {
  const auto process = start_shell("readlink /proc/self/ns/net");
  ASSERT_EQ(end(), "exit code 0");
  EXPECT_EQ(content_of(log_), std::filesystem::read_symlink("/proc/self/ns/net").string() + "\n");
}

TEST_F(NodeProcessTest, IsKilledWhenItsObjectIsDropped) {
  auto process = start("/bin/sleep", {"1000"});
  const int pid = process->pid();
  ASSERT_FALSE(is_gone(pid));
  process.reset();
  EXPECT_TRUE(is_gone(pid));
}

TEST_F(NodeProcessTest, SaysWhatItCouldNotStart) {
  const auto started = NodeProcess::start(
      loop_, {.program = "/nowhere/quorate-node", .arguments = {}, .namespace_fd = -1, .log = log_},
      [](const std::string&) { FAIL() << "nothing was started"; });
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, ErrorCode::kIo);
  EXPECT_THAT(started.error().context, HasSubstr("start /nowhere/quorate-node"));
}

TEST_F(NodeProcessTest, SaysThatItsLogCannotBeOpened) {
  const auto started = NodeProcess::start(
      loop_, {.program = "/bin/true", .arguments = {}, .namespace_fd = -1, .log = folder_.path()},
      [](const std::string&) { FAIL() << "nothing was started"; });
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().context, HasSubstr(folder_.path().string()));
}

TEST_F(NodeProcessTest, RefusesANamespaceThatIsNone) {
  const FileDescriptor log(open("/dev/null", O_RDONLY | O_CLOEXEC));
  const auto started = NodeProcess::start(
      loop_, {.program = "/bin/true", .arguments = {}, .namespace_fd = log.get(), .log = log_},
      [](const std::string&) { FAIL() << "nothing was started"; });
  EXPECT_FALSE(started);
}

TEST_F(NodeProcessTest, StandsStillWhenItIsStoppedAndGoesOnAfterwards) {
  const auto process = start("/bin/sleep", {"1000"});
  ASSERT_TRUE(process->signal(SIGSTOP));
  EXPECT_TRUE(await_stopped(process->pid(), kPatience));
  EXPECT_FALSE(end_) << "stopped is not ended";
  ASSERT_TRUE(process->signal(SIGCONT));
  ASSERT_TRUE(process->signal(SIGTERM));
  EXPECT_EQ(end(), "signal 15 (Terminated)");
}

TEST_F(NodeProcessTest, DoesNotWaitForEverForAProcessThatRunsOn) {
  const auto process = start("/bin/sleep", {"1000"});
  const Result<void> stopped = await_stopped(process->pid(), 5ms);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kTimeout);
}

TEST_F(NodeProcessTest, CannotStandStillWhenItIsGone) {
  const auto process = start_shell("exit 0");
  ASSERT_EQ(end(), "exit code 0");
  const Result<void> stopped = await_stopped(process->pid(), kPatience);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, ErrorCode::kNotFound);
}

// Of two sockets that are readable at once, the first one's handler closes the second and starts a
// process: asio hands what it has noted for the second to the descriptor that follows it, and that
// is how the process waits for its end.
TEST_F(NodeProcessTest, LetsTheLoopGoOnWhenItIsWokenForNothing) {
  using Socket = boost::asio::local::stream_protocol::socket;
  Socket first(loop_.io()), first_peer(loop_.io()), second(loop_.io()), second_peer(loop_.io());
  boost::asio::local::connect_pair(first, first_peer);
  boost::asio::local::connect_pair(second, second_peer);
  std::unique_ptr<NodeProcess> process;
  char byte = 0;
  const auto buffer = boost::asio::buffer(&byte, 1);
  for (auto [socket, other] : {std::pair(&first, &second), std::pair(&second, &first)}) {
    socket->async_read_some(buffer, [&process, other = other, this](auto error, std::size_t) {
      if (error) return;
      other->close();
      process = start("/bin/sleep", {"5"});
    });
  }
  boost::asio::write(first_peer, buffer);
  boost::asio::write(second_peer, buffer);
  loop_.run_until([&] { return process != nullptr; }, monotonic_now() + kPatience);
  bool served = false;
  boost::asio::post(loop_.io(), [&] { served = true; });
  loop_.run_until([&] { return served; }, monotonic_now() + kPatience);
  ASSERT_TRUE(process);
  EXPECT_FALSE(end_) << "the loop stood still until the process had ended: " << *end_;
  EXPECT_FALSE(is_gone(process->pid()));
  ASSERT_TRUE(process->signal(SIGKILL));
  EXPECT_EQ(end(), "signal 9 (Killed)");
}

// The harness of this test is a child process, which is killed before it can clean up.
TEST_F(NodeProcessTest, DiesWhenTheHarnessIsKilled) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t harness = fork();
  if (harness == 0) {
    EventLoop loop;
    const auto node = NodeProcess::start(
        loop, {.program = "/bin/sleep", .arguments = {"1000"}, .namespace_fd = -1, .log = log_},
        [](const std::string&) {});
    const int pid = node ? (*node)->pid() : -1;
    if (write(ends[1], &pid, sizeof pid) != sizeof pid) _exit(1);
    ::kill(getpid(), SIGKILL);
  }
  close(ends[1]);
  int node = -1;
  ASSERT_EQ(read(ends[0], &node, sizeof node), static_cast<ssize_t>(sizeof node));
  close(ends[0]);
  ASSERT_GT(node, 0);
  ASSERT_EQ(waitpid(harness, nullptr, 0), harness);
  // A dead process that nobody has reaped yet (its new parent may be slow) has no command line.
  const std::string command_line = fmt::format("/proc/{}/cmdline", node);
  const Instant deadline = monotonic_now() + kPatience;
  while (!content_of(command_line).empty() && monotonic_now() < deadline) {
    loop_.run_until([] { return false; }, monotonic_now() + 1ms);
  }
  EXPECT_EQ(content_of(command_line), "");
}

}  // namespace
}  // namespace quorate
