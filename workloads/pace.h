// Pace: so many things spread evenly over a length of time, so that whatever happens in that time
// happens to some of them.
#pragma once

#include <cstdint>

#include "base/check.h"
#include "base/time.h"

namespace quorate {

class Pace {
 public:
  // REQUIRES: count >= 1, length > 0.
  Pace(std::int64_t count, Duration length) : count_(count), length_(length) {
    QUORATE_CHECK(count >= 1 && length > Duration::zero());
  }
  std::int64_t count() const { return count_; }
  // When thing number `index`, from 0, is due. The first at once, the last before the end.
  Duration due(std::int64_t index) const {
    const double share = static_cast<double>(index) / static_cast<double>(count_);
    return Duration(static_cast<Duration::rep>(share * static_cast<double>(length_.count())));
  }

 private:
  std::int64_t count_;
  Duration length_;
};

}  // namespace quorate
