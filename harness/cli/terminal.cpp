#include "harness/cli/terminal.h"

#include <cstdio>
#include <cstdlib>

#include <fmt/core.h>
#include <unistd.h>

namespace quorate {
namespace {

constexpr auto kPlainInterval = std::chrono::seconds(5);

bool colour_wanted() {
  static const bool wanted = isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
  return wanted;
}

const char* escape_of(Tone tone) {
  switch (tone) {
    case Tone::kPlain:
      return "";
    case Tone::kGood:
      return "\033[32m";
    case Tone::kBad:
      return "\033[31m";
    case Tone::kWarning:
      return "\033[33m";
    case Tone::kFaint:
      return "\033[2m";
  }
  return "";
}

}  // namespace

std::string toned(Tone tone, std::string_view text) {
  if (!colour_wanted() || tone == Tone::kPlain) return std::string(text);
  return fmt::format("{}{}\033[0m", escape_of(tone), text);
}

ProgressLine::ProgressLine(std::string label, Duration length, bool quiet)
    : label_(std::move(label)),
      length_(length),
      quiet_(quiet),
      live_(isatty(STDERR_FILENO) == 1),
      last_(monotonic_now()) {}

void ProgressLine::show(const RunProgress& progress) {
  if (quiet_) return;
  const Instant now = monotonic_now();
  if (!live_ && now - last_ < kPlainInterval) return;
  last_ = now;
  std::string line = fmt::format("{}  {}", label_, progress.phase);
  if (progress.phase == "load") {
    const double rate =
        progress.elapsed_s > 0.2 ? static_cast<double>(progress.counts.ok) / progress.elapsed_s : 0;
    line +=
        fmt::format(" {:.1f}s/{}  {} ok, {}/s  {} fail  {} info{}{}{}{}", progress.elapsed_s,
                    format_duration(length_), grouped(progress.counts.ok),
                    grouped(static_cast<std::int64_t>(rate)), progress.counts.fail,
                    progress.counts.info, progress.verdict.empty() ? "" : "  ", progress.verdict,
                    progress.faults.empty() ? "" : "  now: ", progress.faults);
  }
  if (live_) {
    fmt::print(stderr, "\r\033[K{}", line);
  } else {
    fmt::print(stderr, "{}\n", line);
  }
  std::fflush(stderr);
  shown_ = true;
}

void ProgressLine::clear() {
  if (live_ && shown_) fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  shown_ = false;
}

std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) {
    at -= 3;
    digits.insert(at, 1, ' ');
  }
  return digits;
}

}  // namespace quorate
