// The frame of a report's picture: it stands without a browser's help, in light and in dark.
#pragma once

#include <string>

namespace quorate {

inline constexpr double kSvgWidth = 960;

struct SvgPage {
  std::string title;     // as text
  std::string subtitle;  // likewise
  double height = 0;
  // Elements. Classes: text "h" (heading), "m" (muted); shapes "ok", "bad", "unknown", "v"
  // (violation), "band", "fault", "axis".
  std::string body;
};
std::string svg_page(const SvgPage& page);

}  // namespace quorate
