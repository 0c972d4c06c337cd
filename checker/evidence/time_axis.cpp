#include "checker/evidence/time_axis.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/check.h"

namespace quorate {
namespace {

constexpr double kLeastGap = 66;        // where there is room for it: a bar then holds its text
constexpr double kShareOfLeast = 0.55;  // at most this much of the width goes into least gaps
constexpr double kLongGap = 5;          // times the median: longer ones are drawn as this long,
constexpr double kBreakFrom = 2;        // if they are this much longer still

// What the gaps are worth, and which are squeezed.
struct Gaps {
  std::vector<double> worth;
  std::vector<bool> squeezed;
  double total = 0;
};

Gaps weigh(const std::vector<double>& gaps) {
  std::vector<double> sorted;
  for (const double gap : gaps) {
    if (gap > 0) sorted.push_back(gap);
  }
  std::sort(sorted.begin(), sorted.end());
  const double longest = sorted.empty() ? 1 : kLongGap * sorted[(sorted.size() - 1) / 2];
  Gaps result;
  for (const double gap : gaps) {
    const bool squeeze = gap > kBreakFrom * longest;
    result.squeezed.push_back(squeeze);
    result.worth.push_back(squeeze ? longest : gap);
    result.total += result.worth.back();
  }
  if (result.total > 0) return result;
  std::fill(result.worth.begin(), result.worth.end(), 1.0);
  result.total = static_cast<double>(gaps.size());
  return result;
}

std::string duration(double ns) {
  if (ns < 1e6) return fmt::format("{:.0f} µs", ns / 1e3);
  if (ns < 1e9) return fmt::format("{:.0f} ms", ns / 1e6);
  return fmt::format("{:.1f} s", ns / 1e9);
}

}  // namespace

TimeAxis::TimeAxis(const History& history, const std::vector<std::size_t>& ops, double left,
                   double right) {
  QUORATE_CHECK(!ops.empty() && left < right);
  for (const std::size_t index : ops) {
    const Op& op = history.ops()[index];
    events_.push_back({op.invoked, op.invoked_ns, 0});
    if (op.completed != kNever) events_.push_back({op.completed, op.completed_ns, 0});
    has_times_ |= op.invoked_ns != 0 || op.completed_ns > 0;
  }
  std::sort(events_.begin(), events_.end(),
            [](const Event& a, const Event& b) { return a.position < b.position; });
  std::int64_t least = 1'000'000;
  for (std::size_t i = 1; i < events_.size(); ++i) {
    const std::int64_t gap = events_[i].ns - events_[i - 1].ns;
    if (gap > 0) least = std::min(least, gap);
  }
  for (; decimals_ < 6 && least < 1'000'000; least *= 10) ++decimals_;
  spread(left, right);
}

void TimeAxis::spread(double left, double right) {
  events_.front().x = left;
  if (events_.size() == 1) return;
  std::vector<double> gaps;
  for (std::size_t i = 1; i < events_.size(); ++i) {
    const auto gap = static_cast<double>(events_[i].ns - events_[i - 1].ns);
    gaps.push_back(has_times_ ? std::max(0.0, gap) : 1.0);
  }
  const Gaps weighed = weigh(gaps);
  const auto count = static_cast<double>(gaps.size());
  const double least = std::min(kLeastGap, kShareOfLeast * (right - left) / count);
  const double scale = (right - left - least * count) / weighed.total;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const double from = events_[i].x;
    events_[i + 1].x = from + least + scale * weighed.worth[i];
    if (weighed.squeezed[i]) {
      breaks_.push_back({(from + events_[i + 1].x) / 2, duration(gaps[i])});
    }
  }
}

double TimeAxis::x(Position position) const {
  const auto found =
      std::lower_bound(events_.begin(), events_.end(), position,
                       [](const Event& event, Position wanted) { return event.position < wanted; });
  QUORATE_CHECK(found != events_.end() && found->position == position, "no event {}", position);
  return found->x;
}

std::string TimeAxis::label(const Event& event) const {
  if (!has_times_) return fmt::format("event {}", event.position);
  return fmt::format("{:.{}f} s", static_cast<double>(event.ns) / 1e9, decimals_);
}

std::vector<TimeAxis::Tick> TimeAxis::ticks(double label_width) const {
  std::vector<Tick> ticks;
  const double last = events_.back().x;
  for (const Event& event : events_) {
    const bool is_last = &event == &events_.back();
    const bool free = ticks.empty() || event.x - ticks.back().x >= label_width;
    const bool leaves_room = last - event.x >= label_width;
    if (is_last ? free : free && leaves_room) ticks.push_back({event.x, label(event)});
  }
  return ticks;
}

}  // namespace quorate
