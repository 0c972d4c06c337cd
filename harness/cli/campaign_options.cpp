#include "harness/cli/campaign_options.h"

#include <charconv>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include "harness/campaign/campaign_spec.h"
#include "results/run_folder.h"

namespace quorate {
namespace {

constexpr const char* kCampaignExamples =
    "Examples:\n"
    "  quorate campaign --init > nightly.json                a good one to begin with\n"
    "  quorate campaign nightly.json --for 8h --out results/campaigns/tonight --resume\n"
    "                                                        go on with it, or begin it\n"
    "  quorate campaign ci.json --count 40 --run-time 3 --gate gate.json --junit junit.xml\n"
    "  quorate campaign nightly.json --shard 2/8 --out shard-2    one of eight parts\n"
    "  quorate merge results/campaigns/tonight shard-*            and all of them made one\n"
    "Exit codes: 0 every run was as it must be, 1 some were not, 2 some could not tell, 254 the "
    "file or\n"
    "the command line makes no sense, 255 a run could not be made or judged, or a planted bug "
    "(the\n"
    "canary) was not found. With --gate: 0 where the gate lets it through, else 1.\n"
    "docs/campaigns.md tells what a file may say.\n";

constexpr const char* kMergeExamples =
    "Example:\n"
    "  quorate merge results/campaigns/tonight shard-1 shard-2 shard-3 --junit junit.xml\n";

Error invalid(std::string text) { return {ErrorCode::kInvalidArgument, std::move(text)}; }

// "2/8".
Result<Shard> read_shard(const std::string& text) {
  Shard shard;
  const char* const end = text.data() + text.size();
  const auto number = std::from_chars(text.data(), end, shard.number);
  if (number.ec == std::errc{} && number.ptr != end && *number.ptr == '/') {
    const auto of = std::from_chars(number.ptr + 1, end, shard.of);
    if (of.ec == std::errc{} && of.ptr == end && 1 <= shard.number && shard.number <= shard.of) {
      return shard;
    }
  }
  return invalid(fmt::format("--shard {}: write which of how many: 2/8", text));
}

Result<void> apply(const CampaignTexts& texts, CampaignSpec* spec) {
  // Who says how many, or how long, does not mean the number in the file.
  if (texts.count > 0 || !texts.duration.empty()) spec->seeds.reset();
  if (texts.count > 0) spec->count = texts.count;
  if (texts.jobs > 0) spec->jobs = texts.jobs;
  if (texts.fail_fast) spec->fail_fast = true;
  if (texts.keep_going) spec->fail_fast = false;
  if (!texts.duration.empty()) {
    const auto duration = parse_duration(texts.duration);
    if (!duration) return invalid(fmt::format("--for: {}", duration.error().context));
    spec->duration = *duration;
  }
  if (!texts.run_time.empty()) {
    const auto time = parse_duration(texts.run_time);
    if (!time) return invalid(fmt::format("--run-time: {}", time.error().context));
    override_run_time(*time, spec);
  }
  return {};
}

Result<CampaignCommand> read_command(const CampaignTexts& texts) {
  if (texts.file.empty()) {
    return invalid("a campaign needs a file; quorate campaign --init prints a good one");
  }
  Result<CampaignSpec> spec = read_campaign_file(texts.file);
  if (!spec) return spec.error();
  if (auto applied = apply(texts, &*spec); !applied) return applied.error();
  const Result<Shard> shard = read_shard(texts.shard);
  if (!shard) return shard.error();
  if (texts.resume && texts.out.empty()) {
    return invalid("--resume goes on with a campaign that is there: name its folder with --out");
  }
  CampaignCommand command{.spec = std::move(*spec), .shard = *shard, .resume = texts.resume};
  command.out = texts.out.empty() ? std::filesystem::path("results/campaigns") / new_run_name()
                                  : std::filesystem::path(texts.out);
  command.ending = {texts.gate, texts.junit, texts.markdown};
  return command;
}

void add_endings(CLI::App* command, std::string* gate, std::string* junit, std::string* markdown,
                 Output* output) {
  const char* group = "The ending";
  command->add_option("--gate", *gate, "Let known failures through, as this file says")
      ->group(group)
      ->check(CLI::ExistingFile);
  command->add_option("--junit", *junit, "Write JUnit XML to this file")->group(group);
  command->add_option("--markdown", *markdown, "Write a summary for a job's page to this file")
      ->group(group);
  command->add_flag("--json", output->json, "The sum as JSON on standard output")->group(group);
  command->add_flag("--quiet", output->quiet, "No progress")->group(group);
}

}  // namespace

void add_campaign_options(CLI::App* campaign, CampaignTexts* texts, Output* output) {
  campaign->footer(kCampaignExamples);
  campaign->add_option("FILE", texts->file, "What to run: JSON with comments");
  campaign->add_flag("--init", texts->init, "Print a good file to begin with");
  const char* group = "How much";
  campaign->add_option("--out", texts->out, "Its folder (results/campaigns/NAME)")->group(group);
  campaign->add_flag("--resume", texts->resume, "Go on with the campaign in --out, or begin it")
      ->group(group);
  campaign
      ->add_option("--for", texts->duration,
                   "As many runs as end within 8h, 30m, whatever \"seeds\" says")
      ->group(group);
  campaign
      ->add_option("--count", texts->count,
                   "Planned runs, over all shards, whatever \"seeds\" says")
      ->group(group)
      ->check(CLI::PositiveNumber);
  campaign->add_option("--run-time", texts->run_time, "Load of each run, whatever the file says: 5")
      ->group(group);
  campaign->add_option("--jobs", texts->jobs, "Runs at a time (as many as processors)")
      ->group(group)
      ->check(CLI::Range(1, 1000));
  campaign->add_option("--shard", texts->shard, "Make only this part of the runs: 2/8")
      ->group(group)
      ->capture_default_str();
  CLI::Option* fast =
      campaign->add_flag("--fail-fast", texts->fail_fast, "Stop at the first failure")
          ->group(group);
  campaign->add_flag("--keep-going", texts->keep_going, "Do not, whatever the file says")
      ->group(group)
      ->excludes(fast);
  add_endings(campaign, &texts->gate, &texts->junit, &texts->markdown, output);
}

int start_campaign(const CampaignTexts& texts, const Output& output) {
  if (texts.init) {
    fmt::print("{}", campaign_template());
    return 0;
  }
  const Result<CampaignCommand> command = read_command(texts);
  if (!command) return complain(command.error(), kExitUsage);
  return campaign_command(*command, output);
}

void add_merge_options(CLI::App* merge, MergeTexts* texts, Output* output) {
  merge->footer(kMergeExamples);
  merge->add_option("OUT", texts->out, "The folder of the whole campaign")->required();
  merge->add_option("PART", texts->parts, "Folders of its shards")->required();
  add_endings(merge, &texts->gate, &texts->junit, &texts->markdown, output);
}

int start_merge(const MergeTexts& texts, const Output& output) {
  const std::vector<std::filesystem::path> parts(texts.parts.begin(), texts.parts.end());
  return merge_command(parts, texts.out, {texts.gate, texts.junit, texts.markdown}, output);
}

}  // namespace quorate
