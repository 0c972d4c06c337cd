#include <fmt/core.h>
#include <fmt/ranges.h>

#include "harness/cli/commands.h"
#include "harness/run/judge.h"
#include "nemesis/fault_catalogue.h"
#include "workloads/workload.h"

namespace quorate {

namespace {

Json to_json(const FaultType& fault) {
  Json json{{"name", fault.name}, {"does", fault.does}, {"breaks", fault.breaks}};
  json["parameters"] = Json::array();
  for (const FaultParameter& parameter : fault.parameters) {
    json["parameters"].push_back({{"name", parameter.name},
                                  {"default", parameter.fallback},
                                  {"meaning", parameter.meaning}});
  }
  return json;
}

void tell(const FaultType& fault) {
  constexpr int kName = 24;
  fmt::print("{:<{}} {}\n", fault.name, kName, fault.does);
  fmt::print("{:<{}}   breaks: {}\n", "", kName, fault.breaks);
  for (const FaultParameter& parameter : fault.parameters) {
    fmt::print("{:<{}}   {}={}  {}\n", "", kName, parameter.name, parameter.fallback,
               parameter.meaning);
  }
}

void tell_moments() {
  fmt::print(
      "\nBy the clock, or at a moment of a write: kill:when=MOMENT:who=coordinator, have or lack "
      "(who\nhas the write, or not); which one: key=k1, write=17 (of its key), has=n2, lacks=n3\n");
  for (const MomentKind kind : kAllMoments) {
    fmt::print("  when={:<18} {}\n", name_of(kind), description_of(kind));
  }
}

}  // namespace

int faults_command(const std::string& name, const Output& output) {
  Json json = Json::array();
  bool any = false;
  for (const FaultType& fault : all_faults()) {
    if (!fault.name.starts_with(name)) continue;
    any = true;
    if (output.json) {
      json.push_back(to_json(fault));
    } else {
      tell(fault);
    }
  }
  if (!any) {
    return complain({ErrorCode::kInvalidArgument,
                     fmt::format("no fault is called \"{}\"; quorate faults lists them", name)},
                    kExitUsage);
  }
  if (output.json) {
    fmt::print("{}\n", json.dump(2));
  } else {
    tell_moments();
  }
  return 0;
}

int workloads_command() {
  for (const WorkloadInfo& workload : all_workloads()) {
    fmt::print("{:<26} {}\n", workload.name, workload.description);
    if (!workload.options.empty()) {
      fmt::print("{:<26}   takes {}\n", "", fmt::join(workload.options, ", "));
    }
  }
  return 0;
}

}  // namespace quorate
