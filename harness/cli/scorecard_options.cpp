#include "harness/cli/scorecard_options.h"

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "results/run_folder.h"

namespace quorate {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  quorate scorecard --fast                    under three minutes, for CI\n"
    "  quorate scorecard                           all of it: about an hour on two "
    "processors\n"
    "  quorate scorecard --kind planted --rounds 40   how often, and how soon, is each bug "
    "caught?\n"
    "  quorate scorecard --only rr_async           one bug, in every way in which it is looked "
    "for\n"
    "  quorate scorecard --node-program ./my-node  is this store sound? Controls only, on its "
    "nodes\n"
    "  quorate scorecard --compare a/scorecard.json b/scorecard.json\n"
    "                                              exit 1 if b is worse\n"
    "Exit codes: 0 every bug was caught by name, without a false alarm; 1 a false alarm or a "
    "wrong\n"
    "name (with --node-program: a broken promise); 2 something was missed; 254 the command line "
    "makes\n"
    "no sense; 255 a run could not be made or judged. docs/track_record.md tells how each bug is\n"
    "caught.\n";

}  // namespace

void add_scorecard_options(CLI::App* scorecard, ScorecardTexts* texts, Output* output) {
  scorecard->footer(kExamples);
  ScorecardRequest& request = texts->command.request;
  const char* group = "What is tried";
  scorecard->add_flag("--fast", request.fast, "Each bug's surest way, and a part of the controls")
      ->group(group);
  scorecard->add_option("--only", request.only, "Cases with this in their name")->group(group);
  scorecard->add_option("--kind", texts->kind, "Cases of this kind: planted, control or shown")
      ->group(group)
      ->check(CLI::IsMember({"planted", "control", "shown"}));
  scorecard
      ->add_option("--node-program", request.node_program,
                   "Controls on nodes of this program, and nothing else")
      ->group(group);
  scorecard->add_flag("--list", texts->command.list, "Name the cases, and run none")->group(group);
  group = "How much";
  scorecard->add_option("--rounds", request.rounds, "Runs of each way in which a bug is looked for")
      ->group(group)
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  scorecard->add_option("--for", texts->duration, "Start nothing that would not end within: 20m")
      ->group(group);
  scorecard->add_option("--jobs", texts->jobs, "Runs at a time (as many as processors)")
      ->group(group)
      ->check(CLI::PositiveNumber);
  scorecard->add_option("--seed", request.seed, "Of everything random")
      ->group(group)
      ->capture_default_str();
  group = "Results";
  scorecard->add_option("--out", texts->out, "Its folder (results/scorecards/NAME)")->group(group);
  scorecard->add_flag("--resume", request.resume, "Go on with the scorecard in --out, or begin it")
      ->group(group);
  scorecard
      ->add_option("--compare", texts->command.compare, "Two scorecard.json: what is different")
      ->group(group)
      ->expected(2)
      ->check(CLI::ExistingFile);
  scorecard->add_flag("--json", output->json, "The scorecard as JSON on standard output")
      ->group(group);
  scorecard->add_flag("--quiet", output->quiet, "No progress")->group(group);
}

int start_scorecard(ScorecardTexts texts, const Output& output) {
  ScorecardRequest& request = texts.command.request;
  if (!texts.duration.empty()) {
    const auto duration = parse_duration(texts.duration);
    if (!duration) {
      return complain(
          {ErrorCode::kInvalidArgument, fmt::format("--for: {}", duration.error().context)},
          kExitUsage);
    }
    request.duration = *duration;
  }
  if (texts.jobs > 0) request.jobs = texts.jobs;
  for (const CaseKind kind : {CaseKind::kPlanted, CaseKind::kControl, CaseKind::kShown}) {
    if (texts.kind == name_of(kind)) request.kind = kind;
  }
  if (request.resume && texts.out.empty()) {
    return complain({ErrorCode::kInvalidArgument,
                     "--resume goes on with a scorecard that is there: name its folder with --out"},
                    kExitUsage);
  }
  request.out = texts.out.empty() ? std::filesystem::path("results/scorecards") / new_run_name()
                                  : std::filesystem::path(texts.out);
  return scorecard_command(texts.command, output);
}

}  // namespace quorate
