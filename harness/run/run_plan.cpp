#include "harness/run/run_plan.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/file.h"
#include "harness/run/network_choice.h"
#include "harness/systems/system.h"
#include "nemesis/fault_catalogue.h"
#include "workloads/workload.h"

namespace quorate {
namespace {

// Whether what is to be captured are links of this network, and it can.
Result<void> check_captures(const RunConfig& config, const Network& network) {
  const std::vector<std::string>& known = network.endpoints();
  const auto is_known = [&known](const std::string& name) {
    return std::find(known.begin(), known.end(), name) != known.end();
  };
  for (const std::string& link : config.capture) {
    const std::size_t dash = link.find('-');
    const bool pair = dash != std::string::npos && is_known(link.substr(0, dash)) &&
                      is_known(link.substr(dash + 1)) &&
                      link.substr(0, dash) != link.substr(dash + 1);
    if (!pair) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("--capture {}: must be two of n1 to n{} and c1 to c{}, as in n1-n2",
                               link, config.nodes, config.nodes)};
    }
    if (network.name() != "packet") {
      return Error{
          ErrorCode::kUnsupported,
          fmt::format("--capture needs --network packet, and this run has {}", network.name())};
    }
  }
  return {};
}

// Whether moments of the store's work can be waited for in this run, where the network tells them.
Result<void> check_aim(const PlanStep& step, const RunConfig& config, const System& system) {
  if (!step.when) return {};
  if (!system.make_traffic_reader()) {
    return Error{ErrorCode::kUnsupported,
                 fmt::format("{}:when={}: nobody can read the messages of the system {}",
                             step.fault, name_of(step.when->kind), system.name())};
  }
  if (config.mode == Approach::kClient && step.who == "coordinator") {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("{}:when={}: clients coordinate, and are no nodes: add who=have or "
                             "who=lack",
                             step.fault, name_of(step.when->kind))};
  }
  for (const std::string& node : {step.when->has, step.when->lacks}) {
    const std::vector<std::string> nodes = targets_of(config).nodes;
    if (node.empty() || std::find(nodes.begin(), nodes.end(), node) != nodes.end()) continue;
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("{}: there is no node \"{}\"; the nodes are n1 to n{}", step.fault,
                             node, config.nodes)};
  }
  return {};
}

// A property that is asked for by name must be one that somebody judges.
Result<void> check_demands(const RunConfig& config, const Workload& workload) {
  std::vector<Property> asked = config.demanded;
  if (config.expect_violation) asked.push_back(*config.expect_violation);
  const std::vector<Property> judged = workload.judged_by();
  std::string list;
  for (const Property property : judged) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", name_of(property));
  }
  for (const Property property : asked) {
    if (std::find(judged.begin(), judged.end(), property) != judged.end()) continue;
    return Error{ErrorCode::kUnsupported,
                 fmt::format("no checker judges \"{}\" on the {} workload yet; there is: {}",
                             name_of(property), workload.name(), list)};
  }
  return {};
}

}  // namespace

std::vector<std::string> endpoints_of(const RunConfig& config) {
  std::vector<std::string> names;
  for (const char kind : {'n', 'c'}) {
    for (int i = 1; i <= config.nodes; ++i) names.push_back(fmt::format("{}{}", kind, i));
  }
  return names;
}

Targets targets_of(const RunConfig& config) {
  Targets targets;
  for (const std::string& name : endpoints_of(config)) {
    (name[0] == 'n' ? targets.nodes : targets.client_groups).push_back(name);
  }
  targets.clients_coordinate = config.mode == Approach::kClient;
  targets.aim = config.nemesis_nodes;
  targets.reads_clocks = config.version_scheme == "clock";
  targets.hands_hints_over = config.hinted_handoff;
  targets.compares_replicas = config.anti_entropy_interval != Duration::zero();
  targets.syncs = config.durability != "none";
  return targets;
}

Result<Plan> plan_of(const RunConfig& config) {
  if (!config.plan.empty()) {
    const Result<std::string> text = read_file(config.plan);
    if (!text) return text.error();
    const Result<Json> json = parse_json(*text, config.plan);
    if (!json) return json.error();
    Result<Plan> plan = plan_from_json(*json, targets_of(config), config.seed);
    if (plan) return plan;
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("--plan {}: {}", config.plan, plan.error().context)};
  }
  return make_plan({.faults = config.nemesis,
                    .interval = config.nemesis_interval,
                    .length = config.time,
                    .seed = config.seed,
                    .targets = targets_of(config),
                    .at_once = config.nemesis_at_once,
                    .swarm = config.nemesis_swarm,
                    .phases = config.nemesis_phases});
}

Result<Plan> sensible_plan(const RunConfig& config) {
  const auto system = make_system(config.system);
  if (!system) return system.error();
  if (auto ok = (*system)->validate(config); !ok) return ok.error();
  const auto workload = make_workload(config.workload, workload_options(config));
  if (!workload) return workload.error();
  if (auto ok = check_demands(config, **workload); !ok) return ok.error();
  Result<Plan> plan = plan_of(config);
  if (!plan) return plan;
  for (const PlanStep& step : plan->steps) {
    if (auto ok = check_aim(step, config, **system); !ok) return ok.error();
  }
  return plan;
}

Result<void> validate(const RunConfig& config) {
  const Result<Plan> plan = sensible_plan(config);
  if (!plan) return plan.error();
  const Result<ChosenNetwork> network =
      choose_network(config.network, endpoints_of(config), config.seed);
  if (!network) return network.error();
  if (auto ok = check_captures(config, *network->network); !ok) return ok;
  for (const PlanStep& step : plan->steps) {
    const auto fault = make_fault(step.fault);
    if (!fault) return fault.error();
    if (auto ok = (*fault)->applicable(*network->network, targets_of(config)); !ok) return ok;
    if (!step.when) continue;
    if (const Result<void> can = network->network->watch(nullptr); !can) return can.error();
  }
  return {};
}

}  // namespace quorate
