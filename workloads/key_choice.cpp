#include "workloads/key_choice.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace quorate {
namespace {

constexpr std::array kAll{KeyDistribution::kUniform, KeyDistribution::kZipf,
                          KeyDistribution::kHotCold};
constexpr double kHotShare = 0.8;  // of the operations
constexpr std::size_t kHotEvery = 5;

double weight(KeyDistribution distribution, std::size_t key, std::size_t count) {
  if (distribution == KeyDistribution::kZipf) return 1.0 / static_cast<double>(key + 1);
  const std::size_t hot = std::max<std::size_t>(1, count / kHotEvery);
  if (hot == count) return 1;
  if (key < hot) return kHotShare / static_cast<double>(hot);
  return (1 - kHotShare) / static_cast<double>(count - hot);
}

}  // namespace

std::string_view name_of(KeyDistribution distribution) {
  switch (distribution) {
    case KeyDistribution::kUniform:
      return "uniform";
    case KeyDistribution::kZipf:
      return "zipf";
    case KeyDistribution::kHotCold:
      return "hot-cold";
  }
  return "uniform";
}

std::optional<KeyDistribution> key_distribution_named(std::string_view name) {
  for (const KeyDistribution distribution : kAll) {
    if (name == name_of(distribution)) return distribution;
  }
  return std::nullopt;
}

KeyChoice::KeyChoice(std::string_view prefix, int count, KeyDistribution distribution) {
  QUORATE_CHECK(count >= 1);
  for (int i = 1; i <= count; ++i) keys_.push_back(fmt::format("{}{}", prefix, i));
  if (distribution == KeyDistribution::kUniform) return;
  double sum = 0;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    sum += weight(distribution, i, keys_.size());
    upto_.push_back(sum);
  }
  for (double& share : upto_) share /= sum;
}

std::size_t KeyChoice::draw(RandomStream* random) const {
  if (upto_.empty()) return random->below(keys_.size());
  const auto found = std::upper_bound(upto_.begin(), upto_.end(), random->uniform());
  return std::min(static_cast<std::size_t>(found - upto_.begin()), keys_.size() - 1);
}

}  // namespace quorate
