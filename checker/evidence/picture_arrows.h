// The arrows of a picture: one for each edge, with the place of its number.
#pragma once

#include <string>
#include <vector>

#include "checker/evidence/picture_layout.h"

namespace quorate {

struct PictureArrow {
  const Edge* edge = nullptr;
  std::string line;  // the d of an SVG path
  std::string tip;   // and that of the arrow's head
  // What says an order of the two has a number, and its reason stands below. That a value was read
  // is shown by a thin line in the value's colour, and needs no words.
  bool numbered = false;
  bool in_time = false;    // solid; other orders are dashed
  std::size_t colour = 0;  // where it is not numbered
  double badge_x = 0;
  double badge_y = 0;
};

inline constexpr double kBadgeRadius = 7.5;

// In the order of the edges; those to operations that are not drawn are left out. Badges keep away
// from each other and from bars, as far as their arrows let them. The violation must outlive the
// result.
std::vector<PictureArrow> arrows_of(const Violation& violation, const PictureLayout& layout);

}  // namespace quorate
