// TimeAxis: where the events of a few operations stand from left to right.
//
// The order is that of the log, always strictly: two events never share a place, even where their
// times are equal or not known. Lengths are those of time as far as that can be drawn: every gap
// keeps a least width, so that short overlaps stay visible, and a gap that is much longer than the
// others is squeezed, which a break marks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/history.h"

namespace quorate {

class TimeAxis {
 public:
  struct Break {
    double x = 0;       // the middle of the squeezed gap
    std::string label;  // how long it truly is
  };
  struct Tick {
    double x = 0;
    std::string label;  // "7.014 s", "event 12"
  };

  // Spreads the events of `ops` over [left, right]. REQUIRES: ops not empty, left < right.
  TimeAxis(const History& history, const std::vector<std::size_t>& ops, double left, double right);

  // REQUIRES: an event of one of the operations has this position.
  double x(Position position) const;
  const std::vector<Break>& breaks() const { return breaks_; }
  // Of some events, so far apart that labels of this width do not touch.
  std::vector<Tick> ticks(double label_width) const;

 private:
  struct Event {
    Position position = 0;
    std::int64_t ns = 0;
    double x = 0;
  };
  void spread(double left, double right);
  std::string label(const Event& event) const;

  std::vector<Event> events_;  // by position
  std::vector<Break> breaks_;
  bool has_times_ = false;
  int decimals_ = 3;
};

}  // namespace quorate
