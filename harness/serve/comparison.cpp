#include "harness/serve/comparison.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace quorate {
namespace {

// Measures of a run that say something beside another's, and what people call them.
struct Number {
  const char* name;
  const char* place;  // a JSON pointer into results.json
};
constexpr std::array<Number, 15> kNumbers{{
    {"load, s", "/measures/exercised/load-s"},
    {"reads that succeeded", "/measures/exercised/ok-reads"},
    {"writes that succeeded", "/measures/exercised/ok-writes"},
    {"operations that failed", "/measures/exercised/failed"},
    {"operations of unknown outcome", "/measures/exercised/unknown"},
    {"stale reads", "/measures/staleness/stale_reads"},
    {"share of stale reads", "/measures/staleness/stale_share"},
    {"most versions behind (1 is fresh)", "/measures/staleness/k_max"},
    {"stale for, median, ms", "/measures/staleness/t_ms_p50"},
    {"stale for, 99 %, ms", "/measures/staleness/t_ms_p99"},
    {"stale for, most, ms", "/measures/staleness/t_ms_max"},
    {"smallest k", "/measures/staleness/smallest_k"},
    {"Delta, ms", "/measures/staleness/delta_ms"},
    {"records that differed at most", "/measures/exercised/worst-disagreement"},
    {"whole run, s", "/measures/timing/total-s"},
}};

Json at(const Json& json, const std::string& place) {
  const Json::json_pointer pointer(place);
  return json.contains(pointer) ? json.at(pointer) : Json();
}

Json member(const Json& json, const std::string& name) {
  return json.is_object() && json.contains(name) ? json.at(name) : Json();
}

Json row(std::string name, Json a, Json b) {
  const bool same = a == b;
  return {{"name", std::move(name)}, {"a", std::move(a)}, {"b", std::move(b)}, {"same", same}};
}

// The keys of both, in the order of the first, then what only the second has.
std::vector<std::string> keys_of(const Json& a, const Json& b) {
  std::vector<std::string> keys;
  for (const Json* side : {&a, &b}) {
    if (!side->is_object()) continue;
    for (const auto& [key, value] : side->items()) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

Json differences_first(std::vector<Json> rows) {
  std::stable_partition(rows.begin(), rows.end(),
                        [](const Json& each) { return !each.at("same").get<bool>(); });
  return Json(std::move(rows));
}

// Apart from the configuration: it always differs, and explains little.
bool about_the_machine(const std::string& key) {
  return key == "environment" || key == "network-used";
}

Json compare_configurations(const ComparedRun& a, const ComparedRun& b) {
  std::vector<Json> rows;
  for (const std::string& key : keys_of(a.test, b.test)) {
    if (!about_the_machine(key)) rows.push_back(row(key, member(a.test, key), member(b.test, key)));
  }
  return differences_first(std::move(rows));
}

Json compare_environments(const ComparedRun& a, const ComparedRun& b) {
  std::vector<Json> rows;
  const Json in_a = member(a.test, "environment");
  const Json in_b = member(b.test, "environment");
  for (const std::string& key : keys_of(in_a, in_b)) {
    rows.push_back(row(key, member(in_a, key), member(in_b, key)));
  }
  const std::string network = "/network-used/kind";
  rows.push_back(row("network", at(a.test, network), at(b.test, network)));
  return differences_first(std::move(rows));
}

Json property_in(const Json& results, const std::string& name) {
  const Json properties = member(results, "properties");
  if (!properties.is_array()) return {};
  for (const Json& each : properties) {
    if (member(each, "property") != name) continue;
    return {{"standing", member(each, "standing")},
            {"promised", member(each, "promised")},
            {"violations", member(each, "violation_count")}};
  }
  return {};
}

Json compare_properties(const ComparedRun& a, const ComparedRun& b) {
  std::vector<std::string> names;
  for (const ComparedRun* side : {&a, &b}) {
    const Json properties = member(side->results, "properties");
    if (!properties.is_array()) continue;
    for (const Json& each : properties) {
      const Json told = member(each, "property");
      if (!told.is_string()) continue;
      const auto name = told.get<std::string>();
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
  }
  Json rows = Json::array();
  for (const std::string& name : names) {
    rows.push_back(row(name, property_in(a.results, name), property_in(b.results, name)));
  }
  return rows;
}

Json compare_numbers(const ComparedRun& a, const ComparedRun& b) {
  Json rows = Json::array();
  for (const std::string& kind : keys_of(a.latency, b.latency)) {
    const Json in_a = member(a.latency, kind);
    const Json in_b = member(b.latency, kind);
    for (const std::string& name : keys_of(in_a, in_b)) {
      rows.push_back(row(kind + ", " + name, member(in_a, name), member(in_b, name)));
    }
  }
  for (const Number& number : kNumbers) {
    const Json in_a = at(a.results, number.place);
    const Json in_b = at(b.results, number.place);
    if (!in_a.is_null() || !in_b.is_null()) rows.push_back(row(number.name, in_a, in_b));
  }
  return rows;
}

Json head_of(const ComparedRun& run) {
  Json outcome = member(run.results, "outcome");
  if (!outcome.is_string()) outcome = "unfinished";
  return {{"path", run.path}, {"outcome", outcome}, {"sentence", member(run.results, "sentence")}};
}

}  // namespace

Json compare(const ComparedRun& a, const ComparedRun& b) {
  return {{"a", head_of(a)},
          {"b", head_of(b)},
          {"configuration", compare_configurations(a, b)},
          {"environment", compare_environments(a, b)},
          {"properties", compare_properties(a, b)},
          {"numbers", compare_numbers(a, b)}};
}

}  // namespace quorate
