// How sure a measured share is, and whether it bears out a predicted one (theory: section 6.3).
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace quorate {

struct Interval {
  double low = 0;
  double high = 1;
};

// 95 % intervals of a share: Wilson, which also takes a number of trials that is no integer, and
// Clopper-Pearson, which is exact and wider. [0, 1] without trials. REQUIRES: 0 <= successes <= n.
Interval wilson(double successes, double n);
Interval clopper_pearson(std::uint64_t successes, std::uint64_t n);

// Dvoretzky-Kiefer-Wolfowitz: a whole measured distribution function lies within +- this of the
// true one, with probability 1 - alpha; 1 without samples. And how many samples a band needs.
double dkw_band(std::uint64_t samples, double alpha = 0.05);
std::uint64_t dkw_sample_size(double band, double alpha = 0.05);

// Samples that tell p0 from p1: one-sided 5 %, with power 90 %. At most 10^12.
std::uint64_t sample_size_to_tell(double p0, double p1);

// 95 % error of a share p that a simulation of so many trials found; near 0 and 1, where the normal
// approximation says too little, 3 / trials.
double monte_carlo_error(double p, std::uint64_t trials);

// Trials that belong together: of one key within 100 ms, say.
struct TrialGroup {
  std::uint64_t trials = 0;
  std::uint64_t successes = 0;
};

// What correlated trials are worth: n / (1 + (m - 1) rho), with m the size of the group of an
// average trial, and rho the correlation within groups as analysis of variance estimates it, cut to
// [0, 1]. From 1 to n; 0 without trials.
double effective_trials(std::span<const TrialGroup> groups);

enum class Decision : std::uint8_t {
  kNotPredicted,
  kConfirmed,  // the 95 % interval of measured - predicted lies within +- margin
  kRefuted,    // it lies outside
  kNeedMore,
};

struct Share {
  std::uint64_t trials = 0;
  std::uint64_t successes = 0;
  double effective = 0;  // effective_trials
  Interval interval;     // Wilson, of the effective trials
  double predicted = 0;
  double prediction_error = 0;  // 95 %
  Decision decision = Decision::kNotPredicted;
  std::uint64_t needed = 0;  // kNeedMore: about how many trials would decide, at most 10^12

  // 0 without trials.
  double measured() const;
};

// Without a prediction.
Share share_of(std::span<const TrialGroup> groups);
// Adds the prediction and the decision. The errors of measurement and prediction are independent.
void compare(double predicted, double prediction_error, double margin, Share* share);

// "", "confirmed", "refuted", "need 1234".
std::string text_of(const Share& share);

}  // namespace quorate
