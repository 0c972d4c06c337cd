#include <fmt/core.h>

#include "harness/cli/commands.h"
#include "harness/cli/environment.h"
#include "harness/cli/terminal.h"
#include "harness/run/network_choice.h"
#include "harness/scenario/play.h"
#include "results/run_folder.h"

namespace quorate {
namespace {

constexpr int kWidth = 5;  // of an id

std::string names_of_broken(const Verdict& verdict) {
  std::string names;
  for (const PropertyVerdict& judged : verdict.properties) {
    if (judged.standing != Standing::kBroken) continue;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", name_of(judged.property));
  }
  return names.empty() ? "nothing" : names;
}

// On standard error, so that results pipe well.
void tell_step(const Scenario& scenario, const std::string& line) {
  fmt::print(stderr, "{:<{}}   {}\n", scenario.id, kWidth, line);
}

// How often a variant was as expected.
struct Tally {
  const Scenario* scenario = nullptr;
  const Variant* variant = nullptr;
  int played = 0;
  int as_expected = 0;
};

class Player {
 public:
  Player(const ScenarioRequest& request, const Output& output)
      : request_(request), output_(output) {}

  // Every scenario, each as often as asked.
  int play_all(const std::vector<const Scenario*>& scenarios) {
    const bool one = scenarios.size() == 1 && !request_.only.empty() && !repeats();
    for (const Scenario* const scenario : scenarios) {
      if (request_.only != "withstands") tallies_.push_back({scenario, &scenario->breaking});
      if (scenario->withstanding && request_.only != "breaks") {
        tallies_.push_back({scenario, &*scenario->withstanding});
      }
    }
    if (one) only_folder_ = request_.out;
    for (int time = 1; time <= request_.times; ++time) {
      for (Tally& tally : tallies_) {
        if (const int failed = play_one(&tally, time); failed != 0) return failed;
      }
    }
    return sum_up();
  }

 private:
  bool repeats() const { return request_.times > 1; }
  static bool breaks(const Tally& tally) { return tally.variant == &tally.scenario->breaking; }

  std::filesystem::path folder_of(const Tally& tally, int time) const {
    if (!only_folder_.empty()) return only_folder_;
    const char* const kind = breaks(tally) ? "breaks" : "withstands";
    const std::string name = fmt::format("{}-{}", tally.scenario->id, kind);
    return request_.out / (repeats() ? fmt::format("{}-{}", name, time) : name);
  }

  int play_one(Tally* tally, int time) {
    const Scenario& scenario = *tally->scenario;
    const std::filesystem::path folder = folder_of(*tally, time);
    const auto tell = [&](const std::string& line) {
      if (!output_.quiet && !repeats()) tell_step(scenario, line);
    };
    const std::uint64_t seed = request_.seed + static_cast<unsigned>(time - 1);
    const auto environment = [&](const RunConfig& config) {
      Json described = describe_environment(config);
      described["command"] = fmt::format("quorate scenario {} --seed {}", scenario.id, seed);
      return described;
    };
    if (repeats() && !output_.quiet) {
      tell_step(scenario, fmt::format("{}, {} of {}", tally->variant->what, time, request_.times));
    }
    const Result<PlayReport> report = play({.scenario = scenario,
                                            .variant = *tally->variant,
                                            .seed = seed,
                                            .out = folder,
                                            .environment = environment,
                                            .tell = tell});
    if (!report) {
      fmt::print(stderr, "quorate: {} ({}): {}; {}\n", scenario.id, tally->variant->what,
                 report.error().context, folder.string());
      const bool interrupted = report.error().code == ErrorCode::kCancelled;
      return interrupted ? exit_code(RunOutcome::kUnknown) : kExitHarnessError;
    }
    const bool good = report->differences.empty();
    ++tally->played;
    tally->as_expected += good ? 1 : 0;
    if (output_.json) {
      results_.push_back({{"scenario", scenario.id},
                          {"what", tally->variant->what},
                          {"observed", report->observed},
                          {"broken", names_of_broken(report->verdict)},
                          {"as-expected", good},
                          {"differences", report->differences},
                          {"folder", folder.string()}});
    } else if (!repeats() || !good) {
      tell_result(*tally, *report, folder);
    }
    return 0;
  }

  static void tell_result(const Tally& tally, const PlayReport& report,
                          const std::filesystem::path& folder) {
    const bool good = report.differences.empty();
    if (breaks(tally) || !good) {
      fmt::print("{:<{}} {}\n", tally.scenario->id, kWidth, tally.scenario->name);
    }
    fmt::print("{:<{}} {}: clients see {}; broken: {} ({})\n", "", kWidth, tally.variant->what,
               report.observed.empty() ? "nothing odd" : report.observed,
               names_of_broken(report.verdict), good ? "as expected" : "NOT as expected");
    for (const std::string& difference : report.differences) {
      fmt::print("{:<{}}   {}\n", "", kWidth, difference);
    }
    if (!good) fmt::print("{:<{}}   {}\n", "", kWidth, folder.string());
    std::fflush(stdout);
  }

  int sum_up() const {
    int played = 0;
    int as_expected = 0;
    for (const Tally& tally : tallies_) {
      played += tally.played;
      as_expected += tally.as_expected;
      if (output_.json || !repeats()) continue;
      fmt::print("{:<{}} {:>3} of {} as expected  {}\n", tally.scenario->id, kWidth,
                 tally.as_expected, tally.played, tally.variant->what);
    }
    if (output_.json) {
      fmt::print("{}\n", results_.dump(2));
    } else {
      fmt::print("{} of {} as expected; run folders: {}\n", as_expected, played,
                 request_.out.string());
    }
    return as_expected == played ? 0 : 1;
  }

  const ScenarioRequest& request_;
  const Output& output_;
  std::filesystem::path only_folder_;  // of the only run; empty: each has one of its own
  std::vector<Tally> tallies_;
  Json results_ = Json::array();
};

int list_scenarios(const Output& output) {
  Json json = Json::array();
  for (const Scenario& scenario : all_scenarios()) {
    json.push_back({{"id", scenario.id},
                    {"name", scenario.name},
                    {"breaks-where", scenario.breaking.what},
                    {"withstood-where",
                     scenario.withstanding ? Json(scenario.withstanding->what) : Json(nullptr)}});
    if (output.json) continue;
    fmt::print("{:<{}} {}\n", scenario.id, kWidth, scenario.name);
    fmt::print("{:<{}}   breaks where {}\n", "", kWidth, scenario.breaking.what);
    if (scenario.withstanding) {
      fmt::print("{:<{}}   and not where {}\n", "", kWidth, scenario.withstanding->what);
    }
  }
  if (output.json) {
    fmt::print("{}\n", json.dump(2));
    return 0;
  }
  fmt::print("\nNot on this store:\n");
  for (const AbsentScenario& absent : absent_scenarios()) {
    fmt::print("{:<{}} {}: {}\n", absent.id, kWidth, absent.name, absent.why);
  }
  return 0;
}

}  // namespace

int scenario_command(const std::vector<std::string>& ids, const ScenarioRequest& request,
                     const Output& output) {
  if (ids.empty()) return list_scenarios(output);
  std::vector<const Scenario*> asked;
  for (const std::string& id : ids) {
    for (const AbsentScenario& absent : absent_scenarios()) {
      if (id != absent.id) continue;
      return complain(
          {ErrorCode::kInvalidArgument, fmt::format("{} cannot be told: {}", id, absent.why)},
          kExitUsage);
    }
    if (id == "all") {
      for (const Scenario& scenario : all_scenarios()) asked.push_back(&scenario);
      continue;
    }
    const Scenario* const scenario = find_scenario(id);
    if (scenario == nullptr) {
      return complain({ErrorCode::kInvalidArgument,
                       fmt::format("there is no scenario \"{}\"; quorate scenario lists them, and "
                                   "\"all\" means each",
                                   id)},
                      kExitUsage);
    }
    asked.push_back(scenario);
  }
  gain_rights_for(NetworkKind::kPacket);
  return Player(request, output).play_all(asked);
}

}  // namespace quorate
