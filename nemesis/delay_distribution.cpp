#include "nemesis/delay_distribution.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "base/check.h"

namespace quorate {
namespace {

using Kind = DelayPart::Kind;

// The standard normal's density and distribution function.
double density(double z) {
  return std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi_v<double>);
}
double probability_below(double z) { return std::erfc(-z / std::numbers::sqrt2_v<double>) / 2; }

// In (0, 1]: its logarithm is finite.
double above_zero(RandomStream* random) { return 1 - random->uniform(); }

// Box and Muller, "A note on the generation of random normal deviates" (1958).
double standard_normal(RandomStream* random) {
  const double radius = std::sqrt(-2 * std::log(above_zero(random)));
  return radius * std::cos(2 * std::numbers::pi_v<double> * random->uniform());
}

double draw_ms(const DelayPart& part, RandomStream* random) {
  switch (part.kind) {
    case Kind::kConstant:
      return part.a;
    case Kind::kUniform:
      return part.a + (part.b - part.a) * random->uniform();
    case Kind::kNormal:
      return part.a + part.b * standard_normal(random);
    case Kind::kExponential:
      return -part.a * std::log(above_zero(random));
    case Kind::kPareto:
      return part.a / std::pow(above_zero(random), 1 / part.b);
  }
  QUORATE_CHECK(false, "no such kind of delay");
}

double mean_of(const DelayPart& part) {
  switch (part.kind) {
    case Kind::kConstant:
    case Kind::kExponential:
      return part.a;
    case Kind::kUniform:
      return (part.a + part.b) / 2;
    case Kind::kNormal:  // of max(0, X)
      if (part.b == 0) return std::max(part.a, 0.0);
      return part.a * probability_below(part.a / part.b) + part.b * density(part.a / part.b);
    case Kind::kPareto:
      if (part.b <= 1) return std::numeric_limits<double>::infinity();
      return part.a * part.b / (part.b - 1);
  }
  QUORATE_CHECK(false, "no such kind of delay");
}

// REQUIRES: ms >= 0.
double cdf_of(const DelayPart& part, double ms) {
  const double step = ms >= part.a ? 1 : 0;
  switch (part.kind) {
    case Kind::kConstant:
      return step;
    case Kind::kUniform:
      return part.a == part.b ? step : std::clamp((ms - part.a) / (part.b - part.a), 0.0, 1.0);
    case Kind::kNormal:
      return part.b == 0 ? step : probability_below((ms - part.a) / part.b);
    case Kind::kExponential:
      return part.a == 0 ? step : 1 - std::exp(-ms / part.a);
    case Kind::kPareto:
      return ms <= part.a ? 0 : 1 - std::pow(part.a / ms, part.b);
  }
  QUORATE_CHECK(false, "no such kind of delay");
}

double total_weight(const DelayDistribution& delay) {
  double total = 0;
  for (const DelayPart& part : delay.parts) total += part.weight;
  return total;
}

const DelayPart& pick(const DelayDistribution& delay, RandomStream* random) {
  double left = random->uniform() * total_weight(delay);
  for (const DelayPart& part : delay.parts) {
    left -= part.weight;
    if (left < 0) return part;
  }
  return delay.parts.back();  // rounding
}

}  // namespace

Duration DelayDistribution::draw(RandomStream* random) const {
  constexpr double kLongestMs = std::chrono::duration<double, std::milli>(kLongest).count();
  double ms = after_ms;
  if (!parts.empty()) {
    const DelayPart& part = parts.size() == 1 ? parts.front() : pick(*this, random);
    ms += std::max(draw_ms(part, random), 0.0);
  }
  return Duration(std::llround(std::min(ms, kLongestMs) * 1e6));
}

double DelayDistribution::mean_ms() const {
  if (parts.empty()) return after_ms;
  double sum = 0;
  for (const DelayPart& part : parts) sum += part.weight * mean_of(part);
  return after_ms + sum / total_weight(*this);
}

double DelayDistribution::cdf(double ms) const {
  const double behind = ms - after_ms;
  if (behind < 0) return 0;
  if (parts.empty()) return 1;
  double sum = 0;
  for (const DelayPart& part : parts) sum += part.weight * cdf_of(part, behind);
  return sum / total_weight(*this);
}

}  // namespace quorate
