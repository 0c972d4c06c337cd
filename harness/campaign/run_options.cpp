#include "harness/campaign/run_options.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "nemesis/fault_catalogue.h"

namespace quorate {
namespace {

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

constexpr std::array kLists{"node-option", "nemesis-nodes", "capture", "property"};
constexpr std::array kDurations{"timeout", "time", "nemesis-interval", "anti-entropy-interval",
                                "probe-delay"};

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    parts.emplace_back(text.substr(0, comma));
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return parts;
}

// "majority" and "all", of `whole`.
Result<void> resolve_quorum(const char* name, int whole, Json* json) {
  if (!json->contains(name) || !json->at(name).is_string()) return {};
  const std::string word = json->at(name).get<std::string>();
  if (word == "majority") {
    (*json)[name] = whole / 2 + 1;
  } else if (word == "all") {
    (*json)[name] = whole;
  } else {
    return invalid(fmt::format("{} is \"{}\": a number, \"majority\" or \"all\"", name, word));
  }
  return {};
}

int number_or(const Json& json, const char* name, int otherwise) {
  return json.contains(name) && json.at(name).is_number_integer() ? json.at(name).get<int>()
                                                                  : otherwise;
}

Result<void> resolve_quorums(Json* json) {
  const int nodes = number_or(*json, "nodes", RunConfig{}.nodes);
  if (auto ok = resolve_quorum("n", nodes, json); !ok) return ok;
  const int replicas = number_or(*json, "n", nodes);
  if (auto ok = resolve_quorum("r", replicas, json); !ok) return ok;
  return resolve_quorum("w", replicas, json);
}

Result<void> resolve_nemesis(Json* json) {
  if (json->contains("nemesis") && json->at("nemesis").is_string()) {
    const auto faults = parse_fault_list(json->at("nemesis").get<std::string>());
    if (!faults) return faults.error();
    (*json)["nemesis"] = *faults;
  }
  if (!json->contains("nemesis-phases")) return {};
  const std::vector<std::string> phases = split(text_of(json->at("nemesis-phases")));
  json->erase("nemesis-phases");
  if (phases.size() != 2)
    return invalid("nemesis-phases: two durations, of faults and of calm: \"8s,4s\"");
  (*json)["nemesis-faults-phase"] = phases[0];
  (*json)["nemesis-calm-phase"] = phases[1];
  return {};
}

}  // namespace

std::vector<std::string> campaign_run_options() {
  std::vector<std::string> names = run_config_keys();
  static const std::set<std::string> kNot{"seed", "expect-violation", "nemesis-faults-phase",
                                          "nemesis-calm-phase"};
  names.erase(std::remove_if(names.begin(), names.end(),
                             [](const std::string& name) { return kNot.contains(name); }),
              names.end());
  names.emplace_back("nemesis-phases");
  std::sort(names.begin(), names.end());
  return names;
}

Result<RunConfig> config_of(const Json& options) {
  Json json = options;
  for (const char* name : kDurations) {
    if (!json.contains(name) || !json.at(name).is_number()) continue;
    const Json seconds = json.at(name);  // json[name] = f(json[name]) would read what it moves
    json[name] = fmt::format("{}s", seconds.get<double>());
  }
  for (const char* name : kLists) {
    if (!json.contains(name) || !json.at(name).is_string()) continue;
    const std::vector<std::string> parts = split(json.at(name).get<std::string>());
    json[name] = parts;
  }
  if (auto ok = resolve_quorums(&json); !ok) return ok.error();
  if (auto ok = resolve_nemesis(&json); !ok) return ok.error();
  return run_config_from_json(json);
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_array()) {
    std::vector<std::string> parts;
    for (const Json& each : value) parts.push_back(text_of(each));
    return parts.empty() ? "none" : fmt::format("{}", fmt::join(parts, ","));
  }
  return value.dump();
}

std::string promise_class_of(const RunConfig& config) {
  std::string text = fmt::format("{}, r + w {} n, {}, {} versions, {}", config.workload,
                                 config.r + config.w > config.n ? ">" : "<=",
                                 config.read_mode == "none" ? "no repair" : config.read_mode,
                                 config.version_scheme, name_of(config.mode));
  if (config.durability != "batch") text += fmt::format(", durability {}", config.durability);
  return text;
}

std::string fault_kinds_of(const RunConfig& config) {
  std::set<std::string> kinds;
  for (const std::string& fault : config.nemesis) {
    kinds.insert(fault.substr(0, fault.find_first_of(":*")));
  }
  return kinds.empty() ? "none" : fmt::format("{}", fmt::join(kinds, ", "));
}

}  // namespace quorate
