#include "checker/evidence/picture_arrows.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "checker/evidence/story.h"

namespace quorate {
namespace {

struct Point {
  double x = 0;
  double y = 0;
};
using Curve = std::array<Point, 4>;  // cubic Bézier

constexpr double kTip = 1.5;   // the arrow ends just before the bar
constexpr double kInset = 12;  // from the corners of a bar

Point at(const Curve& curve, double t) {
  const double s = 1 - t;
  const std::array<double, 4> weights{s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t};
  Point point;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    point.x += weights[i] * curve[i].x;
    point.y += weights[i] * curve[i].y;
  }
  return point;
}

// Below the lane's bars, from one to the other; back in time below those that go on.
Curve arc(double from, double to, double y) {
  const double depth = from <= to ? 25 : 48;
  return {Point{from, y}, Point{from, y + depth}, Point{to, y + depth}, Point{to, y + kTip}};
}

// From the end of one bar to the start of the other.
Curve in_time(const PictureBar& before, const PictureBar& after) {
  if (before.lane == after.lane) {
    return arc(before.right - 6, after.left + 6, before.y + kBarHeight);
  }
  const Point from{before.right, before.y + kBarHeight / 2};
  const Point to{after.left - kTip, after.y + kBarHeight / 2};
  const double bend = std::max(16.0, (to.x - from.x) / 2);
  return {from, Point{from.x + bend, from.y}, Point{to.x - bend, to.y}, to};
}

// By the sides that face each other: straight where the bars overlap, else from corner to corner.
Curve in_sense(const PictureBar& before, const PictureBar& after) {
  const double left = std::max(before.left, after.left);
  const double right = std::min(before.right, after.right);
  const auto inset = [](const PictureBar& bar) {
    return std::min(kInset, (bar.right - bar.left) / 2);
  };
  const bool forward = before.left <= after.left;
  const bool down = before.y < after.y;
  // Beside the middle, so that the ways there and back do not cover each other.
  double from_x = left + (right - left) * (down ? 0.4 : 0.6);
  double to_x = from_x;
  if (left > right) {
    from_x = forward ? before.right - inset(before) : before.left + inset(before);
    to_x = forward ? after.left + inset(after) : after.right - inset(after);
  }
  if (before.lane == after.lane) return arc(from_x, to_x, before.y + kBarHeight);
  const Point from{from_x, before.y + (down ? kBarHeight : 0)};
  const Point to{to_x, after.y + (down ? -kTip : kBarHeight + kTip)};
  const double bend = (to.y - from.y) * 0.6;
  return {from, Point{from.x, from.y + bend}, Point{to.x, to.y - bend}, to};
}

std::string line_of(const Curve& curve) {
  return fmt::format("M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", curve[0].x,
                     curve[0].y, curve[1].x, curve[1].y, curve[2].x, curve[2].y, curve[3].x,
                     curve[3].y);
}

// A triangle at the end, along the way in which the curve arrives there.
std::string tip_of(const Curve& curve, double size) {
  const Point end = curve[3];
  const double length = std::hypot(end.x - curve[2].x, end.y - curve[2].y);
  const double dx = length > 0 ? (end.x - curve[2].x) / length : 1;
  const double dy = length > 0 ? (end.y - curve[2].y) / length : 0;
  const double half = size * 0.55;
  return fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}Z", end.x, end.y,
                     end.x - size * dx - half * dy, end.y - size * dy + half * dx,
                     end.x - size * dx + half * dy, end.y - size * dy - half * dx);
}

bool is_near(const Point& point, const PictureArrow& arrow) {
  return arrow.numbered &&
         std::hypot(arrow.badge_x - point.x, arrow.badge_y - point.y) < 2 * kBadgeRadius + 2;
}

bool is_near(const Point& point, const PictureBar& bar) {
  const double margin = kBadgeRadius + 1;
  const double right = std::max(bar.right, bar.text_inside ? 0 : bar.left + 60);
  const double top = bar.y - (bar.text_inside ? 0 : 14);
  return point.x > bar.left - margin && point.x < right + margin && point.y > top - margin &&
         point.y < bar.y + kBarHeight + margin;
}

// The place nearest to the middle that is free; if none is, the one free of other badges.
void place_badge(const Curve& curve, const std::vector<PictureArrow>& others,
                 const std::vector<PictureBar>& bars, PictureArrow* arrow) {
  std::optional<Point> place;
  for (int step = 0; step <= 40 && !place; ++step) {
    const int distance = step / 2 + 1;
    const double offset = 0.01 * distance * (step % 2 == 0 ? 1 : -1);
    const Point point = at(curve, 0.5 + 2 * offset);
    const bool taken = std::any_of(others.begin(), others.end(), [&](const PictureArrow& other) {
      return is_near(point, other);
    });
    const bool covers = std::any_of(bars.begin(), bars.end(),
                                    [&](const PictureBar& bar) { return is_near(point, bar); });
    if (!taken && !covers) place = point;
  }
  for (const double t : {0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78}) {
    const Point point = at(curve, t);
    const bool taken = std::any_of(others.begin(), others.end(), [&](const PictureArrow& other) {
      return is_near(point, other);
    });
    if (!place && !taken) place = point;
  }
  if (!place) place = at(curve, 0.5);
  arrow->badge_x = place->x;
  arrow->badge_y = place->y;
}

}  // namespace

std::vector<PictureArrow> arrows_of(const Violation& violation, const PictureLayout& layout) {
  std::vector<PictureArrow> arrows;
  for (const Edge& edge : violation.edges) {
    const PictureBar* before = layout.bar_of(edge.before);
    const PictureBar* after = layout.bar_of(edge.after);
    if (before == nullptr || after == nullptr || before == after) continue;
    PictureArrow arrow{.edge = &edge};
    arrow.numbered = edge.reason != because::kWasReadBy;
    arrow.in_time = edge.reason == because::kEndedBefore;
    arrow.colour = before->colour;
    // Whoever says so may be wrong: then it is drawn as any other reason.
    const bool forward = arrow.in_time && before->right <= after->left;
    const Curve curve = forward ? in_time(*before, *after) : in_sense(*before, *after);
    arrow.line = line_of(curve);
    arrow.tip = tip_of(curve, arrow.numbered ? 7 : 6);
    if (arrow.numbered) place_badge(curve, arrows, layout.bars, &arrow);
    arrows.push_back(std::move(arrow));
  }
  return arrows;
}

}  // namespace quorate
