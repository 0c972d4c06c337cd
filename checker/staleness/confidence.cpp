#include "checker/staleness/confidence.h"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/beta.hpp>
#include <fmt/format.h>

#include "base/check.h"

namespace quorate {
namespace {

constexpr double kZ95 = 1.959963984540054;  // two-sided 95 %
constexpr double kZ95OneSided = 1.6448536269514722;
constexpr double kZ90OneSided = 1.2815515655446004;
constexpr double kMostSamples = 1e12;

std::uint64_t whole_samples(double samples) {
  return static_cast<std::uint64_t>(std::ceil(std::min(samples, kMostSamples)));
}

double as_double(std::uint64_t number) { return static_cast<double>(number); }

}  // namespace

Interval wilson(double successes, double n) {
  if (n <= 0) return {};
  QUORATE_CHECK(successes >= 0 && successes <= n);
  const double p = successes / n;
  const double z2 = kZ95 * kZ95;
  const double scale = 1 + z2 / n;
  const double middle = p + z2 / (2 * n);
  const double half = kZ95 * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n));
  return {p <= 0 ? 0 : std::max(0.0, (middle - half) / scale),
          p >= 1 ? 1 : std::min(1.0, (middle + half) / scale)};
}

Interval clopper_pearson(std::uint64_t successes, std::uint64_t n) {
  if (n == 0) return {};
  QUORATE_CHECK(successes <= n);
  const double x = as_double(successes);
  const double rest = as_double(n - successes);
  Interval interval;
  if (successes > 0) interval.low = boost::math::ibeta_inv(x, rest + 1, 0.025);
  if (successes < n) interval.high = boost::math::ibeta_inv(x + 1, rest, 0.975);
  return interval;
}

double dkw_band(std::uint64_t samples, double alpha) {
  if (samples == 0) return 1;
  return std::min(1.0, std::sqrt(std::log(2 / alpha) / (2 * as_double(samples))));
}

std::uint64_t dkw_sample_size(double band, double alpha) {
  return whole_samples(std::log(2 / alpha) / (2 * band * band));
}

std::uint64_t sample_size_to_tell(double p0, double p1) {
  if (p0 == p1) return static_cast<std::uint64_t>(kMostSamples);
  const double spread =
      kZ95OneSided * std::sqrt(p0 * (1 - p0)) + kZ90OneSided * std::sqrt(p1 * (1 - p1));
  const double ratio = spread / (p1 - p0);
  return whole_samples(ratio * ratio);
}

double monte_carlo_error(double p, std::uint64_t trials) {
  if (trials == 0) return 1;
  const double rule_of_three = std::min(1.0, 3 / as_double(trials));
  return std::max(rule_of_three, kZ95 * std::sqrt(p * (1 - p) / as_double(trials)));
}

// Within and between groups, the mean squares of a one-way analysis of variance of 0 and 1 (Donner,
// "A review of inference procedures for the intraclass correlation coefficient", 1986).
double effective_trials(std::span<const TrialGroup> groups) {
  double n = 0;
  double successes = 0;
  double squares = 0;  // of the sizes
  double within = 0;
  double count = 0;
  for (const TrialGroup& group : groups) {
    if (group.trials == 0) continue;
    const double size = as_double(group.trials);
    const double x = as_double(group.successes);
    n += size;
    successes += x;
    squares += size * size;
    within += x * (size - x) / size;
    ++count;
  }
  if (n == 0 || count == n) return n;
  const double p = successes / n;
  const double total = n * p * (1 - p);
  if (total <= 0) return n;
  double rho = 1;  // a single group tells nothing of the spread between groups
  if (count > 1) {
    const double mean_within = within / (n - count);
    const double mean_between = std::max(0.0, total - within) / (count - 1);
    const double size = (n - squares / n) / (count - 1);
    rho = (mean_between - mean_within) / (mean_between + (size - 1) * mean_within);
  }
  rho = std::clamp(rho, 0.0, 1.0);
  return std::clamp(n / (1 + (squares / n - 1) * rho), 1.0, n);
}

double Share::measured() const {
  return trials == 0 ? 0 : as_double(successes) / as_double(trials);
}

Share share_of(std::span<const TrialGroup> groups) {
  Share share;
  for (const TrialGroup& group : groups) {
    share.trials += group.trials;
    share.successes += group.successes;
  }
  share.effective = effective_trials(groups);
  share.interval =
      wilson(std::min(share.measured() * share.effective, share.effective), share.effective);
  return share;
}

void compare(double predicted, double prediction_error, double margin, Share* share) {
  share->predicted = predicted;
  share->prediction_error = prediction_error;
  const double p = share->measured();
  const double difference = p - predicted;
  const double low = difference - std::hypot(p - share->interval.low, prediction_error);
  const double high = difference + std::hypot(share->interval.high - p, prediction_error);
  if (share->trials > 0 && low >= -margin && high <= margin) {
    share->decision = Decision::kConfirmed;
  } else if (share->trials > 0 && (low > margin || high < -margin)) {
    share->decision = Decision::kRefuted;
  } else {
    share->decision = Decision::kNeedMore;
    // The half width must fall below the distance from the difference to the margin's edge.
    const double distance = std::abs(std::abs(difference) - margin);
    const double cost = share->effective > 0 ? as_double(share->trials) / share->effective : 1;
    const double spread = std::max(p * (1 - p), predicted * (1 - predicted));
    const double samples = kZ95 * kZ95 * std::max(spread, 0.01) / (distance * distance) * cost;
    const double few = as_double(share->trials) + 1;
    share->needed = whole_samples(distance > 0 ? std::max(samples, few) : kMostSamples);
  }
}

std::string text_of(const Share& share) {
  switch (share.decision) {
    case Decision::kNotPredicted:
      return "";
    case Decision::kConfirmed:
      return "confirmed";
    case Decision::kRefuted:
      return "refuted";
    case Decision::kNeedMore:
      return fmt::format("need {}", share.needed);
  }
  return "";
}

}  // namespace quorate
