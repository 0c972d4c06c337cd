#include "harness/cli/run_options.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "harness/cli/check_options.h"
#include "harness/run/run_plan.h"
#include "nemesis/fault_catalogue.h"

namespace quorate {
namespace {

constexpr const char* kRunExamples =
    "Examples:\n"
    "  quorate run                                          5 nodes, majorities, no faults, 10 s\n"
    "  quorate run --nemesis kill,partition                 the same while nodes die and links "
    "break\n"
    "  quorate run --r 2 --w 2 --nemesis partition:halves   quorums that need not meet: stale "
    "reads\n"
    "                                                       are flagged\n"
    "  quorate run --mode client --read-mode none           clients drive the quorums themselves\n"
    "  quorate run --r 2 --w 2 --nemesis partition --expect-violation latest\n"
    "                                                       exit 0 only if a stale read is found\n"
    "  quorate run --nemesis kill,pause,partition,slow-links --nemesis-at-once 2 --nemesis-swarm\n"
    "                                                       a random part of these, two at a time\n"
    "  quorate run --plan results/runs/latest/plan.json     the same faults at the same times "
    "again\n"
    "  quorate run --workload sessions --r 1 --w 1 --nemesis partition\n"
    "                                                       clients that change nodes lose what "
    "they knew\n";

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

template <typename T>
Result<void> read_duration(const char* option, const std::string& text, T* into) {
  const Result<Duration> parsed = parse_duration(text);
  if (!parsed) return invalid(fmt::format("--{}: {}", option, parsed.error().context));
  *into = *parsed;
  return {};
}

Result<void> read_workload(const RunTexts& texts, RunConfig* config) {
  const auto distribution = key_distribution_named(texts.key_distribution);
  if (!distribution) {
    return invalid(
        fmt::format("--key-distribution {} is unknown; there is: uniform, zipf, hot-cold",
                    texts.key_distribution));
  }
  config->key_distribution = *distribution;
  const auto writers = writers_named(texts.writers);
  if (!writers) {
    return invalid(
        fmt::format("--writers {} is unknown; there is: any, one-per-key", texts.writers));
  }
  config->writers = *writers;
  return read_duration("probe-delay", texts.probe_delay, &config->probe_delay);
}

// An option that the workload does not take would say nothing, and mislead.
Result<void> check_workload_options(const CLI::App& run, const RunConfig& config) {
  const WorkloadInfo* info = find_workload(config.workload);
  if (info == nullptr) return {};  // refused by name later
  for (const char* option :
       {"--keys", "--read-share", "--key-distribution", "--writers", "--probe-delay"}) {
    const auto& taken = info->options;
    if (run.count(option) == 0 || std::find(taken.begin(), taken.end(), option) != taken.end()) {
      continue;
    }
    return invalid(fmt::format("the {} workload has no {} (quorate workloads tells what each has)",
                               config.workload, option));
  }
  return {};
}

// "8s,4s": faults, then calm.
Result<void> read_phases(const RunTexts& texts, RunConfig* config) {
  if (texts.nemesis_phases.empty()) return {};
  const std::size_t comma = texts.nemesis_phases.find(',');
  const auto faults = parse_duration(texts.nemesis_phases.substr(0, comma));
  const auto calm = comma == std::string::npos
                        ? Result<Duration>(Duration::zero())
                        : parse_duration(texts.nemesis_phases.substr(comma + 1));
  if (!faults || !calm || *calm <= Duration::zero()) {
    return invalid(
        fmt::format("--nemesis-phases {}: write two durations, of faults and of calm: 8s,4s",
                    texts.nemesis_phases));
  }
  config->nemesis_phases = {*faults, *calm};
  return {};
}

Result<void> read_words(const RunTexts& texts, RunConfig* config) {
  const auto mode = approach_named(texts.mode);
  if (!mode)
    return invalid(fmt::format("--mode {} is unknown; there is: coordinator, client", texts.mode));
  config->mode = *mode;
  const auto network = network_kind_named(texts.network);
  if (!network) {
    return invalid(
        fmt::format("--network {} is unknown; there is: auto, packet, proxy, none", texts.network));
  }
  config->network = *network;
  if (texts.nemesis != "none") {
    const auto faults = parse_fault_list(texts.nemesis);
    if (!faults) return faults.error();
    config->nemesis = *faults;
  }
  if (auto ok = read_phases(texts, config); !ok) return ok;
  for (const std::string& text : texts.properties) {
    const Result<Property> property = read_property(text);
    if (!property) return property.error();
    config->demanded.push_back(*property);
  }
  if (texts.expect_violation.empty()) return {};
  const Result<Property> expected = read_property(texts.expect_violation);
  if (!expected) return expected.error();
  config->expect_violation = *expected;
  return {};
}

// A plan says what goes wrong, which decides what is owed.
Result<void> take_faults_of_plan(RunConfig* config) {
  if (config->plan.empty()) return {};
  if (!config->nemesis.empty()) {
    return invalid("--plan says what goes wrong and when: it cannot be given with --nemesis");
  }
  const Result<Plan> plan = plan_of(*config);
  if (!plan) return plan.error();
  for (const PlanStep& step : plan->steps) {
    if (!step.heal) config->nemesis.push_back(step.fault);
  }
  std::sort(config->nemesis.begin(), config->nemesis.end());
  const auto end = std::unique(config->nemesis.begin(), config->nemesis.end());
  config->nemesis.erase(end, config->nemesis.end());
  return {};
}

Result<RunConfig> read_run_config(const RunTexts& texts, RunConfig config) {
  if (auto ok = read_words(texts, &config); !ok) return ok.error();
  if (auto ok = read_workload(texts, &config); !ok) return ok.error();
  if (auto ok = read_duration("timeout", texts.timeout, &config.timeout); !ok) return ok.error();
  if (auto ok = read_duration("time", texts.time, &config.time); !ok) return ok.error();
  if (auto ok = read_duration("nemesis-interval", texts.nemesis_interval, &config.nemesis_interval);
      !ok) {
    return ok.error();
  }
  if (auto ok = read_duration("anti-entropy-interval", texts.anti_entropy_interval,
                              &config.anti_entropy_interval);
      !ok) {
    return ok.error();
  }
  if (texts.seed.empty()) {
    config.seed = draw_entropy() >> 16;  // short enough to be typed
  } else {
    const char* end = texts.seed.data() + texts.seed.size();
    const auto [rest, status] = std::from_chars(texts.seed.data(), end, config.seed);
    if (status != std::errc{} || rest != end) {
      return invalid(fmt::format("--seed {} is no whole number", texts.seed));
    }
  }
  Result<RunConfig> whole = complete(std::move(config));
  if (!whole) return whole;
  if (auto ok = take_faults_of_plan(&*whole); !ok) return ok.error();
  return whole;
}

void add_store_options(CLI::App* run, RunConfig* config, RunTexts* texts) {
  const char* group = "The store";
  run->add_option("--system", config->system, "The system under test")
      ->group(group)
      ->capture_default_str();
  run->add_option("--nodes", config->nodes, "Node processes")->group(group)->capture_default_str();
  run->add_option("--n", config->n, "Replicas of a key (as many as nodes)")->group(group);
  run->add_option("--r", config->r, "Answers per read (majority of n)")->group(group);
  run->add_option("--w", config->w, "Acknowledgements per write (majority of n)")->group(group);
  run->add_option("--mode", texts->mode, "Who drives the quorums: coordinator or client")
      ->group(group)
      ->capture_default_str();
  run->add_option("--version-scheme", config->version_scheme,
                  "How versions are chosen: two-phase, local-counter or clock")
      ->group(group)
      ->capture_default_str();
  run->add_option("--read-mode", config->read_mode,
                  "Read repair: none, async, blocking or write-back")
      ->group(group)
      ->capture_default_str();
  run->add_option("--fan-out", config->fan_out,
                  "Which replicas are asked: all, or exact (r or w random ones)")
      ->group(group)
      ->capture_default_str();
  run->add_option("--durability", config->durability,
                  "When a write is durable: batch, periodic or none")
      ->group(group)
      ->capture_default_str();
  run->add_flag("--hinted-handoff", config->hinted_handoff,
                "Nodes keep what a replica missed, and hand it over later")
      ->group(group);
  run->add_option("--anti-entropy-interval", texts->anti_entropy_interval,
                  "Between comparisons of replicas in the background; 0s: none")
      ->group(group)
      ->capture_default_str();
  run->add_option("--node-program", config->node_program,
                  "Start this program as the nodes; a bare name lies beside quorate: "
                  "quorate-node-buggy")
      ->group(group);
  run->add_option("--node-option", config->node_options,
                  "Tell the nodes this too, as quorate-node --help names it: sloppy-quorum=on")
      ->group(group)
      ->delimiter(',');
}

// Not every workload takes all of them: check_workload_options.
void add_workload_options(CLI::App* run, RunConfig* config, RunTexts* texts) {
  const char* group = "The load";
  run->add_option("--keys", config->keys, "Keys (the workload's own number)")->group(group);
  run->add_option("--read-share", config->read_share, "Share of reads, 0 to 1 (the workload's own)")
      ->group(group);
  run->add_option("--key-distribution", texts->key_distribution,
                  "How often each key is used: uniform, zipf or hot-cold")
      ->group(group)
      ->capture_default_str();
  run->add_option("--writers", texts->writers, "Of a key: any, or one-per-key (one client)")
      ->group(group)
      ->capture_default_str();
  run->add_flag(
         "--plain-text", config->plain_text,
         "Keys and values reach the nodes as k1 and 3-7, and never long, empty or of odd bytes")
      ->group(group);
  run->add_option("--probe-delay", texts->probe_delay,
                  "Longest wait between a write and its read (staleness-probe)")
      ->group(group)
      ->capture_default_str();
}

void add_load_options(CLI::App* run, RunConfig* config, RunTexts* texts) {
  const char* group = "The load";
  run->add_option("--workload", config->workload, "What clients do (quorate workloads lists them)")
      ->group(group)
      ->capture_default_str();
  add_workload_options(run, config, texts);
  run->add_option("--concurrency", config->concurrency, "Concurrent clients")
      ->group(group)
      ->capture_default_str();
  run->add_option("--rate", config->rate,
                  "Operations per second in all; 0: as fast as replies come")
      ->group(group)
      ->capture_default_str();
  run->add_option("--time", texts->time, "Length of the load: 10, 500ms, 2m")
      ->group(group)
      ->capture_default_str();
  run->add_option("--timeout", texts->timeout, "Of one operation")
      ->group(group)
      ->capture_default_str();
  run->add_option("--max-operations", config->max_operations, "Stop the load after so many")
      ->group(group)
      ->capture_default_str();
}

void add_fault_options(CLI::App* run, RunConfig* config, RunTexts* texts) {
  const char* group = "What goes wrong";
  run->add_option("--nemesis", texts->nemesis,
                  "none, or faults: kill*2,partition:halves,slow-links:delay=50ms (quorate faults "
                  "lists them)")
      ->group(group)
      ->capture_default_str();
  run->add_option("--nemesis-interval", texts->nemesis_interval, "Between faults")
      ->group(group)
      ->capture_default_str();
  run->add_option("--nemesis-at-once", config->nemesis_at_once,
                  "Faults, of different kinds, that may be in force together")
      ->group(group)
      ->capture_default_str();
  run->add_flag("--nemesis-swarm", config->nemesis_swarm,
                "Use only a random part of the faults, another for each seed")
      ->group(group);
  run->add_option("--nemesis-nodes", config->nemesis_nodes,
                  "Nodes that faults of nodes may hit: n1,n2 (all)")
      ->group(group)
      ->delimiter(',');
  run->add_option("--nemesis-phases", texts->nemesis_phases,
                  "Faults for a while, then calm for a while: 8s,4s (faults all the time)")
      ->group(group);
  run->add_option(
         "--capture", config->capture,
         "Save the packets between two endpoints as RUN/capture/n1-n2.pcap, for Wireshark: "
         "n1-n2,c1-n1")
      ->group(group)
      ->delimiter(',');
  run->add_option("--plan", config->plan,
                  "Follow this plan (a run's plan.json, or your own) in place of --nemesis")
      ->group(group);
  run->add_option(
         "--network", texts->network,
         "auto (packet, else proxy), packet (every fault), proxy (links cut, held, delayed, slow) "
         "or none (loopback)")
      ->group(group)
      ->capture_default_str();
}

void add_verdict_options(CLI::App* run, RunConfig* config, RunTexts* texts, Output* output) {
  const char* group = "Verdict and output";
  run->add_option("--seed", texts->seed, "Of everything random (drawn and printed)")->group(group);
  run->add_option("--out", texts->out, "The run's folder (results/runs/NAME)")->group(group);
  run->add_option("--report", texts->report, "When to write report.html: always, failed or never")
      ->group(group)
      ->check(CLI::IsMember({"always", "failed", "never"}))
      ->capture_default_str();
  run->add_option("--property", texts->properties, "Judge this property as if it was promised")
      ->group(group)
      ->delimiter(',');
  run->add_option("--expect-violation", texts->expect_violation,
                  "Exit 0 only if this property is found broken and nothing promised is")
      ->group(group);
  run->add_flag("--stop-on-violation", config->stop_on_violation,
                "End the load shortly after something promised (or expected) is seen to break")
      ->group(group);
  run->add_flag("--json", output->json, "The verdict as JSON on standard output")->group(group);
  run->add_flag("--quiet", output->quiet, "No progress")->group(group);
}

}  // namespace

void add_run_options(CLI::App* run, RunTexts* texts, Output* output) {
  run->footer(kRunExamples);
  add_store_options(run, &texts->config, texts);
  add_load_options(run, &texts->config, texts);
  add_fault_options(run, &texts->config, texts);
  add_verdict_options(run, &texts->config, texts, output);
}

int start_run(const CLI::App& run, const RunTexts& texts, const Output& output) {
  if (auto ok = check_workload_options(run, texts.config); !ok) {
    return complain(ok.error(), kExitUsage);
  }
  const Result<RunConfig> config = read_run_config(texts, texts.config);
  if (!config) return complain(config.error(), kExitUsage);
  std::optional<std::filesystem::path> out;
  if (!texts.out.empty()) out = texts.out;
  const WhenReported report = texts.report == "always"   ? WhenReported::kEveryRun
                              : texts.report == "failed" ? WhenReported::kFailedRuns
                                                         : WhenReported::kNoRun;
  return run_command(*config, out, report, output);
}

}  // namespace quorate
