#include "harness/campaign/run_order.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <utility>

#include <fmt/core.h>

#include "base/check.h"
#include "base/random.h"

namespace quorate {
namespace {

// So many of the combinations that are left are looked at for each place: with all of them the cost
// would be quadratic, and the best of this many is fair enough.
constexpr std::size_t kCandidates = 64;

}  // namespace

RunOrder::RunOrder(const std::vector<Combination>& combinations, std::uint64_t seed)
    : seed_(seed), values_(combinations.size()) {
  QUORATE_CHECK(!combinations.empty());
  std::map<std::string, std::size_t> numbers;
  for (std::size_t i = 0; i < combinations.size(); ++i) {
    for (const auto& [axis, value] : combinations[i].axes.items()) {
      const auto [at, fresh] = numbers.try_emplace(axis + "=" + value.dump(), numbers.size());
      values_[i].push_back(at->second);
    }
  }
  value_count_ = numbers.size();
}

PlannedRun RunOrder::at(std::int64_t number) {
  const auto size = static_cast<std::int64_t>(values_.size());
  const std::int64_t round = number / size;
  if (round != round_) {
    order_ = order_of(round);
    round_ = round;
  }
  const std::int64_t combination = order_[static_cast<std::size_t>(number % size)];
  // By combination and round, so that a run keeps its seed when the order changes.
  RandomStream stream(seed_, fmt::format("campaign/run/{}/{}", combination, round));
  return {number, combination, stream.next() >> 16};
}

std::vector<std::int64_t> RunOrder::order_of(std::int64_t round) const {
  RandomStream stream(seed_, fmt::format("campaign/order/{}", round));
  std::vector<std::int64_t> left(values_.size());
  std::iota(left.begin(), left.end(), std::int64_t{0});
  stream.shuffle(&left);
  std::vector<std::int64_t> come(value_count_, 0);
  // How often the values of a combination have come already: the fewer the better.
  const auto cost = [&](std::int64_t combination) {
    std::int64_t sum = 0;
    for (const std::size_t value : values_[static_cast<std::size_t>(combination)])
      sum += come[value];
    return sum;
  };
  std::vector<std::int64_t> order;
  order.reserve(left.size());
  while (!left.empty()) {
    // Those at the end are as random as any, and cheap to take.
    std::size_t best = left.size() - 1;
    for (std::size_t k = 1; k < std::min(kCandidates, left.size()); ++k) {
      const std::size_t candidate = left.size() - 1 - k;
      if (cost(left[candidate]) < cost(left[best])) best = candidate;
    }
    const std::int64_t taken = left[best];
    std::swap(left[best], left.back());
    left.pop_back();
    for (const std::size_t value : values_[static_cast<std::size_t>(taken)]) ++come[value];
    order.push_back(taken);
  }
  return order;
}

}  // namespace quorate
