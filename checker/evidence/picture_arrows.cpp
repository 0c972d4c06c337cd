#include "checker/evidence/picture_arrows.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "checker/evidence/story.h"

namespace quorate {
namespace {

struct Point {
  double x = 0;
  double y = 0;
};
using Curve = std::array<Point, 4>;  // cubic Bézier

constexpr double kTip = 2;  // the arrow ends just before the bar

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

double middle(const PictureBar& bar) { return (bar.left + bar.right) / 2; }

// Below the lane's bars, from one to the other.
Curve arc(double from, double to, double y) {
  const double depth = 24;
  return {Point{from, y}, Point{from, y + depth}, Point{to, y + depth}, Point{to, y + kTip}};
}

// From the end of one bar to the start of the other.
Curve in_time(const PictureBar& before, const PictureBar& after) {
  if (before.lane == after.lane) {
    return arc(before.right - 5, after.left + 5, before.y + kBarHeight);
  }
  const Point from{before.right, before.y + kBarHeight / 2};
  const Point to{after.left - kTip, after.y + kBarHeight / 2};
  const double bend = std::max(18.0, (to.x - from.x) / 2);
  return {from, Point{from.x + bend, from.y}, Point{to.x - bend, to.y}, to};
}

// From the middle of one bar to that of the other, by the sides that face each other.
Curve in_sense(const PictureBar& before, const PictureBar& after) {
  if (before.lane == after.lane) return arc(middle(before), middle(after), before.y + kBarHeight);
  const bool down = before.y < after.y;
  const Point from{middle(before), before.y + (down ? kBarHeight : 0)};
  const Point to{middle(after), after.y + (down ? -kTip : kBarHeight + kTip)};
  const double bend = (to.y - from.y) / 2;
  return {from, Point{from.x, from.y + bend}, Point{to.x, to.y - bend}, to};
}

bool is_free(const Point& point, const std::vector<PictureArrow>& arrows) {
  return std::none_of(arrows.begin(), arrows.end(), [&point](const PictureArrow& arrow) {
    return std::hypot(arrow.badge_x - point.x, arrow.badge_y - point.y) < 2 * kBadgeRadius + 2;
  });
}

void place_badge(const Curve& curve, const std::vector<PictureArrow>& others, PictureArrow* arrow) {
  Point place = at(curve, 0.5);
  for (const double t : {0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78}) {
    if (!is_free(at(curve, t), others)) continue;
    place = at(curve, t);
    break;
  }
  arrow->badge_x = place.x;
  arrow->badge_y = place.y;
}

}  // namespace

std::vector<PictureArrow> arrows_of(const Violation& violation, const PictureLayout& layout) {
  std::vector<PictureArrow> arrows;
  for (const Edge& edge : violation.edges) {
    const PictureBar* before = layout.bar_of(edge.before);
    const PictureBar* after = layout.bar_of(edge.after);
    if (before == nullptr || after == nullptr || before == after) continue;
    PictureArrow arrow{.edge = &edge};
    arrow.solid = edge.reason == because::kEndedBefore;
    // Whoever says so may be wrong: then it is drawn as any other reason.
    const bool forward = arrow.solid && before->right <= after->left;
    const Curve curve = forward ? in_time(*before, *after) : in_sense(*before, *after);
    arrow.path = fmt::format("M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", curve[0].x,
                             curve[0].y, curve[1].x, curve[1].y, curve[2].x, curve[2].y, curve[3].x,
                             curve[3].y);
    place_badge(curve, arrows, &arrow);
    arrows.push_back(std::move(arrow));
  }
  return arrows;
}

}  // namespace quorate
