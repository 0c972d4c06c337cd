#include "harness/cli/terminal.h"

#include <array>
#include <limits>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"

namespace quorate {
namespace {

// Which standard output a program has decides once and for all; so each of these runs in a process
// of its own, whose output is made anew before the question is asked for the first time.
class TonedDeathTest : public testing::Test {
 protected:
  TonedDeathTest() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }

  [[noreturn]] static void exit_with(const std::string& expected) {
    const std::string text = toned(Tone::kBad, "violation");
    _exit(text == expected && toned(Tone::kPlain, "x") == "x" ? 0 : 1);
  }
  static void use_terminal() {
    const int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0) _exit(2);
    const int far_end = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    if (far_end < 0 || dup2(far_end, STDOUT_FILENO) < 0) _exit(3);
  }
  static void use_pipe() {
    int ends[2];
    if (pipe(ends) != 0 || dup2(ends[1], STDOUT_FILENO) < 0) _exit(4);
  }
};

TEST_F(TonedDeathTest, HasNoEscapeCodesWhereStandardOutputIsNoTerminal) {
  EXPECT_EXIT(
      {
        unsetenv("NO_COLOR");
        use_pipe();
        exit_with("violation");
      },
      testing::ExitedWithCode(0), "");
}

TEST_F(TonedDeathTest, HasColourOnATerminal) {
  EXPECT_EXIT(
      {
        unsetenv("NO_COLOR");
        use_terminal();
        exit_with("\033[31mviolation\033[0m");
      },
      testing::ExitedWithCode(0), "");
}

TEST_F(TonedDeathTest, HasNoColourOnATerminalWhoseUserWantsNone) {
  EXPECT_EXIT(
      {
        setenv("NO_COLOR", "1", 1);
        use_terminal();
        exit_with("violation");
      },
      testing::ExitedWithCode(0), "");
}

TEST(Grouped, SetsThousandsApart) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(7), "7");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'000), "1 000");
  EXPECT_EQ(grouped(12'345), "12 345");
  EXPECT_EQ(grouped(123'456), "123 456");
  EXPECT_EQ(grouped(1'234'567), "1 234 567");
  EXPECT_EQ(grouped(std::numeric_limits<std::int64_t>::max()), "9 223 372 036 854 775 807");
}

TEST(Grouped, KeepsTheSignWithTheFirstGroup) {
  EXPECT_EQ(grouped(-1), "-1");
  EXPECT_EQ(grouped(-123), "-123");
  EXPECT_EQ(grouped(-1'000), "-1 000");
  EXPECT_EQ(grouped(-123'456), "-123 456");
}

// Standard error as a terminal, for as long as the object lives.
class TerminalForErrors {
 public:
  TerminalForErrors()
      : screen_(posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK)), saved_(dup(STDERR_FILENO)) {
    QUORATE_CHECK(screen_ && grantpt(screen_.get()) == 0 && unlockpt(screen_.get()) == 0);
    const FileDescriptor far_end(open(ptsname(screen_.get()), O_RDWR | O_NOCTTY));
    QUORATE_CHECK(dup2(far_end.get(), STDERR_FILENO) == STDERR_FILENO);
  }
  ~TerminalForErrors() { dup2(saved_.get(), STDERR_FILENO); }
  // What came since the last call.
  std::string shown() {
    std::array<char, 4096> bytes{};
    const ssize_t count = read(screen_.get(), bytes.data(), bytes.size());
    return count > 0 ? std::string(bytes.data(), static_cast<std::size_t>(count)) : std::string();
  }

 private:
  FileDescriptor screen_;
  FileDescriptor saved_;
};

const RunProgress kLoad{.phase = "load",
                        .elapsed_s = 2,
                        .counts = {.invoked = 0, .ok = 3000, .fail = 2, .info = 1},
                        .faults = "kill"};

TEST(ProgressLine, RewritesItselfOnATerminalAndGoesAway) {
  TerminalForErrors terminal;
  {
    ProgressLine line("run", std::chrono::seconds(10), /*quiet=*/false);
    line.show(kLoad);
    EXPECT_EQ(terminal.shown(),
              "\r\033[Krun  load 2.0s/10s  3 000 ok, 1 500/s  2 fail  1 info  now: kill");
    line.show({.phase = "checking", .elapsed_s = 0, .counts = {}, .faults = ""});
    EXPECT_EQ(terminal.shown(), "\r\033[Krun  checking");
  }
  EXPECT_EQ(terminal.shown(), "\r\033[K");
}

TEST(ProgressLine, SaysNothingWhereItIsToBeQuiet) {
  TerminalForErrors terminal;
  {
    ProgressLine line("run", std::chrono::seconds(10), /*quiet=*/true);
    line.show(kLoad);
  }
  EXPECT_EQ(terminal.shown(), "");
}

TEST(ProgressLine, DoesNotFloodALogWithLines) {
  testing::internal::CaptureStderr();  // a file, no terminal
  {
    ProgressLine line("run", std::chrono::seconds(1), /*quiet=*/false);
    for (int i = 0; i < 100; ++i) {
      line.show(kLoad);
    }
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace quorate
