// Where everything of a picture stands, before it is written as SVG.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checker/evidence/time_axis.h"
#include "results/verdict.h"

namespace quorate {

struct PictureBar {
  std::size_t op = 0;  // index into History::ops()
  std::size_t lane = 0;
  double left = 0;
  double right = 0;
  bool open = false;       // no completion: ends in an arrow
  std::size_t colour = 0;  // by value, from 1; 0: nothing
  bool filled = false;     // puts a value there
  std::string text;
  bool text_inside = false;
  double text_x = 0;         // where the text begins
  std::size_t text_row = 0;  // above the bar, from 0: the nearest
  double y = 0;              // of the bar's upper edge
};

struct PictureLane {
  std::string title;  // "process 4"
  std::string node;   // where all its operations went to; ""
  std::size_t text_rows = 0;
  double arcs = 0;  // room for arrows below the bars
  double top = 0;
  double y = 0;  // of the bars' upper edge
  double bottom = 0;
};

struct PictureLayout {
  std::vector<PictureLane> lanes;
  std::vector<PictureBar> bars;
  TimeAxis axis;
  double axis_y = 0;
  bool several_keys = false;
  std::size_t left_out = 0;  // operations that were too many

  // The bar of an operation; nullptr if it was left out.
  const PictureBar* bar_of(std::size_t op) const;
};

inline constexpr double kPictureWidth = 800;
inline constexpr double kBarHeight = 20;
inline constexpr double kTextSize = 12;
inline constexpr std::size_t kMostBars = 60;

// REQUIRES: as to_svg. `top`: where the lanes may begin.
PictureLayout lay_out(const History& history, const Violation& violation, double top);

}  // namespace quorate
