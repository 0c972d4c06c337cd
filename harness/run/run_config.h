// RunConfig: everything that decides what a run does. The command line's names are the keys of its
// JSON form.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "nemesis/plan.h"
#include "results/property.h"
#include "workloads/workload.h"

namespace quorate {

enum class Approach { kCoordinator, kClient };  // who drives the quorums
enum class NetworkKind { kAuto, kPacket, kProxy, kNone };

struct RunConfig {
  std::string system = "quorate";
  int nodes = 5;
  int n = 0;  // replicas of a key; 0: = nodes
  int r = 0;  // 0: majority of n
  int w = 0;  // 0: majority of n
  Approach mode = Approach::kCoordinator;
  std::string version_scheme = "two-phase";
  std::string read_mode = "write-back";
  std::string fan_out = "all";
  std::string durability = "batch";
  bool hinted_handoff = false;       // nodes keep what a replica missed, and hand it over
  Duration anti_entropy_interval{};  // between comparisons of replicas; 0: none
  std::string node_program;          // a file; empty: the system's own
  std::vector<std::string>
      node_options;  // beyond those above, as the node names them: "NAME=VALUE"
  Duration timeout = std::chrono::seconds(1);  // per operation
  bool plain_text = false;  // keys and values reach the nodes as they are called, and no otherwise
  std::string workload = "register";
  std::optional<int> keys;           // nothing: as many as the workload takes
  std::optional<double> read_share;  // nothing: the workload's own
  KeyDistribution key_distribution = KeyDistribution::kUniform;
  Writers writers = Writers::kAny;
  Duration probe_delay = WorkloadOptions{}.probe_delay;
  int concurrency = 10;
  double rate = 0;  // operations/s in all; 0: closed loop
  Duration time = std::chrono::seconds(10);
  std::int64_t max_operations = 10'000'000;
  std::vector<std::string> nemesis;  // empty: none
  Duration nemesis_interval = std::chrono::seconds(2);
  int nemesis_at_once = 1;                 // faults that may be in force together
  bool nemesis_swarm = false;              // only a random part of the faults
  std::vector<std::string> nemesis_nodes;  // that faults of nodes may hit; empty: all
  Phases nemesis_phases;
  std::string plan;  // a file; its steps are followed in place of a drawn plan, and `nemesis` lists
                     // their faults. Empty: none
  NetworkKind network = NetworkKind::kAuto;
  std::vector<std::string> capture;  // pairs of endpoints whose packets are saved: "n1-n2"
  std::uint64_t seed = 0;
  bool stop_on_violation = false;
  std::vector<Property> demanded;  // judged as if promised
  std::optional<Property> expect_violation;
};

// Fills in what was left to its default (n, r, w, keys, read_share), and refuses what no run can
// mean. What a system cannot do yet is refused by the system (System::validate).
Result<RunConfig> complete(RunConfig config);

Json to_json(const RunConfig& config);
Result<RunConfig> run_config_from_json(const Json& json);
// All keys that its JSON form may have.
std::vector<std::string> run_config_keys();

// What the workload is made with. REQUIRES: the configuration is complete.
WorkloadOptions workload_options(const RunConfig& config);

// "n=5 r=3 w=3 write-back, coordinator": for people.
std::string describe(const RunConfig& config);

std::string_view name_of(Approach approach);
std::string_view name_of(NetworkKind kind);
std::optional<Approach> approach_named(std::string_view name);
std::optional<NetworkKind> network_kind_named(std::string_view name);

}  // namespace quorate
