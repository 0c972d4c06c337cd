#include "harness/campaign/schedule.h"

#include <algorithm>
#include <charconv>

#include <fmt/core.h>

#include "base/random.h"

namespace quorate {
namespace {

// One of the campaign's own runs, of whatever combination.
bool is_planned(const RunRecord& record) {
  return record.kind == RunKind::kPlanned ||
         (record.kind == RunKind::kCanary && record.combination >= 0);
}

// -1: it is none.
std::int64_t number_in(const std::string& digits) {
  std::int64_t number = -1;
  const char* const end = digits.data() + digits.size();
  const auto [rest, status] = std::from_chars(digits.data(), end, number);
  return status == std::errc{} && rest == end ? number : -1;
}

}  // namespace

Schedule::Schedule(const std::vector<Combination>& combinations, const ScheduleRules& rules)

    : combinations_(combinations),
      ended_(combinations.size()),
      rules_(rules),
      order_(combinations, rules.seed),
      since_canary_(rules.canary_every) {}

void Schedule::done_before(const RunRecord& record) {
  if (is_planned(record)) {
    done_.insert(record.number);
    ++started_or_done_;
  } else if (record.kind == RunKind::kCanary) {
    canaries_ = std::max(canaries_, record.number + 1);
  }
  note(record);
}

void Schedule::ended(const RunRecord& record) { note(record); }

// The first failure of each group is tried again: the same configuration under the same seed.
void Schedule::note(const RunRecord& record) {
  if (is_planned(record) && rules_.wanted) {
    ended_[static_cast<std::size_t>(record.combination)].push_back(record);
  }
  if (record.kind == RunKind::kRepeat) {
    std::erase_if(repeats_, [&](const ScheduledRun& run) { return run.name == record.name; });
  }
  if (record.kind != RunKind::kPlanned || !record.failed() || !record.signature) return;
  if (!tried_again_.insert(*record.signature).second) return;
  for (int attempt = 1; attempt <= rules_.repeats; ++attempt) {
    const std::string name = fmt::format("{}-again-{}", record.name, attempt);
    repeats_.push_back({RunKind::kRepeat, name, record.number, record.combination, record.seed});
  }
}

std::optional<ScheduledRun> Schedule::next() {
  // Nothing left to stand beside: a canary alone would say nothing new.
  if (repeats_.empty() && left() == 0) return std::nullopt;
  if (auto run = canary_if_due()) return run;
  ++since_canary_;
  if (auto run = next_repeat()) return run;
  return next_planned();
}

std::optional<ScheduledRun> Schedule::canary_if_due() {
  if (rules_.canary_every == 0 || since_canary_ < rules_.canary_every) return std::nullopt;
  since_canary_ = 0;
  return canary_run(canaries_++);
}

ScheduledRun Schedule::canary_run(std::int64_t number) const {
  ScheduledRun run{.kind = RunKind::kCanary, .number = number};
  run.name = rules_.shard.of == 1 ? fmt::format("canary-{}", number)
                                  : fmt::format("canary-{}-{}", rules_.shard.number, number);
  run.seed = RandomStream(rules_.seed, "campaign/" + run.name).next() >> 16;
  return run;
}

ScheduledRun Schedule::planned_run(std::int64_t number) {
  const PlannedRun run = order_.at(number);
  const bool planted = combinations_[static_cast<std::size_t>(run.combination)].planted;
  return {planted ? RunKind::kCanary : RunKind::kPlanned, fmt::format("{:06}", number), number,
          run.combination, run.seed};
}

std::optional<ScheduledRun> Schedule::named(const std::string& name) {
  const std::size_t digits = name.find_first_not_of("0123456789");
  if (digits == 0) {
    const std::int64_t number = number_in(name.substr(name.rfind('-') + 1));
    if (number >= 0 && canary_run(number).name == name) return canary_run(number);
    return std::nullopt;
  }
  const std::int64_t number = number_in(name.substr(0, digits));
  if (number < 0) return std::nullopt;
  ScheduledRun run = planned_run(number);
  if (name == run.name) return run;
  if (name.rfind(run.name + "-again-", 0) != 0) return std::nullopt;
  run.kind = RunKind::kRepeat;
  run.name = name;
  return run;
}

std::optional<ScheduledRun> Schedule::next_repeat() {
  if (repeats_.empty()) return std::nullopt;
  ScheduledRun run = repeats_.front();
  repeats_.pop_front();
  return run;
}

std::optional<ScheduledRun> Schedule::next_planned() {
  for (;;) {
    const std::int64_t number = next_ * rules_.shard.of + rules_.shard.number - 1;
    if (rules_.planned > 0 && number >= rules_.planned) return std::nullopt;
    ++next_;
    if (done_.erase(number) > 0) continue;
    ++started_or_done_;
    if (is_wanted(order_.at(number).combination)) return planned_run(number);
  }
}

bool Schedule::is_wanted(std::int64_t combination) const {
  const auto index = static_cast<std::size_t>(combination);
  return !rules_.wanted || rules_.wanted(combinations_[index], ended_[index]);
}

std::optional<std::int64_t> Schedule::left() const {
  if (rules_.planned == 0) return std::nullopt;
  return planned_in_shard() - started_or_done_;
}

std::int64_t Schedule::planned_in_shard() const {
  const std::int64_t before = rules_.shard.number - 1;
  return (rules_.planned - before + rules_.shard.of - 1) / rules_.shard.of;
}

}  // namespace quorate
