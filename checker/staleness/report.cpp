#include "checker/staleness/report.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>

#include <fmt/format.h>

#include "checker/staleness/gaps.h"
#include "checker/staleness/smallest_k.h"
#include "checker/staleness/staleness_story.h"

namespace quorate {
namespace {

// What the search for k may use. Per key: a fixed number of placements, and some for each
// operation: a few seconds at most for the largest keys. In all: half of the time, so that every
// key gets at least what costs little.
constexpr std::uint64_t kStepsPerKey = 500'000;
constexpr std::uint64_t kStepsPerOp = 20;
// In bytes, for the budget: of the key in hand, each operation in clusters, zones, three lists, the
// stack of the search, and spans; of all, an index and a sample of freshness.
constexpr std::size_t kBytesPerOpOfKey = 200;
constexpr std::size_t kBytesPerOp = 12 + 24;
constexpr std::uint64_t kVersionsCompared[] = {1, 2, 3, 5, 10};
constexpr std::size_t kMostMinimised = 400;  // values of an epoch

// What one key told, with what its explanation starts from.
struct KeyFindings {
  KeyStaleness told;
  std::size_t ordinal = 0;
  Gap delta;
  Gap gamma;
  std::optional<ReadStaleness> stalest;
  std::vector<ClusterIndex> failed_epoch;
};

bool staler(const KeyFindings& a, const KeyFindings& b) {
  const auto rank = [](const KeyFindings& key) {
    return std::tuple(key.told.k_at_least, key.told.delta_ns, key.told.gamma_ns,
                      key.told.stale_reads);
  };
  return rank(a) > rank(b);
}

class Reporter {
 public:
  Reporter(const History& history, const StalenessOptions& options, const Budget& budget)
      : history_(history),
        options_(options),
        budget_(budget),
        began_(monotonic_now()),
        deadline_(began_ + budget.time),
        search_deadline_(began_ + budget.time / 2),
        keys_(history),
        initial_(initial_symbol(history, options.initial)),
        clusters_(history, keys_.symbol_count()),
        over_time_(history) {}

  StalenessReport run() {
    report_.keys = keys_.size();
    for (std::size_t key = 0; key < keys_.size(); ++key) {
      const std::string refusal = refusal_of(key);
      if (refusal.empty()) {
        judge(key);
      } else {
        refuse(key, refusal);
      }
    }
    report_.summary = to_json(totals_);
    report_.step_ns = over_time_.step_ns();
    report_.steps = over_time_.steps();
    predict();
    explain();
    for (KeyFindings& key : worst_) report_.worst_keys.push_back(std::move(key.told));
    return std::move(report_);
  }

 private:
  std::string name(std::size_t key) const { return std::string(history_.plain(keys_.key(key))); }

  // Builds the clusters; then "" or why the key is not judged.
  std::string refusal_of(std::size_t key) {
    const std::span<const OpIndex> ops = keys_.ops(key);
    if (monotonic_now() >= deadline_) {
      return fmt::format("was not reached within {}", format_duration(budget_.time));
    }
    const std::size_t bytes = history_.ops().size() * kBytesPerOp + ops.size() * kBytesPerOpOfKey;
    if (bytes > budget_.bytes) {
      return fmt::format("needs about {} bytes, over the budget of {}", bytes, budget_.bytes);
    }
    if (!only_reads_and_writes(history_, ops)) return "has operations other than read and write";
    build(key);
    return clusters_.duplicate() ? "has a value that two writes may have put there" : "";
  }

  void build(std::size_t key) {
    const bool free_initial = options_.initial.kind == InitialValue::Kind::kFree;
    clusters_.build(keys_.ops(key), initial_, free_initial);
  }

  void refuse(std::size_t key, const std::string& why) {
    if (report_.keys_not_judged++ == 0) {
      const std::string key_name = name(key);
      report_.not_judged_reason =
          (key_name.empty() ? "the only key" : "key " + key_name) + " " + why;
    }
    totals_.add_not_judged(history_, keys_.ops(key));
  }

  void judge(std::size_t key) {
    const std::span<const OpIndex> ops = keys_.ops(key);
    const std::vector<ReadStaleness> stale =
        staleness_of(history_, clusters_, finder_.find(history_, ops, clusters_));
    totals_.add(clusters_, stale);
    over_time_.add(ops, clusters_, stale);
    collect_freshness(history_, ops, clusters_, stale, static_cast<std::uint32_t>(key), &samples_);
    note_rates(ops);
    KeyFindings found;
    found.ordinal = key;
    KeyStaleness& told = found.told;
    told.key = name(key);
    told.reads = clusters_.reads() - clusters_.bad_reads().size();
    told.stale_reads = stale.size();
    for (const ReadStaleness& read : stale) {
      ++report_.reads_by_k[read.k];
      if (!found.stalest || read.k > found.stalest->k) found.stalest = read;
    }
    if (told.reads > stale.size()) report_.reads_by_k[1] += told.reads - stale.size();
    if (found.stalest) told.k_weak_max = found.stalest->k;
    told.lower_bounds = std::any_of(
        clusters_.all().begin(), clusters_.all().end(),
        [](const Cluster& cluster) { return cluster.write_end == kNever && cluster.reads > 0; });
    measure_key(ops.size(), &found);
    keep(std::move(found));
  }

  void measure_key(std::size_t ops, KeyFindings* found) {
    SearchBudget search;
    search.steps = kStepsPerKey + kStepsPerOp * ops;
    search.deadline = search_deadline_;
    search.memo_bytes = budget_.bytes / 8;
    SmallestK k = smallest_k(clusters_, found->told.k_weak_max, options_.k_cap, &search);
    found->told.k_at_least = k.at_least;
    found->told.k_at_most = k.at_most;
    found->told.k_reason = std::move(k.reason);
    found->failed_epoch = std::move(k.failed_epoch);
    if (k.at_least == 1) return;  // linearizable
    found->delta = largest_gap(history_, clusters_, GapKind::kDelta);
    found->gamma = largest_gap(history_, clusters_, GapKind::kGamma);
    found->told.delta_ns = found->delta.ns;
    found->told.gamma_ns = found->gamma.ns;
  }

  // Takes the key into the maxima, and among the worst, if it is.
  void keep(KeyFindings found) {
    const KeyStaleness& told = found.told;
    report_.k_exact &= told.k_at_least == told.k_at_most;
    report_.lower_bounds |= told.lower_bounds;
    raise(static_cast<std::int64_t>(told.k_at_least), told.key, &report_.k);
    raise(told.delta_ns, told.key, &report_.delta);
    raise(told.gamma_ns, told.key, &report_.gamma);
    if (told.delta_ns > 0 && (!delta_worst_ || told.delta_ns > delta_worst_->told.delta_ns)) {
      delta_worst_ = found;
    }
    const auto place = std::upper_bound(worst_.begin(), worst_.end(), found, staler);
    worst_.insert(place, std::move(found));
    if (worst_.size() > std::max<std::size_t>(options_.keys_shown, 1)) worst_.pop_back();
  }
  static void raise(std::int64_t value, const std::string& key, Worst* worst) {
    if (value > worst->value) *worst = {value, key};
  }

  // How often each client reads the key, against how often it is written: for the closed form of
  // monotonic reads. A client is a process.
  void note_rates(std::span<const OpIndex> ops) {
    if (!options_.sizes.valid()) return;
    std::vector<std::int32_t> readers;
    std::uint64_t reads = 0;
    for (const OpIndex index : ops) {
      const Op& op = history_.ops()[index];
      if (op.function != Function::kRead || op.outcome != Outcome::kOk) continue;
      readers.push_back(op.process);
      ++reads;
    }
    if (reads == 0) return;
    std::sort(readers.begin(), readers.end());
    const auto clients = std::unique(readers.begin(), readers.end()) - readers.begin();
    const double each = static_cast<double>(reads) / static_cast<double>(clients);
    const double writes_per_read = static_cast<double>(clusters_.writes()) / each;
    monotonic_ += static_cast<double>(reads) * monotonic_reads(options_.sizes, writes_per_read);
    rated_reads_ += static_cast<double>(reads);
  }

  void predict() {
    const std::optional<FreshnessCurve> curve = simulate();
    const FreshnessCurve* borrowed = curve ? &*curve : nullptr;
    report_.buckets = bucket_freshness(samples_, options_.bucket_edges, borrowed, options_.margin);
    report_.fresh = overall_freshness(samples_, borrowed, options_.margin);
    for (const std::uint64_t k : kVersionsCompared) {
      Share share = share_within(samples_, k);
      if (curve) {
        const double stale = 1 - report_.fresh.predicted;
        const bool closed = options_.fan_out_exact;
        const double p = closed ? within_versions(options_.sizes, k)
                                : 1 - std::pow(stale, static_cast<double>(k));
        const double error = closed ? 0 : monte_carlo_error(p, curve->trials());
        if (share.trials > 0) compare(p, error, options_.margin, &share);
      }
      report_.within.push_back({k, share});
    }
  }

  std::optional<FreshnessCurve> simulate() {
    Prediction& prediction = report_.prediction;
    prediction.sizes = options_.sizes;
    prediction.fan_out_exact = options_.fan_out_exact;
    if (!options_.sizes.valid()) {
      prediction.reason = "n, r and w are not known";
      return std::nullopt;
    }
    const MessageDelays delays =
        options_.delays.empty() ? estimate_delays(history_) : options_.delays;
    WarsOptions wars{options_.sizes, !options_.fan_out_exact, !options_.fan_out_exact,
                     options_.trials, options_.seed};
    Result<FreshnessCurve> curve = simulate_wars(delays, wars);
    if (!curve) {
      prediction.reason = curve.error().context;
      return std::nullopt;
    }
    prediction.made = true;
    prediction.source = delays.source;
    prediction.client_hop = options_.client_hop;
    prediction.trials = curve->trials();
    prediction.curve_band = dkw_band(curve->trials());
    prediction.miss = miss_probability(options_.sizes);
    prediction.monotonic = rated_reads_ > 0 ? monotonic_ / rated_reads_ : 1;
    return curve->seen_by_clients(options_.client_hop);
  }

  void explain() {
    if (!worst_.empty() && worst_[0].told.k_at_least > 1) {
      KeyFindings& key = worst_[0];
      build(key.ordinal);
      if (key.told.k_at_least == key.told.k_weak_max) {
        append(tell_read(history_, clusters_, *key.stalest));
      } else if (!key.failed_epoch.empty()) {
        tell_failed_epoch(&key);
      }
    }
    if (!delta_worst_) return;
    build(delta_worst_->ordinal);
    append(tell_gap(history_, clusters_, delta_worst_->delta, GapKind::kDelta));
  }

  void tell_failed_epoch(KeyFindings* key) {
    const auto k = static_cast<std::uint32_t>(key->told.k_at_least - 1);
    SearchBudget search;
    search.steps = kStepsPerKey;
    search.deadline = deadline_;
    if (key->failed_epoch.size() <= kMostMinimised) {
      key->failed_epoch = minimal_epoch(clusters_, std::move(key->failed_epoch), k, &search);
    }
    append(tell_epoch(history_, clusters_, key->failed_epoch, k));
  }

  void append(std::vector<std::string> lines) {
    for (std::string& line : lines) report_.lines.push_back(std::move(line));
  }

  const History& history_;
  const StalenessOptions& options_;
  const Budget& budget_;
  Instant began_;
  Instant deadline_;
  Instant search_deadline_;
  KeyIndex keys_;
  Symbol initial_;
  KeyClusters clusters_;
  StalenessOverTime over_time_;
  StaleReadFinder finder_;
  StalenessTotals totals_;
  std::vector<FreshnessSample> samples_;
  std::vector<KeyFindings> worst_;  // worst first
  std::optional<KeyFindings> delta_worst_;
  double monotonic_ = 0;  // summed over reads
  double rated_reads_ = 0;
  StalenessReport report_;
};

}  // namespace

StalenessReport measure_staleness_in_full(const History& history, const StalenessOptions& options,
                                          const Budget& budget) {
  return Reporter(history, options, budget).run();
}

}  // namespace quorate
