#include "base/time.h"

#include <array>
#include <charconv>
#include <cmath>

#include <fmt/core.h>

namespace quorate {
namespace {

struct Unit {
  std::string_view suffix;
  double nanoseconds;
};
constexpr std::array<Unit, 7> kUnits{
    {{"ns", 1.0}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {"", 1e9}}};
constexpr double kLongest = 366.0 * 24 * 3600 * 1e9;

}  // namespace

Instant monotonic_now() {
  return Instant(
      std::chrono::duration_cast<Duration>(std::chrono::steady_clock::now().time_since_epoch()));
}

Result<Duration> parse_duration(std::string_view text) {
  const Error bad{
      ErrorCode::kInvalidArgument,
      fmt::format("\"{}\" is not a duration; write it like 250ms, 10s, 2m or 8h", text)};
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, number);
  if (status != std::errc{} || !(number >= 0)) return bad;
  const std::string_view suffix(rest, static_cast<std::size_t>(end - rest));
  for (const Unit& unit : kUnits) {
    if (suffix != unit.suffix) continue;
    const double total = number * unit.nanoseconds;
    if (total > kLongest) return bad;
    return Duration(std::llround(total));
  }
  return bad;
}

std::string format_duration(Duration duration) {
  const double count = static_cast<double>(duration.count());
  for (const std::string_view suffix : {"h", "m", "s", "ms", "us"}) {
    for (const Unit& unit : kUnits) {
      if (unit.suffix != suffix || std::abs(count) < unit.nanoseconds) continue;
      const double value = count / unit.nanoseconds;
      const bool short_form = value * 1000 == std::floor(value * 1000);
      const bool clock_unit = suffix == "h" || suffix == "m";
      if (clock_unit ? value == std::floor(value) : (short_form || suffix == "us")) {
        return fmt::format("{:.15g}{}", value, suffix);
      }
    }
  }
  return duration.count() == 0 ? "0s" : fmt::format("{}ns", duration.count());
}

}  // namespace quorate
