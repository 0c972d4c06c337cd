#include "harness/run/run_test.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/core.h>

#include "harness/cluster/process_cluster.h"
#include "harness/run/disagreement.h"
#include "harness/run/event_loop.h"
#include "harness/run/exercised.h"
#include "harness/run/final_reads.h"
#include "harness/run/healed_nodes.h"
#include "harness/run/interrupt.h"
#include "harness/run/judge.h"
#include "harness/run/live_verdict.h"
#include "harness/run/load.h"
#include "harness/run/nemesis_runner.h"
#include "harness/run/network_choice.h"
#include "harness/run/network_cost.h"
#include "harness/run/own_cost.h"
#include "harness/run/pictures.h"
#include "harness/run/replica_polls.h"
#include "harness/run/replica_watch.h"
#include "harness/run/run_plan.h"
#include "results/anomaly.h"
#include "results/run_folder.h"
#include "workloads/combinators.h"

namespace quorate {
namespace {

constexpr auto kProgressInterval = std::chrono::milliseconds(100);
// How long a run goes on after a violation that ends it, so that its history shows what followed.
constexpr auto kAftermath = std::chrono::milliseconds(500);
constexpr auto kDrainMargin = std::chrono::seconds(2);  // beyond the operations' own timeout

WriteMoments moments_of(const RunConfig& config) {
  return {config.w, config.fan_out == "exact" ? config.w : config.n};
}

// What clients do, at the configured rate and for so many operations.
GeneratorPtr load_generator(const RunConfig& config, const Workload& workload) {
  GeneratorPtr generator = workload.generator();
  if (config.rate > 0) {
    const std::chrono::duration<double> mean_gap(config.concurrency / config.rate);
    generator =
        stagger(config.seed, std::chrono::duration_cast<Duration>(mean_gap), std::move(generator));
  }
  return limit(config.max_operations, std::move(generator));
}

// The state of one run, and its phases, in the order in which they happen.
class TestRun {
 public:
  TestRun(const RunRequest& request, System& system, const Workload& workload, RunFolder folder,
          std::unique_ptr<Network> network)
      : request_(request),
        config_(request.config),
        system_(system),
        workload_(workload),
        folder_(std::move(folder)),
        interrupt_(loop_),
        network_(std::move(network)) {}

  Result<RunReport> run() {
    if (auto made = prepare(); !made) return made.error();
    if (auto started = start_cluster(); !started) return started.error();
    drive_clients_while_the_nemesis_follows_its_plan();
    heal_everything();
    quiesce();
    await_healed_nodes();
    ask_the_nodes();
    read_finally();
    const std::string left = dump_and_stop();
    Result<History> history = recorder_->finish();
    if (!history) return history.error();
    return conclude(*history, left);
  }

 private:
  Result<void> prepare() {
    const Result<Plan> plan = plan_of(config_);
    if (!plan) return plan.error();
    plan_ = *plan;
    if (auto saved = folder_.write_json("plan.json", to_json(plan_)); !saved) return saved;
    auto recorder = Recorder::create(folder_.history_path(), begin_);
    if (!recorder) return recorder.error();
    recorder_ = std::move(*recorder);
    if (config_.stop_on_violation || request_.progress) judge_live();
    return {};
  }

  void judge_live() {
    std::vector<Property> owed = system_.promised(config_);
    owed.insert(owed.end(), config_.demanded.begin(), config_.demanded.end());
    if (config_.expect_violation) owed.push_back(*config_.expect_violation);
    live_ = std::make_unique<LiveVerdict>(std::move(owed));
    recorder_->show_to([this](const ClientEvent& event) { live_->add(event); });
  }

  Result<void> start_cluster() {
    tell("starting nodes");
    phase("start");
    if (auto begun = capture(); !begun) return begun;
    watch_the_network();
    cluster_ = std::make_unique<ProcessCluster>(
        loop_, system_, *network_, config_, folder_,
        [this](const std::string& node, const std::string& how) {
          recorder_->mark("harness", EventType::kInfo, "node-crash",
                          Json{{"node", node}, {"how", how}});
          crashed_.push_back(node);
        });
    return cluster_->start_all([this] { return interrupt_.requested(); });
  }

  Result<void> capture() {
    if (config_.capture.empty()) return {};
    const std::filesystem::path folder = folder_.path() / "capture";
    if (auto made = make_directories(folder); !made) return made;
    for (const std::string& link : config_.capture) {
      const std::size_t dash = link.find('-');
      const Result<void> begun =
          network_->capture(link.substr(0, dash), link.substr(dash + 1), folder / (link + ".pcap"));
      if (!begun) return begun.error();
    }
    return {};
  }

  // Where something is to go wrong: the watching costs a little for every packet.
  void watch_the_network() {
    std::unique_ptr<TrafficReader> reader = system_.make_traffic_reader();
    if (plan_.steps.empty() || !reader) return;
    // Where it cannot be watched, plans with aimed steps were refused before the run.
    auto aim = Aim::begin(*network_, std::move(reader), moments_of(config_));
    if (aim) aim_ = std::move(*aim);
  }

  void drive_clients_while_the_nemesis_follows_its_plan() {
    phase("load");
    const GeneratorPtr generator = load_generator(config_, workload_);
    std::vector<RandomStream> streams;
    for (int i = 0; i < config_.concurrency; ++i) {
      streams.emplace_back(config_.seed, fmt::format("client/{}", i));
    }
    const OperationSource source = [&](const Asked& asked) {
      Next next = generator->next(asked, &streams[static_cast<std::size_t>(asked.client)]);
      if (const auto* invocation = std::get_if<Invocation>(&next)) note_key(invocation->key);
      return next;
    };
    load_ = std::make_unique<Load>(parts(), static_cast<std::size_t>(config_.concurrency), 0);
    nemesis_ = std::make_unique<NemesisRunner>(
        plan_, *cluster_, *recorder_, loop_,
        NemesisRunner::Surroundings{
            .targets = targets_of(config_),
            .seed = config_.seed,
            .aim = aim_.get(),
            .when_all_is_healed = [this] { see_how_far_replicas_are_apart(); }});
    watch_the_replicas();
    load_began_ = monotonic_now();
    cost_.begin();
    nemesis_->start();
    load_->start(source,
                 [this](std::size_t, const Invocation& invocation, const Completion& completion) {
                   note_first_write(invocation, completion);
                 });
    serve_until([this] { return load_->finished() || must_stop(); }, load_began_ + config_.time,
                "load");
    if (must_stop()) watch_the_aftermath();
    load_->stop();
    cost_.end();
    if (interrupt_.requested()) recorder_->mark("harness", EventType::kInfo, "interrupted", Json());
  }

  // Between two faults, when all nodes can be asked: what the last one left behind. On the
  // nemesis's thread.
  void see_how_far_replicas_are_apart() const {
    constexpr int kMostKeys = 10'000;  // more would cost the store too much
    if (*config_.keys > kMostKeys) return;
    std::vector<NodeAccess> nodes;
    for (std::size_t i = 0; i < cluster_->nodes().size(); ++i) {
      nodes.push_back(
          {cluster_->addresses().at(i).at(i), network_->namespace_fd(fmt::format("c{}", i + 1))});
    }
    const auto records = system_.replica_records(config_, nodes);
    if (!records || records->empty()) return;
    recorder_->mark("harness", EventType::kInfo, kDisagreementMark,
                    to_json(disagreement_of(*records)));
  }

  // On the network of the harness's own making, nodes keep their addresses when they are restarted.
  void watch_the_replicas() {
    if (!ReplicaWatch::is_worth_it(system_, config_)) return;
    std::vector<NodeAccess> within;
    for (std::size_t i = 0; i < cluster_->nodes().size(); ++i) {
      within.push_back(cluster_->access_within(i));
    }
    watch_ = std::make_unique<ReplicaWatch>(system_, config_, within, *recorder_);
  }

  bool must_stop() const {
    const bool inside = watch_ && watch_->found();
    return config_.stop_on_violation && (inside || live_->violation() != nullptr);
  }

  void watch_the_aftermath() {
    Json why{{"anomaly", name_of(Anomaly::kReplicaRegress)}};
    if (const OnlineFinding* const found = live_->violation()) {
      why = {{"property", name_of(found->property)},
             {"event", found->at},
             {"key", found->key},
             {"value", found->value}};
    }
    recorder_->mark("harness", EventType::kInfo, "stopped-on-violation", why);
    serve_until([this] { return load_->finished(); },
                std::min(monotonic_now() + kAftermath, load_began_ + config_.time), "load");
  }

  void heal_everything() {
    phase("heal");
    nemesis_->request_stop();
    serve_until([this] { return nemesis_->finished(); }, Instant::max(), "healing");
    harness_trouble_ = nemesis_->failure();
    if (aim_) {
      recorder_->mark("harness", EventType::kInfo, kWritesSeenMark, to_json(aim_->counts()));
      recorder_->mark("harness", EventType::kInfo, kWayTimesMark, aim_->way_times());
    }
  }

  // The operations in flight end, at the latest by their own timeout.
  void quiesce() {
    serve_until([this] { return load_->finished(); },
                monotonic_now() + config_.timeout + kDrainMargin, "healing");
    next_process_ = load_->next_process();
    load_.reset();
    watch_.reset();
  }

  // What nodes come to by themselves: a node that lost its records serves again when it has fetched
  // them, all find each other, and go on comparing what they hold.
  void await_healed_nodes() {
    if (interrupt_.requested()) return;
    const std::vector<NodeAccess> nodes = live_nodes();
    const Waiting wait = [this](const std::function<bool()>& done, Instant deadline) {
      serve_until(done, deadline, "final reads");
    };
    std::vector<std::string> lacking;
    if (system_.node_faults() != nullptr) {
      lacking = without_vote(*system_.node_faults(), nodes, wait);
      recorder_->mark("harness", EventType::kInfo, "nodes-whole", Json{{"lacking", lacking}});
      const std::vector<Property> owed = system_.promised(config_);
      if (std::find(owed.begin(), owed.end(), Property::kAvailableAfterHeal) != owed.end()) {
        for (const std::string& node : lacking) complain({node, "it does not vote"});
      }
    }
    if (system_.node_insight() == nullptr || !crashed_.empty()) return;
    const NodeInsight& insight = *system_.node_insight();
    for (const Lack& lack : without_links(insight, nodes, wait)) complain(lack);
    // Who lacks records may find nobody to compare with.
    if (complained_ || !lacking.empty()) return;
    for (const Lack& lack : without_comparisons(insight, config_, nodes, wait)) complain(lack);
  }

  // Of a node that runs, after everything was healed and kHealedTimeout has gone by.
  void complain(const Lack& lack) {
    if (!crashed_.empty() || !harness_trouble_.empty() || interrupt_.requested()) return;
    complained_ = true;
    recorder_->mark("harness", EventType::kInfo, kComplaintMark,
                    Json{{"node", lack.node},
                         {"says", fmt::format("{} after all was healed, {}",
                                              format_duration(kHealedTimeout), lack.what)}});
  }

  // Before the final reads, which repair what they find.
  void ask_the_nodes() {
    if (interrupt_.requested()) return;
    const std::vector<NodeAccess> nodes = live_nodes();
    poll_replicas(system_, config_, nodes, recorder_.get());
    note_round_trips(system_, config_, nodes, recorder_.get());
    std::vector<NodeAccess> within;
    for (const std::size_t i : live_indices()) within.push_back(cluster_->access_within(i));
    network_cost_ = network_cost(system_, nodes, within);
  }

  // Of those that did not crash.
  std::vector<std::size_t> live_indices() const {
    std::vector<std::size_t> live;
    for (std::size_t i = 0; i < cluster_->nodes().size(); ++i) {
      const std::string& name = cluster_->nodes()[i];
      if (std::find(crashed_.begin(), crashed_.end(), name) == crashed_.end()) live.push_back(i);
    }
    return live;
  }
  // Each asked from the client group beside it.
  std::vector<NodeAccess> live_nodes() const {
    std::vector<NodeAccess> nodes;
    for (const std::size_t i : live_indices()) {
      nodes.push_back(
          {cluster_->addresses().at(i).at(i), network_->namespace_fd(fmt::format("c{}", i + 1))});
    }
    return nodes;
  }

  void read_finally() {
    if (interrupt_.requested()) return;
    phase("final-reads");
    FinalReads reads(parts(), keys_, crashed_, crashed_.empty() && !complained_, next_process_);
    serve_until([&] { return reads.finished(); }, monotonic_now() + kFinalReadsTimeout,
                "final reads");
    reads.stop();
    serve_until([&] { return reads.finished(); }, monotonic_now() + config_.timeout + kDrainMargin,
                "final reads");
  }

  // Returns what could not be dumped; the verdict does not depend on it.
  std::string dump_and_stop() {
    std::string trouble;
    for (const NodeAccess& node : live_nodes()) {
      const Result<void> dumped = system_.dump(config_, node.address, node.namespace_fd,
                                               folder_.node_path(node.address.name));
      if (!dumped && trouble.empty()) trouble = dumped.error().to_string();
    }
    phase("end");
    cluster_->stop_all();
    for (const std::string& name : cluster_->nodes()) {
      for (const std::string& text : system_.complaints(folder_.node_path(name))) {
        recorder_->mark("harness", EventType::kInfo, kComplaintMark,
                        Json{{"node", name}, {"says", text}});
      }
    }
    return trouble;
  }

  Result<RunReport> conclude(const History& history, const std::string& dump_trouble) {
    tell("checking");
    RunReport report;
    report.verdict = judge(config_, system_, workload_, history);
    if (const auto drawn = write_pictures(folder_.path() / "pictures", history, report.verdict);
        !drawn) {
      return drawn.error();
    }
    if (!dump_trouble.empty()) report.verdict.measures["dump-error"] = dump_trouble;
    if (!harness_trouble_.empty() && report.verdict.outcome != RunOutcome::kViolation) {
      report.verdict.outcome = RunOutcome::kHarnessError;
      report.verdict.sentence = harness_trouble_;
    }
    report.folder = folder_.path();
    report.first_write_s = first_write_s_;
    report.total_s = seconds_since(begin_);
    report.verdict.measures["timing"] = {{"first-acknowledged-write-s", report.first_write_s},
                                         {"total-s", report.total_s}};
    report.verdict.measures["harness"] = cost_.to_json();
    if (!network_cost_.is_null()) report.verdict.measures["harness"]["network"] = network_cost_;
    Json results = to_json(report.verdict);
    results["exit-code"] = exit_code(config_, report.verdict);
    if (auto saved = folder_.write_json("results.json", results); !saved) return saved.error();
    return report;
  }

  // Serves the loop until `done`, the deadline or an interrupt, and shows progress meanwhile.
  // Healing is never interrupted.
  void serve_until(const std::function<bool()>& done, Instant deadline, std::string_view name) {
    const bool interruptible = name == "load" || name == "final reads";
    const auto over = [&] { return done() || (interruptible && interrupt_.requested()); };
    while (!over() && monotonic_now() < deadline) {
      loop_.run_until(over, std::min(deadline, monotonic_now() + kProgressInterval));
      tell(name);
    }
  }

  void tell(std::string_view name) const {
    if (!request_.progress) return;
    RunProgress progress{.phase = name, .elapsed_s = 0, .counts = {}, .faults = {}, .verdict = {}};
    if (load_began_ != Instant{}) progress.elapsed_s = seconds_since(load_began_);
    if (recorder_) progress.counts = recorder_->counts();
    if (nemesis_) progress.faults = nemesis_->in_force();
    if (live_) progress.verdict = live_->text();
    request_.progress(progress);
  }

  void phase(std::string_view name) {
    recorder_->mark("harness", EventType::kInfo, "phase", Json(name));
  }

  void note_key(const std::string& key) {
    if (known_keys_.insert(key).second) keys_.push_back(key);
  }

  void note_first_write(const Invocation& invocation, const Completion& completion) {
    if (first_write_s_ >= 0 || invocation.function != Function::kWrite) return;
    if (completion.outcome == Outcome::kOk) first_write_s_ = seconds_since(begin_);
  }

  Load::Parts parts() {
    return {loop_, system_, *network_, *recorder_, cluster_->addresses(), config_};
  }

  static double seconds_since(Instant then) {
    return std::chrono::duration<double>(monotonic_now() - then).count();
  }

  const RunRequest& request_;
  const RunConfig& config_;
  System& system_;
  const Workload& workload_;
  RunFolder folder_;
  Instant begin_ = monotonic_now();
  Instant load_began_{};
  double first_write_s_ = -1;
  std::int32_t next_process_ = 0;
  std::string harness_trouble_;
  std::vector<std::string> crashed_;
  bool complained_ = false;
  std::vector<std::string> keys_;               // that the load used: final reads ask for them
  std::unordered_set<std::string> known_keys_;  // the same, looked up, never iterated
  Plan plan_;

  // Destroyed in reverse: clients and nemesis before the cluster, processes before their
  // namespaces, all before the loop.
  EventLoop loop_;
  OwnCost cost_{loop_};
  Json network_cost_;  // null: not measured
  Interrupt interrupt_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<LiveVerdict> live_;  // nullptr: nobody looks
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<ProcessCluster> cluster_;
  std::unique_ptr<ReplicaWatch> watch_;  // nullptr: nobody asks the replicas
  std::unique_ptr<Aim> aim_;             // nullptr: nobody watches
  std::unique_ptr<NemesisRunner> nemesis_;
  std::unique_ptr<Load> load_;
};

Result<RunReport> run_in(const RunFolder& folder, const RunRequest& request, System& system,
                         const Workload& workload) {
  Json test = to_json(request.config);
  test["environment"] = request.environment;
  Result<ChosenNetwork> network =
      choose_network(request.config.network, endpoints_of(request.config), request.config.seed);
  if (network) test["network-used"] = to_json(*network);
  if (auto saved = folder.write_json("test.json", test); !saved) return saved.error();
  if (!network) return network.error();
  if (request.on_network) request.on_network(to_text(*network));
  return TestRun(request, system, workload, folder, std::move(network->network)).run();
}

}  // namespace

Result<RunReport> run_test(const RunRequest& request) {
  const auto system = make_system(request.config.system);
  if (!system) return system.error();
  const auto workload = make_workload(request.config.workload, workload_options(request.config));
  if (!workload) return workload.error();
  const Result<RunFolder> folder = RunFolder::create(request.out, request.link_latest);
  if (!folder) return folder.error();
  Result<RunReport> report = run_in(*folder, request, **system, **workload);
  if (!report) leave_error(*folder, report.error());
  return report;
}

}  // namespace quorate
