#include "harness/run/run_arguments.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/core.h>
#include <fmt/ranges.h>

namespace quorate {
namespace {

constexpr std::array kOfSomeWorkloads{"keys", "read-share", "key-distribution", "writers",
                                      "probe-delay"};

// An option that the workload does not take would be refused.
bool is_taken(const RunConfig& config, const std::string& name) {
  if (std::find(kOfSomeWorkloads.begin(), kOfSomeWorkloads.end(), name) == kOfSomeWorkloads.end()) {
    return true;
  }
  const WorkloadInfo* info = find_workload(config.workload);
  return info != nullptr &&
         std::find(info->options.begin(), info->options.end(), "--" + name) != info->options.end();
}

std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  return fmt::format("{}", fmt::join(value.get<std::vector<std::string>>(), ","));
}

}  // namespace

std::vector<std::string> run_arguments(const RunConfig& config) {
  std::vector<std::string> arguments;
  const auto add = [&](const std::string& name, const std::string& value) {
    arguments.push_back("--" + name);
    arguments.push_back(value);
  };
  const Json json = to_json(config);
  for (const auto& [name, value] : json.items()) {
    // One option makes two keys.
    if (name == "nemesis-faults-phase") {
      add("nemesis-phases",
          fmt::format("{},{}", value_text(value), value_text(json.at("nemesis-calm-phase"))));
      continue;
    }
    if (name == "nemesis-calm-phase" || !is_taken(config, name)) continue;
    // A plan says what goes wrong: they are not given together.
    if (name == "nemesis" && !config.plan.empty()) continue;
    if (value.is_boolean()) {
      if (value.get<bool>()) arguments.push_back("--" + name);
    } else if (!value.is_array() || !value.empty()) {
      add(name, value_text(value));
    }
  }
  return arguments;
}

}  // namespace quorate
