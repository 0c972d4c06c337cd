// RandomStream: one seeded stream of random numbers per consumer.
//
// A run has one seed; every consumer derives its own stream from (seed, name), so a new draw in one
// place shifts no other. Equal (seed, name) give equal numbers on every machine. Not thread-safe.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"

namespace quorate {

// xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021,
// section 4), its state filled by splitmix64 from the hash of (seed, name).
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view name);

  // Uniform over all 64-bit values.
  std::uint64_t next();
  // Uniform in [0, bound). REQUIRES: bound > 0.
  std::uint64_t below(std::uint64_t bound);
  // Uniform in [0, 1).
  double uniform();
  // True with the given probability in [0, 1].
  bool chance(double probability) { return uniform() < probability; }

  // A uniformly drawn element. REQUIRES: not empty.
  template <typename T>
  const T& pick(const std::vector<T>& items) {
    QUORATE_CHECK(!items.empty());
    return items[below(items.size())];
  }

  // Fisher-Yates.
  template <typename T>
  void shuffle(std::vector<T>* items) {
    for (std::size_t i = items->size(); i > 1; --i) std::swap((*items)[i - 1], (*items)[below(i)]);
  }

 private:
  std::array<std::uint64_t, 4> state_;
};

// 64 bits from the operating system's entropy: for drawing a seed, or an identity that must never
// repeat.
std::uint64_t draw_entropy();

}  // namespace quorate
