// The arrows of a picture: one for each edge, with the place of its number.
#pragma once

#include <string>
#include <vector>

#include "checker/evidence/picture_layout.h"

namespace quorate {

struct PictureArrow {
  const Edge* edge = nullptr;
  std::string path;    // the d of an SVG path
  bool solid = false;  // of real time; others are dashed
  double badge_x = 0;
  double badge_y = 0;
};

inline constexpr double kBadgeRadius = 7.5;

// In the order of the edges; those to operations that are not drawn are left out. Badges keep away
// from each other as far as their arrows let them. The violation must outlive the result.
std::vector<PictureArrow> arrows_of(const Violation& violation, const PictureLayout& layout);

}  // namespace quorate
