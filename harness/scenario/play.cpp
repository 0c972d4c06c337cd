#include "harness/scenario/play.h"

#include <algorithm>
#include <memory>
#include <thread>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "harness/cluster/process_cluster.h"
#include "harness/run/event_loop.h"
#include "harness/run/final_reads.h"
#include "harness/run/interrupt.h"
#include "harness/run/judge.h"
#include "harness/run/network_choice.h"
#include "harness/run/pictures.h"
#include "harness/run/replica_polls.h"
#include "harness/run/run_plan.h"
#include "harness/scenario/script.h"
#include "nemesis/traffic/request_gate.h"
#include "results/run_folder.h"

namespace quorate {
namespace {

constexpr auto kRound = std::chrono::milliseconds(20);  // of looking whether somebody interrupts

// One playing, and its phases, in the order in which they happen.
class Playing {
 public:
  Playing(const PlayRequest& request, const RunConfig& config, System& system,
          const Workload& workload, RunFolder folder, std::unique_ptr<Network> network)
      : request_(request),
        config_(config),
        system_(system),
        workload_(workload),
        folder_(std::move(folder)),
        interrupt_(loop_),
        network_(std::move(network)) {}

  Result<PlayReport> run() {
    if (auto started = start(); !started) return started.error();
    if (auto told = tell_the_script(); !told) return told.error();
    read_finally();
    phase("end");
    cluster_->stop_all();
    const Result<History> history = recorder_->finish();
    if (!history) return history.error();
    return conclude(*history);
  }

 private:
  Result<void> start() {
    auto recorder = Recorder::create(folder_.history_path(), monotonic_now());
    if (!recorder) return recorder.error();
    recorder_ = std::move(*recorder);
    phase("start");
    std::unique_ptr<TrafficReader> reader = system_.make_traffic_reader();
    if (!reader) return Error{ErrorCode::kUnsupported, "nobody can read this system's messages"};
    auto gate = RequestGate::begin(*network_, std::move(reader));
    if (!gate) return gate.error();
    gate_ = std::move(*gate);
    cluster_ = std::make_unique<ProcessCluster>(
        loop_, system_, *network_, config_, folder_,
        [this](const std::string& node, const std::string& how) {
          recorder_->mark("harness", EventType::kInfo, "node-crash",
                          Json{{"node", node}, {"how", how}});
          crashed_.push_back(node);
        });
    return cluster_->start_all([this] { return interrupt_.requested(); });
  }

  Result<void> tell_the_script() {
    phase("load");
    const Result<Cast> cast =
        cast_of(system_, config_, Script::kKey, nodes(), request_.scenario.order);
    if (!cast) return cast.error();
    tell(fmt::format("{}, key {}: {}", describe(config_), Script::kKey, cast->to_text()));
    Script script({.loop = loop_,
                   .system = system_,
                   .cluster = *cluster_,
                   .gate = *gate_,
                   .recorder = *recorder_,
                   .config = config_,
                   .cast = *cast,
                   .tell = [this](const std::string& line) { tell(line); }});
    if (auto held = stall_anti_entropy(Stall::kHold); !held) return held;
    std::thread teller([&] {
      request_.variant.play(script);
      phase("heal");
      script.finish();
    });
    serve_until([&script] { return script.is_over(); }, [&script] { script.cancel(); });
    teller.join();
    if (!script.trouble()) return script.trouble();
    if (interrupt_.requested()) return Error{ErrorCode::kCancelled, "interrupted"};
    observed_ = script.observed();
    keys_ = script.keys();
    next_process_ = script.next_process();
    return stall_anti_entropy(Stall::kNone);
  }

  // What mends replicas in the background waits until the script is over.
  Result<void> stall_anti_entropy(Stall how) {
    if (config_.anti_entropy_interval == Duration::zero()) return {};
    for (const std::string& node : cluster_->nodes()) {
      const Result<void> told = cluster_->stall(node, Mechanism::kAntiEntropy, how);
      if (!told) return told.error();
    }
    return {};
  }

  std::vector<NodeAccess> nodes() const {
    std::vector<NodeAccess> all;
    for (std::size_t i = 0; i < cluster_->nodes().size(); ++i)
      all.push_back(cluster_->access_to(i));
    return all;
  }

  void read_finally() {
    poll_replicas(system_, config_, nodes(), recorder_.get());
    phase("final-reads");
    FinalReads reads({loop_, system_, *network_, *recorder_, cluster_->addresses(), config_}, keys_,
                     crashed_, crashed_.empty(), next_process_);
    const Instant deadline = monotonic_now() + kFinalReadsTimeout;
    loop_.run_until([&] { return reads.finished() || interrupt_.requested(); }, deadline);
    reads.stop();
    loop_.run_until([&] { return reads.finished(); }, monotonic_now() + config_.timeout);
  }

  Result<PlayReport> conclude(const History& history) {
    PlayReport report{.observed = observed_, .verdict = {}, .differences = {}};
    report.verdict = judge(config_, system_, workload_, history);
    const auto drawn = write_pictures(folder_.path() / "pictures", history, report.verdict);
    if (!drawn) return drawn.error();
    report.differences = differences_from(request_.variant, observed_, report.verdict);
    for (const std::string& node : crashed_) {
      report.differences.push_back(fmt::format("{} died unasked", node));
    }
    conclude_from(report.differences, &report.verdict);
    Json results = to_json(report.verdict);
    results["exit-code"] = exit_code(report.verdict.outcome);
    results["observed"] = report.observed;
    results["differences"] = report.differences;
    if (auto saved = folder_.write_json("results.json", results); !saved) return saved.error();
    return report;
  }

  // A script has few reads: what says something is whether all was as it must be.
  static void conclude_from(const std::vector<std::string>& differences, Verdict* verdict) {
    if (verdict->outcome != RunOutcome::kPass && verdict->outcome != RunOutcome::kUnknown) return;
    verdict->outcome = differences.empty() ? RunOutcome::kPass : RunOutcome::kUnknown;
    verdict->sentence = differences.empty() ? "all was as it must be"
                                            : fmt::format("{}", fmt::join(differences, "; "));
  }

  // Serves the loop until `done`; somebody who interrupts is told to `cancel`.
  void serve_until(const std::function<bool()>& done, const std::function<void()>& cancel) {
    while (!done()) {
      loop_.run_until(done, monotonic_now() + kRound);
      if (interrupt_.requested()) cancel();
    }
  }

  void phase(std::string_view name) {
    recorder_->mark("harness", EventType::kInfo, "phase", Json(name));
  }
  void tell(const std::string& line) const {
    if (request_.tell) request_.tell(line);
  }

  const PlayRequest& request_;
  const RunConfig& config_;
  System& system_;
  const Workload& workload_;
  RunFolder folder_;
  std::string observed_;
  std::vector<std::string> keys_;
  std::int32_t next_process_ = 0;
  std::vector<std::string> crashed_;

  // Destroyed in reverse: processes before their namespaces, all before the loop.
  EventLoop loop_;
  Interrupt interrupt_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<RequestGate> gate_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<ProcessCluster> cluster_;
};

std::string names_of(const std::vector<Property>& properties) {
  std::string names;
  for (const Property property : properties) {
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name_of(property));
  }
  return names;
}

}  // namespace

Result<RunConfig> config_of(const Variant& variant, std::uint64_t seed) {
  RunConfig config;
  config.nodes = 3;
  config.keys = 1;
  config.concurrency = 1;
  config.timeout = Script::kAmple;
  config.plain_text = true;
  config.network = NetworkKind::kPacket;
  config.seed = seed;
  variant.configure(&config);
  return complete(std::move(config));
}

Result<RunConfig> scenario_config_of(std::string_view name, std::uint64_t seed) {
  const std::size_t slash = name.find('/');
  const Scenario* const scenario = find_scenario(name.substr(0, slash));
  const std::string_view variant = slash == name.npos ? name : name.substr(slash + 1);
  if (scenario != nullptr && variant == "breaks") return config_of(scenario->breaking, seed);
  if (scenario != nullptr && variant == "withstands" && scenario->withstanding) {
    return config_of(*scenario->withstanding, seed);
  }
  return Error{ErrorCode::kInvalidArgument, fmt::format("there is no scenario {}", name)};
}

std::vector<std::string> differences_from(const Variant& variant, const std::string& observed,
                                          const Verdict& verdict) {
  std::vector<std::string> differences;
  if (observed != variant.observed) {
    differences.push_back(
        fmt::format("clients saw \"{}\" instead of \"{}\"", observed, variant.observed));
  }
  std::vector<Property> missed = variant.broken;
  std::vector<Property> not_held = variant.held;
  std::vector<Property> false_alarms;
  // Else replicas may stay apart for ever, and break nothing by it.
  const bool mends_itself = std::find(variant.held.begin(), variant.held.end(),
                                      Property::kConverges) != variant.held.end();
  for (const PropertyVerdict& judged : verdict.properties) {
    const Property property = judged.property;
    if (judged.standing == Standing::kBroken) {
      std::erase(missed, property);
      const bool owed = property != Property::kConverges || mends_itself;
      if (variant.broken.empty() && owed) false_alarms.push_back(property);
    }
    if (judged.standing == Standing::kHeld) std::erase(not_held, property);
  }
  if (!missed.empty()) {
    differences.push_back(fmt::format("not found broken: {}", names_of(missed)));
  }
  if (!not_held.empty()) {
    differences.push_back(fmt::format("not found to hold: {}", names_of(not_held)));
  }
  if (!false_alarms.empty()) {
    differences.push_back(fmt::format("found broken: {}", names_of(false_alarms)));
  }
  if (verdict.outcome == RunOutcome::kHarnessError) differences.push_back(verdict.sentence);
  return differences;
}

Result<PlayReport> play(const PlayRequest& request) {
  const Result<RunConfig> config = config_of(request.variant, request.seed);
  if (!config) return config.error();
  const auto system = make_system(config->system);
  if (!system) return system.error();
  if (auto valid = (*system)->validate(*config); !valid) return valid.error();
  const auto workload = make_workload(config->workload, workload_options(*config));
  if (!workload) return workload.error();
  const Result<RunFolder> folder = RunFolder::create(request.out, false);
  if (!folder) return folder.error();
  Result<ChosenNetwork> network =
      choose_network(config->network, endpoints_of(*config), config->seed);
  Json test = to_json(*config);
  test["scenario"] = {{"id", request.scenario.id}, {"what", request.variant.what}};
  if (request.environment) test["environment"] = request.environment(*config);
  if (network) test["network-used"] = to_json(*network);
  if (auto saved = folder->write_json("test.json", test); !saved) return saved.error();
  if (!network) return network.error();
  Result<PlayReport> report =
      Playing(request, *config, **system, **workload, *folder, std::move(network->network)).run();
  if (!report) leave_error(*folder, report.error());
  return report;
}

}  // namespace quorate
