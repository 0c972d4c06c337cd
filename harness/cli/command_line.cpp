#include "harness/cli/command_line.h"

#include <functional>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "build_info.h"
#include "harness/cli/campaign_options.h"
#include "harness/cli/check_options.h"
#include "harness/cli/commands.h"
#include "harness/cli/completion.h"
#include "harness/cli/report_options.h"
#include "harness/cli/run_options.h"
#include "harness/cli/scorecard_options.h"
#include "harness/cli/serve_options.h"
#include "results/run_folder.h"

namespace quorate {
namespace {

constexpr const char* kAbout =
    "Quorate: does a replicated store keep the consistency that its configuration promises,\n"
    "while processes crash and networks break?\n";

constexpr const char* kExitCodes =
    "Exit codes: 0 pass, 1 violation, 2 unknown, 254 usage error, 255 harness error.\n"
    "Every command explains itself: quorate run --help\n";

constexpr const char* kScenarioExamples =
    "Examples:\n"
    "  quorate scenario                    lists them\n"
    "  quorate scenario I7                 as it breaks, and as it is withstood\n"
    "  quorate scenario all --times 20     each twenty times; exit 1 if any is not as expected\n";

constexpr const char* kDoctorExamples =
    "Examples:\n"
    "  quorate doctor                      a line for each thing that runs need, and what would "
    "mend it\n"
    "  quorate doctor --json | jq .checks\n"
    "Exit codes: 0 runs with faults work here, 1 they do not.\n";

constexpr const char* kFaultsExamples =
    "Examples:\n"
    "  quorate faults                      all of them, a line each\n"
    "  quorate faults partition            those whose name begins so, with parameters and "
    "promise\n"
    "  quorate run --nemesis partition:halves,kill:nodes=2\n";

constexpr const char* kCompletionExamples =
    "Examples:\n"
    "  source <(quorate completion bash)   for this shell\n"
    "  quorate completion bash > /usr/share/bash-completion/completions/quorate\n"
    "  quorate completion zsh > ~/.zfunc/_quorate\n"
    "  quorate completion fish > ~/.config/fish/completions/quorate.fish\n";

// Every command with its options, and what each starts.
class CommandLine {
 public:
  CommandLine() : app_(kAbout, "quorate") {
    app_.footer(kExitCodes);
    app_.set_version_flag("--version", fmt::format("quorate {} ({})", kVersion, kCommit));
    app_.require_subcommand(1);
    add_runs();
    add_campaigns();
    add_machine();
    add_lists();
  }

  int run(int argc, char** argv) {
    if (const auto known = check_command(argc, argv); !known) {
      return complain(known.error(), kExitUsage);
    }
    try {
      app_.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
      return app_.exit(error) == 0 ? 0 : kExitUsage;
    }
    for (const Command& command : commands_) {
      if (command.app->parsed()) return command.start();
    }
    return kExitUsage;
  }

 private:
  struct Command {
    const CLI::App* app;
    std::function<int()> start;
  };

  CLI::App* add(const char* name, const char* what) { return app_.add_subcommand(name, what); }
  void starts(const CLI::App* command, std::function<int()> start) {
    commands_.push_back({command, std::move(start)});
  }

  void add_runs() {
    CLI::App* run = add("run", "Run one test against real node processes");
    add_run_options(run, &run_, &output_);
    starts(run, [this, run] { return start_run(*run, run_, output_); });

    CLI::App* check = add("check", "Judge a saved run or any history");
    add_check_options(check, &check_, &output_);
    starts(check, [this, check] { return start_check(*check, check_, output_); });

    starts(add_report(&app_, &report_), [this] { return start_report(report_); });

    CLI::App* scenario = add(
        "scenario", "Play an interleaving step by step on real nodes, and look at what is seen");
    scenario->add_option("ID", scenario_ids_, "I1 to I20, B10, or all");
    scenario->add_option("--times", scenario_.times, "How often each is played")
        ->check(CLI::Range(1, 10'000))
        ->capture_default_str();
    scenario->add_option("--only", scenario_.only, "Only as it breaks, or as it is withstood")
        ->check(CLI::IsMember({"breaks", "withstands"}));
    scenario->add_option("--seed", scenario_.seed, "Of the first one; the next has the next")
        ->capture_default_str();
    scenario->add_option("--out", scenario_out_, "Where the run folders go (results/runs/NAME)");
    scenario->add_flag("--json", output_.json, "The results as JSON on standard output");
    scenario->add_flag("--quiet", output_.quiet, "Not the steps");
    scenario->footer(kScenarioExamples);
    starts(scenario, [this] { return start_scenario(); });
  }

  int start_scenario() {
    scenario_.out = scenario_out_.empty() ? std::filesystem::path("results/runs") / new_run_name()
                                          : std::filesystem::path(scenario_out_);
    return scenario_command(scenario_ids_, scenario_, output_);
  }

  void add_campaigns() {
    CLI::App* campaign =
        add("campaign", "Many runs over night: every combination, again and again");
    add_campaign_options(campaign, &campaign_, &output_);
    starts(campaign, [this] { return start_campaign(campaign_, output_); });

    CLI::App* merge = add("merge", "Make the shards of a campaign one");
    add_merge_options(merge, &merge_, &output_);
    starts(merge, [this] { return start_merge(merge_, output_); });

    CLI::App* scorecard =
        add("scorecard", "Does the harness catch every planted bug by name, and nothing else?");
    add_scorecard_options(scorecard, &scorecard_, &output_);
    starts(scorecard, [this] { return start_scorecard(scorecard_, output_); });

    CLI::App* exercised = add(
        "exercised", "What many runs exercised together, and what never happened in any of them");
    exercised->add_option("FOLDER", exercised_folders_, "Runs, or folders of runs (results/runs)");
    exercised->add_flag("--json", output_.json, "As JSON");
    exercised->footer("Example: quorate exercised results/runs\n");
    starts(exercised, [this] {
      if (exercised_folders_.empty()) exercised_folders_.emplace_back("results/runs");
      return exercised_command(exercised_folders_, output_);
    });

    CLI::App* serve = add("serve", "Look at runs and campaigns in a browser");
    add_serve_options(serve, &serve_, &output_);
    starts(serve, [this] { return serve_command(serve_, output_); });
  }

  void add_machine() {
    CLI::App* demo =
        add("demo", "Four short runs: quorums that meet pass, quorums that need not are flagged");
    demo->add_option("--out", runs_folder_, "Where the run folders go")->capture_default_str();
    demo->add_option("--time", demo_time_, "Seconds of load per run")->capture_default_str();
    demo->add_flag("--quiet", output_.quiet, "No progress");
    demo->footer("Example: quorate demo --time 3\n");
    starts(demo, [this] {
      const auto time = std::chrono::duration<double>(demo_time_);
      return demo_command(runs_folder_, std::chrono::duration_cast<Duration>(time), output_);
    });

    CLI::App* doctor = add("doctor", "What this machine can do, why not, and what would change it");
    doctor->add_option("--out", runs_folder_, "Where run folders are to go")->capture_default_str();
    doctor->add_flag("--json", output_.json, "As JSON");
    doctor->footer(kDoctorExamples);
    starts(doctor, [this] { return doctor_command(runs_folder_, output_); });
  }

  void add_lists() {
    CLI::App* faults = add("faults", "List the faults, or tell all about one");
    faults->add_option("NAME", fault_, "A fault, or the beginning of its name");
    faults->add_flag("--json", output_.json, "As JSON");
    faults->footer(kFaultsExamples);
    starts(faults, [this] { return faults_command(fault_, output_); });

    CLI::App* workloads = add("workloads", "List the workloads");
    workloads->footer("Example: quorate run --workload sessions --r 1 --w 1\n");
    starts(workloads, [] { return workloads_command(); });

    CLI::App* completion = add("completion", "Print a script that completes commands and options");
    completion->add_option("SHELL", shell_, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completion->footer(kCompletionExamples);
    starts(completion, [this] {
      fmt::print("{}", completion_script(app_, shell_));
      return 0;
    });
  }

  // The parser's own words for it are of no help.
  Result<void> check_command(int argc, char** argv) const {
    const auto is_asked_for = [&](const CLI::App* command) {
      return command->get_name() == argv[1];
    };
    if (argc < 2 || argv[1][0] == '-' || !app_.get_subcommands(is_asked_for).empty()) return {};
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("there is no command \"{}\"; quorate --help lists them", argv[1])};
  }

  CLI::App app_;
  std::vector<Command> commands_;
  Output output_;
  RunTexts run_;
  CheckTexts check_;
  ReportTexts report_;
  std::vector<std::string> scenario_ids_;
  ScenarioRequest scenario_;
  std::string scenario_out_;
  CampaignTexts campaign_;
  MergeTexts merge_;
  ScorecardTexts scorecard_;
  std::vector<std::string> exercised_folders_;
  ServeCommand serve_;
  std::string runs_folder_ = "results/runs";
  double demo_time_ = 8;
  std::string fault_;
  std::string shell_;
};

}  // namespace

int run_command_line(int argc, char** argv) { return CommandLine().run(argc, argv); }

}  // namespace quorate
