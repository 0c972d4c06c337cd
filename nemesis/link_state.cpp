#include "nemesis/link_state.h"

#include <cmath>

namespace quorate {

Duration DelayDistribution::draw(RandomStream* random) const {
  if (parts.empty()) return {};
  const DelayPart& part = parts.front();
  double ms = part.a;
  if (part.kind == DelayPart::Kind::kExponential) ms = -part.a * std::log(1 - random->uniform());
  return std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::milli>(ms));
}

}  // namespace quorate
