#include "harness/run/network_cost.h"

#include <algorithm>

namespace quorate {
namespace {

constexpr int kTimes = 50;  // to each node, each way

double median_us(std::vector<Duration>* all) {
  const auto middle = all->begin() + static_cast<std::ptrdiff_t>(all->size() / 2);
  std::nth_element(all->begin(), middle, all->end());
  return std::chrono::duration<double, std::micro>(*middle).count();
}

}  // namespace

Json network_cost(const System& system, const std::vector<NodeAccess>& through,
                  const std::vector<NodeAccess>& past) {
  std::vector<Duration> all_through;
  std::vector<Duration> all_past;
  for (std::size_t i = 0; i < through.size(); ++i) {
    const Result<std::vector<Duration>> one = system.ping(through[i], kTimes);
    if (!one) continue;
    const Result<std::vector<Duration>> other = system.ping(past[i], kTimes);
    if (!other) continue;
    all_through.insert(all_through.end(), one->begin(), one->end());
    all_past.insert(all_past.end(), other->begin(), other->end());
  }
  if (all_through.empty() || all_past.empty()) return {};
  const double through_us = median_us(&all_through);
  const double past_us = median_us(&all_past);
  return Json{{"samples", all_through.size()},
              {"through-us", through_us},
              {"past-us", past_us},
              {"added-us", through_us - past_us}};
}

}  // namespace quorate
