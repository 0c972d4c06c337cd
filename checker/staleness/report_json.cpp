// StalenessReport as JSON: names in lower-case snake, times in milliseconds, every number finite.
#include "checker/staleness/report.h"

namespace quorate {
namespace {

double ms(std::int64_t ns) { return static_cast<double>(ns) / 1e6; }

Json json_of(const KeyStaleness& key) {
  Json json = Json::object();
  json["key"] = key.key;
  json["reads"] = key.reads;
  json["stale_reads"] = key.stale_reads;
  json["k_weak_max"] = key.k_weak_max;
  json["k_at_least"] = key.k_at_least;
  json["k_at_most"] = key.k_at_most;
  json["k_exact"] = key.k_at_least == key.k_at_most;
  if (!key.k_reason.empty()) json["k_reason"] = key.k_reason;
  json["delta_ms"] = ms(key.delta_ns);
  json["gamma_ms"] = ms(key.gamma_ns);
  json["lower_bounds"] = key.lower_bounds;
  return json;
}

// A table of what was measured, and beside it, where there is one, the prediction.
Json json_of(const Share& share) {
  Json json = Json::object();
  json["reads"] = share.trials;
  json["hits"] = share.successes;
  json["reads_effective"] = share.effective;
  json["measured"] = share.measured();
  json["measured_low"] = share.interval.low;
  json["measured_high"] = share.interval.high;
  if (share.decision == Decision::kNotPredicted) return json;
  json["predicted"] = share.predicted;
  json["prediction_error"] = share.prediction_error;
  json["decision"] = share.decision == Decision::kNeedMore ? "need more" : text_of(share);
  if (share.decision == Decision::kNeedMore) json["reads_needed"] = share.needed;
  return json;
}

Json json_of(const FreshnessBucket& bucket) {
  Json json = Json::object();
  json["from_ms"] = ms(bucket.from_ns);
  json["to_ms"] = bucket.to_ns == kNever ? Json(nullptr) : Json(ms(bucket.to_ns));
  json.update(json_of(bucket.fresh));
  return json;
}

// Columns: a number for each step.
Json json_of(std::int64_t step_ns, const std::vector<StaleStep>& steps) {
  Json json{{"step_ms", ms(step_ns)},
            {"reads", Json::array()},
            {"stale_reads", Json::array()},
            {"t_ms_max", Json::array()}};
  for (const StaleStep& step : steps) {
    json["reads"].push_back(step.reads);
    json["stale_reads"].push_back(step.stale_reads);
    json["t_ms_max"].push_back(ms(step.t_ns_max));
  }
  return json;
}

Json json_of(const Prediction& prediction) {
  Json json = Json::object();
  json["made"] = prediction.made;
  if (!prediction.made) {
    json["reason"] = prediction.reason;
    return json;
  }
  json["n"] = prediction.sizes.n;
  json["r"] = prediction.sizes.r;
  json["w"] = prediction.sizes.w;
  json["fan_out"] = prediction.fan_out_exact ? "exact" : "all";
  json["delays"] = prediction.source;
  json["client_hop_ms"] = ms(prediction.client_hop.count());
  json["trials"] = prediction.trials;
  json["curve_band"] = prediction.curve_band;
  json["closed_form_miss"] = prediction.miss;
  json["closed_form_monotonic_reads"] = prediction.monotonic;
  return json;
}

}  // namespace

Json to_json(const StalenessReport& report) {
  Json json = report.summary;
  json["keys"] = report.keys;
  json["keys_not_judged"] = report.keys_not_judged;
  if (report.keys_not_judged > 0) json["not_judged_reason"] = report.not_judged_reason;
  json["smallest_k"] = report.k.value;
  json["smallest_k_exact"] = report.k_exact;
  json["smallest_k_key"] = report.k.key;
  json["delta_ms"] = ms(report.delta.value);
  json["delta_key"] = report.delta.key;
  json["gamma_ms"] = ms(report.gamma.value);
  json["gamma_key"] = report.gamma.key;
  json["lower_bounds"] = report.lower_bounds;
  json["worst_keys"] = Json::array();
  for (const KeyStaleness& key : report.worst_keys) json["worst_keys"].push_back(json_of(key));
  json["reads_by_k"] = Json::array();
  for (const auto& [k, reads] : report.reads_by_k) {
    json["reads_by_k"].push_back({{"k", k}, {"reads", reads}});
  }
  json["over_time"] = json_of(report.step_ns, report.steps);
  json["fresh"] = json_of(report.fresh);
  json["fresh_by_time"] = Json::array();
  for (const FreshnessBucket& bucket : report.buckets) {
    json["fresh_by_time"].push_back(json_of(bucket));
  }
  json["within_versions"] = Json::array();
  for (const WithinVersions& within : report.within) {
    Json row = Json::object();
    row["k"] = within.k;
    row.update(json_of(within.share));
    json["within_versions"].push_back(std::move(row));
  }
  json["prediction"] = json_of(report.prediction);
  json["lines"] = report.lines;
  return json;
}

}  // namespace quorate
