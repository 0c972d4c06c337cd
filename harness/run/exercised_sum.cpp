#include "harness/run/exercised_sum.h"

#include <algorithm>

#include <fmt/core.h>

#include "nemesis/fault_catalogue.h"

namespace quorate {
namespace {

constexpr const char* kCounts[] = {"ok-reads", "ok-writes", "failed", "unknown"};

std::int64_t number(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

void add_numbers(const Json& from, const char* name, std::map<std::string, std::int64_t>* to) {
  const auto found = from.find(name);
  if (found == from.end() || !found->is_object()) return;
  for (const auto& [key, value] : found->items()) {
    if (value.is_number_integer()) (*to)[key] += value.get<std::int64_t>();
  }
}

// Of sets; 0 where that is more than anybody would list.
std::int64_t choose(int n, std::size_t k) {
  constexpr std::int64_t kMost = 1'000'000;
  std::int64_t ways = 1;
  for (std::size_t i = 0; i < k; ++i) {
    ways = ways * (n - static_cast<std::int64_t>(i)) / static_cast<std::int64_t>(i + 1);
    if (ways > kMost) return 0;
  }
  return ways;
}

}  // namespace

Result<void> ExercisedSum::add(const Json& exercised, int nodes) {
  if (!exercised.is_object() || !exercised.contains("faults") ||
      !exercised.at("faults").is_object()) {
    return Error{ErrorCode::kCorrupt, "does not say what the run exercised"};
  }
  ++runs_;
  for (const char* name : kCounts) counts_[name] += number(exercised, name);
  for (const auto& [name, sum] : exercised.at("faults").items()) {
    if (!sum.is_object()) continue;
    Fault& fault = faults_[name];
    fault.injected += number(sum, "injected");
    fault.missed += number(sum, "missed");
    fault.operations_in_flight += number(sum, "operations-in-flight");
    if (number(sum, "injected") > 0) ++fault.runs;
    bytes_lost_ += number(sum, "bytes-lost");
    add_numbers(sum, "packets", &packets_);
  }
  add_numbers(exercised, "met", &met_);
  add_numbers(exercised, "writes-seen", &writes_seen_);
  worst_disagreement_ = std::max(worst_disagreement_, exercised.contains("worst-disagreement")
                                                          ? number(exercised, "worst-disagreement")
                                                          : -1);
  const auto answered = exercised.find("quorums");
  if (answered == exercised.end() || !answered->is_object()) return {};
  for (const auto& [who, times] : answered->items()) {
    const auto size = static_cast<std::size_t>(std::count(who.begin(), who.end(), ',')) + 1;
    quorums_[{size, nodes}].insert(who);
  }
  return {};
}

std::vector<std::string> ExercisedSum::pairs_that_never_met() const {
  std::vector<std::string> never;
  for (auto a = faults_.begin(); a != faults_.end(); ++a) {
    for (auto b = std::next(a); b != faults_.end(); ++b) {
      if (a->second.injected == 0 || b->second.injected == 0) continue;
      const std::string pair = a->first + "+" + b->first;
      if (!met_.contains(pair)) never.push_back(pair);
    }
  }
  return never;
}

Json ExercisedSum::quorums() const {
  Json json = Json::object();
  for (const auto& [shape, sets] : quorums_) {
    Json& told = json[fmt::format("{} of {}", shape.first, shape.second)];
    told["seen"] = sets.size();
    const std::int64_t possible = choose(shape.second, shape.first);
    if (possible > 0) told["possible"] = possible;
  }
  return json;
}

Json ExercisedSum::to_json() const {
  Json json{{"runs", runs_}};
  for (const auto& [name, count] : counts_) json[name] = count;
  json["faults"] = Json::object();
  for (const auto& [name, fault] : faults_) {
    json["faults"][name] = {{"injected", fault.injected},
                            {"missed", fault.missed},
                            {"operations-in-flight", fault.operations_in_flight},
                            {"runs", fault.runs}};
  }
  json["packets"] = packets_;
  json["bytes-lost"] = bytes_lost_;
  json["met"] = met_;
  json["quorums"] = quorums();
  json["writes-seen"] = writes_seen_;
  if (worst_disagreement_ >= 0) json["worst-disagreement"] = worst_disagreement_;
  Json never = Json::array();
  for (const FaultType& type : all_faults()) {
    const auto found = faults_.find(type.name);
    const bool happened = found != faults_.end() && found->second.injected > 0;
    if (type.make && !happened) never.push_back(type.name);
  }
  json["never"] = {{"faults", never}, {"pairs", pairs_that_never_met()}};
  return json;
}

}  // namespace quorate
