#include "harness/campaign/run_campaign.h"

#include <algorithm>
#include <thread>

#include <fmt/core.h>
#include <signal.h>

#include "harness/campaign/combinations.h"
#include "harness/campaign/retention.h"
#include "harness/campaign/run_outcome.h"
#include "harness/campaign/schedule.h"
#include "harness/cluster/node_process.h"
#include "harness/run/event_loop.h"
#include "harness/run/interrupt.h"
#include "harness/run/run_arguments.h"
#include "harness/run/run_plan.h"
#include "harness/scenario/play.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;

constexpr auto kTick = std::chrono::milliseconds(200);
constexpr auto kToCleanUp =
    std::chrono::seconds(10);  // between being told to end, and being killed
constexpr auto kAroundLoad = std::chrono::seconds(2);  // of starting and judging, to fit a run in
// Less than this is a full disk: runs need room, and what is there must stay whole.
constexpr std::int64_t kReserve = std::int64_t{256} << 20;

constexpr int kLeastKept = 1;

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

// "I13/breaks", as the command line takes it.
std::vector<std::string> scenario_arguments(const std::string& scenario, std::uint64_t seed,
                                            const std::string& out) {
  const std::size_t slash = scenario.find('/');
  return {"scenario", scenario.substr(0, slash), "--only", scenario.substr(slash + 1),
          "--seed",   std::to_string(seed),      "--out",  out,
          "--quiet"};
}

// Planned runs of all shards; 0: as many as there is time for.
std::int64_t planned_runs(const CampaignSpec& spec, std::size_t combinations) {
  std::int64_t planned = 0;
  if (spec.seeds) {
    planned = *spec.seeds * static_cast<std::int64_t>(combinations);
  } else if (!spec.duration && !spec.count) {
    planned = static_cast<std::int64_t>(combinations);
  }
  if (!spec.count) return planned;
  return planned == 0 ? *spec.count : std::min(planned, *spec.count);
}

// A run that is going on.
struct Job {
  ScheduledRun run;
  RunConfig config;
  std::unique_ptr<NodeProcess> process;
  Instant began;
  Instant deadline;
  Instant kill_at = Instant::max();
  bool hung = false;
  std::optional<std::string> ended;  // how
};

class CampaignRun {
 public:
  CampaignRun(const CampaignRequest& request, CampaignHead head, CampaignFolder folder,
              const std::function<void(const CampaignProgress&)>& on_progress)
      : request_(request),
        spec_(request.spec),
        head_(std::move(head)),
        folder_(std::move(folder)),
        on_progress_(on_progress),
        summary_(head_),
        schedule_(head_.combinations, rules_of(head_, request)),
        jobs_(static_cast<std::size_t>(jobs_of(spec_))),
        interrupt_(loop_) {}

  Result<CampaignReport> run() {
    if (auto claimed = folder_.claim(); !claimed) return claimed.error();
    if (auto taken = take_up(); !taken) return taken.error();
    disk_use_ = disk_use_of(folder_.path() / "runs");
    Result<void> trouble;
    for (;;) {
      if (trouble && stopped_.empty()) trouble = start_runs();
      if (running() == 0) break;
      loop_.run_until([this] { return something_ended() || (stopped_.empty() && must_stop()); },
                      monotonic_now() + kTick);
      if (!trouble || must_stop()) end_all(SIGINT);
      kill_those_that_hang();
      if (auto reaped = reap(); !reaped && trouble) trouble = reaped;
      tell(nullptr);
    }
    if (auto saved = save_sum(); !saved && trouble) trouble = saved;
    if (!trouble) return trouble.error();
    return CampaignReport{.summary = summary_,
                          .stopped = stopped_,
                          .complete = stopped_.empty(),
                          .wall_s = seconds(monotonic_now() - began_),
                          .jobs = static_cast<int>(jobs_.size())};
  }

  static int jobs_of(const CampaignSpec& spec) {
    return spec.jobs.value_or(std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
  }

 private:
  static ScheduleRules rules_of(const CampaignHead& head, const CampaignRequest& request) {
    return {.seed = head.seed,
            .planned = request.wanted ? planned_runs(request.spec, head.combinations.size())
                                      : head.planned,
            .shard = head.shard,
            .canary_every = request.spec.canary_every,
            .repeats = request.spec.repeats,
            .wanted = request.wanted};
  }

  // What an earlier session did.
  Result<void> take_up() {
    const auto records = folder_.records();
    if (!records) return records.error();
    std::set<std::string> known;
    for (const RunRecord& record : *records) {
      known.insert(record.name);
      schedule_.done_before(record);
      if (auto kept = keep_what_is_needed(record); !kept) return kept;
    }
    std::error_code error;
    std::vector<fs::path> left;
    for (const auto& entry : fs::directory_iterator(folder_.path() / "runs", error)) {
      if (entry.is_directory() && !known.contains(entry.path().filename().string())) {
        left.push_back(entry.path());
      }
    }
    std::sort(left.begin(), left.end());
    for (const fs::path& path : left) {
      if (auto done = adopt(path); !done) return done;
    }
    return {};
  }

  // A run that ended in the moment before the campaign was killed is done; one that did not is not.
  Result<void> adopt(const fs::path& path) {
    const auto run = schedule_.named(path.filename().string());
    const auto config = run ? config_for(*run) : Result<RunConfig>(Error{});
    std::optional<RunRecord> record;
    if (config && has_ended(path)) {
      record = record_of(*run, *config, path, {.how = "", .log = folder_.log_path(run->name)});
    }
    if (!record) {
      forget(path.filename().string());
      return {};
    }
    schedule_.done_before(*record);
    if (auto appended = folder_.append(*record); !appended) return appended;
    return keep_what_is_needed(*record);
  }

  void forget(const std::string& name) const {
    std::error_code ignored;
    fs::remove_all(folder_.run_path(name), ignored);
    fs::remove(folder_.log_path(name), ignored);
  }

  Result<RunConfig> config_for(const ScheduledRun& run) const {
    if (run.combination < 0) return canary_config_of(spec_, run.seed);
    const Combination& combination = head_.combinations[static_cast<std::size_t>(run.combination)];
    if (!combination.scenario.empty()) return scenario_config_of(combination.scenario, run.seed);
    return run_config_of(spec_, combination, run.seed);
  }

  // Sums it up, and slims the folders that nobody will want to look into.
  Result<void> keep_what_is_needed(const RunRecord& record) { return slim(summary_.add(record)); }

  Result<void> slim(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      const fs::path path = folder_.run_path(name);
      disk_use_ -= disk_use_of(path);
      if (auto slimmed = slim_run_folder(path); !slimmed) return slimmed;
      disk_use_ += disk_use_of(path);
    }
    return {};
  }

  // Over the budget, one run of each group must do; the folder says so, for who goes on with it.
  Result<void> save_room() {
    if (disk_use_ <= spec_.disk_bytes || summary_.head().keep <= kLeastKept) return {};
    const std::vector<std::string> dropped = summary_.keep_at_most(kLeastKept);
    const std::string head = to_json(summary_.head()).dump(2) + "\n";
    if (auto noted = folder_.write("campaign.json", head); !noted) return noted;
    return slim(dropped);
  }

  Result<void> start_runs() {
    if (auto saved = save_room(); !saved) return saved;
    for (Job& job : jobs_) {
      if (job.process) continue;
      if (auto room = require_room(); !room) return room;
      const Instant now = monotonic_now();
      if (spec_.duration && now + longest_load_ + kAroundLoad > began_ + *spec_.duration) {
        stopped_ = "the time is up";
        return {};
      }
      const std::optional<ScheduledRun> run = schedule_.next();
      if (!run) return {};
      if (auto started = start(*run, &job); !started) return started;
    }
    return {};
  }

  Result<void> require_room() const {
    const std::int64_t free = free_space_at(folder_.path());
    if (free >= 0 && free < kReserve) {
      return Error{
          ErrorCode::kIo,
          fmt::format("the disk is full: {} is left at {}, and a run must not be cut short; "
                      "make room, and go on with --resume",
                      size_text(free), folder_.path().string())};
    }
    if (disk_use_ > spec_.disk_bytes) {
      return Error{
          ErrorCode::kLimit,
          fmt::format("the run folders take {}, more than limits.disk ({}), though each "
                      "group of failures keeps {} whole; allow more, and go on with "
                      "--resume",
                      size_text(disk_use_), size_text(spec_.disk_bytes), summary_.head().keep)};
    }
    return {};
  }

  Result<void> start(const ScheduledRun& run, Job* job) {
    const Result<RunConfig> config = config_for(run);
    if (!config) return config.error();
    const std::vector<std::string> arguments = arguments_of(run, *config);
    forget(run.name);
    auto process =
        NodeProcess::start(loop_, {request_.program, arguments, -1, folder_.log_path(run.name)},
                           [job](const std::string& how) { job->ended = how; });
    if (!process) return process.error();
    job->run = run;
    job->config = *config;
    job->process = std::move(*process);
    job->began = monotonic_now();
    job->deadline = job->began + config->time * 2 + spec_.grace;
    job->kill_at = Instant::max();
    job->hung = false;
    longest_load_ = std::max(longest_load_, config->time);
    return {};
  }

  std::vector<std::string> arguments_of(const ScheduledRun& run, const RunConfig& config) const {
    const std::string path = folder_.run_path(run.name).string();
    const std::string scenario = scenario_of(run);
    if (!scenario.empty()) return scenario_arguments(scenario, config.seed, path);
    std::vector<std::string> arguments{"run"};
    for (std::string& argument : run_arguments(config)) arguments.push_back(std::move(argument));
    arguments.insert(arguments.end(), {"--out", path, "--report", "failed", "--quiet"});
    return arguments;
  }

  // Empty: it plays none.
  std::string scenario_of(const ScheduledRun& run) const {
    if (run.combination < 0) return "";
    return head_.combinations[static_cast<std::size_t>(run.combination)].scenario;
  }

  std::size_t running() const {
    return static_cast<std::size_t>(std::count_if(
        jobs_.begin(), jobs_.end(), [](const Job& job) { return job.process != nullptr; }));
  }
  bool something_ended() const {
    return std::any_of(jobs_.begin(), jobs_.end(),
                       [](const Job& job) { return job.ended.has_value(); });
  }

  bool must_stop() {
    if (interrupt_.requested()) stopped_ = "interrupted";
    return interrupt_.requested();
  }

  // Once: they clean up, and are killed if they do not.
  void end_all(int signal) {
    for (Job& job : jobs_) {
      if (!job.process || job.kill_at != Instant::max()) continue;
      (void)job.process->signal(signal);
      job.kill_at = monotonic_now() + kToCleanUp;
    }
  }

  void kill_those_that_hang() {
    const Instant now = monotonic_now();
    for (Job& job : jobs_) {
      if (!job.process || job.ended) continue;
      if (now >= job.kill_at) {
        (void)job.process->signal(SIGKILL);
      } else if (now >= job.deadline && !job.hung) {
        job.hung = true;
        (void)job.process->signal(SIGTERM);
        job.kill_at = now + kToCleanUp;
      }
    }
  }

  Result<void> reap() {
    for (Job& job : jobs_) {
      if (!job.process || !job.ended) continue;
      const std::string how = *job.ended;
      job.ended.reset();
      job.process.reset();
      if (auto noted = note_ending(job, how); !noted) return noted;
    }
    return {};
  }

  Result<void> note_ending(const Job& job, const std::string& how) {
    const fs::path log = folder_.log_path(job.run.name);
    const fs::path path = folder_.run_path(job.run.name);
    auto record = record_of(job.run, job.config, path,
                            {how, job.hung, seconds(monotonic_now() - job.began), log});
    // A run that a full disk or an interrupt cut short says nothing: it is made again.
    const bool cut_short = record && record->outcome == RunOutcome::kHarnessError && !job.hung &&
                           (interrupt_.requested() || !require_room());
    if (!record || cut_short) {
      forget(job.run.name);
      return {};
    }
    if (auto appended = folder_.append(*record); !appended) {
      forget(job.run.name);
      return appended;
    }
    if (record->outcome != RunOutcome::kHarnessError) {
      std::error_code ignored;
      fs::remove(log, ignored);
    }
    ++done_now_;
    schedule_.ended(*record);
    disk_use_ += disk_use_of(path);
    if (auto kept = keep_what_is_needed(*record); !kept) return kept;
    const bool failed = record->kind == RunKind::kCanary ? !record->good() : record->failed();
    if (spec_.fail_fast && failed && stopped_.empty()) stopped_ = "the first failure";
    tell(&*record);
    return {};
  }

  Result<void> save_sum() const {
    return folder_.write("results.json", to_json(summary_).dump(2) + "\n");
  }

  void tell(const RunRecord* ended) const {
    if (!on_progress_) return;
    CampaignProgress progress{.summary = summary_, .ended = ended};
    const Instant now = monotonic_now();
    for (const Job& job : jobs_) {
      if (!job.process) continue;
      progress.running.push_back(
          {job.run.name,
           job.run.combination < 0
               ? "a planted bug"
               : head_.combinations[static_cast<std::size_t>(job.run.combination)].text,
           seconds(now - job.began)});
    }
    progress.left = schedule_.left();
    progress.elapsed_s = seconds(now - began_);
    progress.done_now = done_now_;
    if (progress.left && done_now_ > 0) {
      progress.time_left_s =
          progress.elapsed_s / static_cast<double>(done_now_) * static_cast<double>(*progress.left);
    }
    if (spec_.duration) {
      const double until_end = std::max(0.0, seconds(*spec_.duration) - progress.elapsed_s);
      progress.time_left_s = std::min(progress.time_left_s.value_or(until_end), until_end);
    }
    on_progress_(progress);
  }

  const CampaignRequest& request_;
  const CampaignSpec& spec_;
  CampaignHead head_;
  CampaignFolder folder_;
  const std::function<void(const CampaignProgress&)>& on_progress_;
  CampaignSummary summary_;
  Schedule schedule_;
  Instant began_ = monotonic_now();
  Duration longest_load_{};
  std::int64_t disk_use_ = 0;
  std::int64_t done_now_ = 0;
  std::string stopped_;
  EventLoop loop_;
  std::vector<Job> jobs_;
  Interrupt interrupt_;
};

Result<CampaignHead> head_of(const CampaignRequest& request) {
  const CampaignSpec& spec = request.spec;
  Result<Combinations> combinations = request.combinations.empty()
                                          ? combine(spec, validate)
                                          : Combinations{.all = request.combinations};
  if (!combinations) return combinations.error();
  if (spec.canary_every > 0) {
    const Result<RunConfig> canary = canary_config_of(spec, 0);
    if (!canary) return Error{canary.error().code, "canary: " + canary.error().context};
    if (auto valid = validate(*canary); !valid) {
      return Error{valid.error().code, "canary: " + valid.error().context};
    }
  }
  return CampaignHead{.name = spec.name,
                      .seed = spec.seed,
                      .planned = request.wanted ? 0 : planned_runs(spec, combinations->all.size()),
                      .shard = request.shard,
                      .keep = spec.keep,
                      .file = spec.file,
                      .combinations = std::move(combinations->all),
                      .skipped = std::move(combinations->skipped),
                      .environment = request.environment};
}

// The same runs under the same numbers: else what is there says nothing about what is asked for.
Result<void> require_same(const CampaignHead& there, const CampaignHead& asked,
                          const fs::path& path) {
  const auto differs = [&](std::string_view what) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("{} holds another campaign: its {} differs; give --out a new folder",
                             path.string(), what)};
  };
  if (there.seed != asked.seed) return differs("seed");
  if (there.shard.number != asked.shard.number || there.shard.of != asked.shard.of) {
    return differs("shard");
  }
  const Json a = to_json(there);
  const Json b = to_json(asked);
  if (a.at("combinations") != b.at("combinations")) return differs("list of combinations");
  return {};
}

}  // namespace

Result<CampaignReport> run_campaign(
    const CampaignRequest& request,
    const std::function<void(const CampaignProgress&)>& on_progress) {
  Result<CampaignHead> head = head_of(request);
  if (!head) return head.error();
  if (request.resume && CampaignFolder::is_one(request.out)) {
    Result<CampaignFolder> folder = CampaignFolder::open(request.out);
    if (!folder) return folder.error();
    const Result<CampaignHead> there = folder->head();
    if (!there) return there.error();
    if (auto same = require_same(*there, *head, request.out); !same) return same.error();
    head->keep = std::min(head->keep, there->keep);  // what was thrown away is gone
    return CampaignRun(request, std::move(*head), std::move(*folder), on_progress).run();
  }
  Result<CampaignFolder> folder = CampaignFolder::create(request.out, *head);
  if (!folder) return folder.error();
  return CampaignRun(request, std::move(*head), std::move(*folder), on_progress).run();
}

}  // namespace quorate
