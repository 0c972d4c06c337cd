// How stale a history is, in full: k and t of the reads, per key the smallest k, Delta and Gamma,
// freshness over the time since the write, and beside what was measured what PBS predicts
// (theory: sections 3 and 6). These are measures: they say how much, never valid or invalid.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "checker/checker.h"
#include "checker/staleness/freshness.h"
#include "checker/staleness/message_delays.h"
#include "checker/staleness/over_time.h"
#include "checker/staleness/pbs.h"

namespace quorate {

struct StalenessOptions {
  InitialValue initial;
  QuorumSizes sizes;  // not valid: not known, so nothing is predicted
  // To how many replicas the coordinator sends: all n, or just r and w random ones ("exact").
  bool fan_out_exact = false;
  MessageDelays delays;  // empty: estimate_delays of the history
  // One way between a client and its coordinator. Clients see less time pass between write and read
  // than the store has; with 0 a measured freshness above the predicted one may be only that.
  Duration client_hop{0};
  std::vector<Duration> bucket_edges = default_bucket_edges();  // ascending, the first 0
  std::uint64_t seed = 1;
  std::uint64_t trials = 100'000;
  double margin = 0.02;     // within which a prediction counts as confirmed
  std::uint32_t k_cap = 8;  // the largest k that is tried: at most EpochSearch::kLargestK
  std::size_t keys_shown = 10;
};

struct KeyStaleness {
  std::string key;  // plain text; "" for the only register of a history without keys
  std::uint64_t reads = 0;
  std::uint64_t stale_reads = 0;
  std::uint64_t k_weak_max = 1;  // of a single read
  // The smallest k is in [k_at_least, k_at_most]; where they differ, k_reason says why.
  std::uint64_t k_at_least = 1;
  std::uint64_t k_at_most = 1;
  std::string k_reason;
  std::int64_t delta_ns = 0;
  std::int64_t gamma_ns = 0;
  // Writes of unknown outcome were read. Nothing says when they ended, so all of these are "at
  // least".
  bool lower_bounds = false;
};

// The largest of one measure over the keys, and the key that has it.
struct Worst {
  std::int64_t value = 0;
  std::string key;
};

struct WithinVersions {
  std::uint64_t k = 1;
  Share share;
};

struct Prediction {
  bool made = false;
  std::string reason;  // why it was not made
  std::string source;  // of the delays
  QuorumSizes sizes;
  bool fan_out_exact = false;
  Duration client_hop{0};
  std::uint64_t trials = 0;
  double curve_band = 1;  // 95 %: the whole simulated curve lies within +- this (DKW)
  double miss = 0;        // p_s, the closed form
  // The share of a client's reads that see nothing older than the read before, at the measured
  // rates of reads and writes: the closed form.
  double monotonic = 1;
};

struct StalenessReport {
  Json summary = Json::object();  // as measure_staleness
  std::uint64_t keys = 0;
  std::uint64_t keys_not_judged = 0;
  std::string not_judged_reason;  // of the first of them
  std::vector<KeyStaleness> worst_keys;
  Worst k;  // at least
  Worst delta;
  Worst gamma;
  bool k_exact = true;        // of every key that was judged
  bool lower_bounds = false;  // of some key
  std::map<std::uint64_t, std::uint64_t> reads_by_k;
  std::int64_t step_ns = 0;      // 0: nothing was read
  std::vector<StaleStep> steps;  // over the time of the run
  std::vector<FreshnessBucket> buckets;
  Share fresh;  // over all buckets
  std::vector<WithinVersions> within;
  Prediction prediction;
  // Why the worst key is as stale as that: lines for people; none where all keys are linearizable.
  std::vector<std::string> lines;
};

// Never fails: what the budget does not allow is in keys_not_judged, or a k that is not exact.
// Deterministic, where the time suffices. O(n log n) but for keys that are not linearizable (see
// EpochSearch: their steps are bounded by the key's operations). REQUIRES: 1 <= k_cap; edges
// ascend.
StalenessReport measure_staleness_in_full(const History& history, const StalenessOptions& options,
                                          const Budget& budget);

Json to_json(const StalenessReport& report);

// For a terminal: the keys, and what was measured beside what was predicted.
std::vector<std::string> staleness_table(const StalenessReport& report);

}  // namespace quorate
