#include "results/campaign/summary.h"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

#include "base/check.h"

namespace quorate {
namespace {

Json to_json(const OutcomeCounts& counts) {
  return {{"passed", counts.passed},
          {"failed", counts.failed},
          {"unknown", counts.unknown},
          {"errors", counts.errors}};
}

Json to_json(const FailureGroup& group, const FailureRate& rate) {
  Json runs = Json::array();
  for (const SmallRun& run : group.smallest) runs.push_back(run.name);
  Json combinations = Json::array();
  for (const auto& [number, count] : group.combinations) {
    combinations.push_back({{"combination", number}, {"failed", count}});
  }
  return {{"anomaly", group.signature.anomaly},
          {"promised", group.signature.promised},
          {"faults", group.signature.faults},
          {"failed", group.count},
          {"of-runs", rate.runs},
          {"repeats", group.repeats},
          {"repeats-failed", group.repeats_failed},
          {"combinations", std::move(combinations)},
          {"kept", std::move(runs)},
          {"sentence", group.sentence}};
}

std::string counted(std::int64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

}  // namespace

void OutcomeCounts::add(const RunRecord& record) {
  if (record.exit_code == 0) {
    ++passed;
  } else if (record.exit_code == quorate::exit_code(RunOutcome::kViolation)) {
    ++failed;
  } else if (record.exit_code == quorate::exit_code(RunOutcome::kUnknown)) {
    ++unknown;
  } else {
    ++errors;
  }
}

CampaignSummary::CampaignSummary(CampaignHead head)
    : head_(std::move(head)), combinations_(head_.combinations.size()) {}

std::vector<std::string> CampaignSummary::add(const RunRecord& record) {
  load_s_ += record.load_s;
  total_s_ += record.total_s;
  if (record.kind == RunKind::kCanary) {
    ++canaries_;
    if (record.combination >= 0) {
      OutcomeCounts& runs = combinations_.at(static_cast<std::size_t>(record.combination)).runs;
      record.good() ? ++runs.passed : ++runs.failed;
      if (runs.passed > 0) {
        combinations_missed_.erase(record.combination);
      } else {
        combinations_missed_.emplace(record.combination, record.name);
      }
    } else if (!record.good()) {
      canaries_missed_.push_back(record.name);
    }
    return record.good() ? std::vector{record.name} : std::vector<std::string>();
  }
  const auto number = static_cast<std::size_t>(record.combination);
  QUORATE_CHECK(number < combinations_.size(), "combination {}", record.combination);
  CombinationSum& sum = combinations_[number];
  if (record.kind == RunKind::kRepeat) {
    sum.repeats.add(record);
    add_repeat(record);
  } else {
    runs_.add(record);
    sum.runs.add(record);
    sum.operations += record.operations;
    for (const std::string& property : record.flagged) ++sum.flagged[property];
  }
  if (!record.signature) return {record.name};
  return add_to_group(record);
}

void CampaignSummary::add_repeat(const RunRecord& record) {
  repeats_.add(record);
  const auto of = failed_.find(record.number);
  if (of == failed_.end()) return;
  FailureGroup& group = groups_[of->second];
  ++group.repeats;
  if (record.failed()) ++group.repeats_failed;
}

std::vector<std::string> CampaignSummary::add_to_group(const RunRecord& record) {
  FailureGroup& group = groups_[*record.signature];
  group.signature = *record.signature;
  if (group.sentence.empty()) group.sentence = record.sentence;
  if (record.kind == RunKind::kPlanned) {
    ++group.count;
    ++group.combinations[record.combination];
    failed_[record.number] = *record.signature;
  }
  const SmallRun run{record.operations, record.name};
  group.smallest.insert(std::lower_bound(group.smallest.begin(), group.smallest.end(), run), run);
  return drop_from(&group);
}

std::vector<std::string> CampaignSummary::drop_from(FailureGroup* group) const {
  std::vector<std::string> dropped;
  while (group->smallest.size() > static_cast<std::size_t>(head_.keep)) {
    dropped.push_back(group->smallest.back().name);
    group->smallest.pop_back();
  }
  return dropped;
}

std::vector<std::string> CampaignSummary::keep_at_most(int runs) {
  head_.keep = std::min(head_.keep, runs);
  std::vector<std::string> dropped;
  for (auto& [signature, group] : groups_) {
    for (std::string& name : drop_from(&group)) dropped.push_back(std::move(name));
  }
  return dropped;
}

std::vector<FailureGroup> CampaignSummary::groups() const {
  std::vector<FailureGroup> groups;
  for (const auto& [signature, group] : groups_) groups.push_back(group);
  std::stable_sort(groups.begin(), groups.end(),
                   [](const FailureGroup& a, const FailureGroup& b) { return a.count > b.count; });
  return groups;
}

FailureRate CampaignSummary::rate_of(const FailureGroup& group) const {
  FailureRate rate{.failed = group.count};
  for (const auto& [number, failed] : group.combinations) {
    rate.runs += combinations_[static_cast<std::size_t>(number)].runs.all();
  }
  return rate;
}

std::vector<std::string> CampaignSummary::canaries_missed() const {
  std::vector<std::string> missed = canaries_missed_;
  for (const auto& [combination, name] : combinations_missed_) missed.push_back(name);
  return missed;
}

int CampaignSummary::exit_code() const {
  if (!canaries_missed().empty() || runs_.errors + repeats_.errors > 0) return kExitHarnessError;
  if (runs_.failed + repeats_.failed > 0) return quorate::exit_code(RunOutcome::kViolation);
  if (runs_.unknown > 0 || runs_.all() == 0) return quorate::exit_code(RunOutcome::kUnknown);
  return 0;
}

std::string CampaignSummary::sentence() const {
  if (const std::size_t missed = canaries_missed().size(); missed > 0) {
    return fmt::format(
        "{} of {} found nothing: what planted bugs broke was not seen, so a pass means "
        "little",
        missed, counted(canaries_, "canary run"));
  }
  if (runs_.all() == 0) return "nothing was run";
  std::string text =
      fmt::format("{} of {} as they must", runs_.passed, counted(runs_.all(), "run"));
  if (runs_.failed > 0) {
    text += fmt::format(", {} failed in {}", runs_.failed,
                        counted(static_cast<std::int64_t>(groups_.size()), "group"));
  }
  if (runs_.unknown > 0) text += fmt::format(", {} could not tell", runs_.unknown);
  if (runs_.errors > 0) text += fmt::format(", {} could not be run or judged", runs_.errors);
  return text;
}

Json to_json(const CampaignSummary& summary) {
  Json combinations = Json::array();
  for (const Combination& combination : summary.head().combinations) {
    const CombinationSum& sum =
        summary.combinations()[static_cast<std::size_t>(combination.number)];
    combinations.push_back({{"text", combination.text},
                            {"axes", combination.axes},
                            {"runs", to_json(sum.runs)},
                            {"repeats", to_json(sum.repeats)},
                            {"flagged", sum.flagged},
                            {"operations", sum.operations}});
  }
  Json groups = Json::array();
  for (const FailureGroup& group : summary.groups()) {
    groups.push_back(to_json(group, summary.rate_of(group)));
  }
  return {{"name", summary.head().name},
          {"sentence", summary.sentence()},
          {"exit-code", summary.exit_code()},
          {"planned", summary.head().planned},
          {"runs", to_json(summary.runs())},
          {"repeats", to_json(summary.repeats())},
          {"canaries", {{"run", summary.canaries()}, {"missed", summary.canaries_missed()}}},
          {"load-s", summary.load_s()},
          {"total-s", summary.total_s()},
          {"groups", std::move(groups)},
          {"combinations", std::move(combinations)}};
}

Result<CampaignSummary> sum_of(const std::filesystem::path& path) {
  const auto folder = CampaignFolder::open(path);
  if (!folder) return folder.error();
  Result<CampaignHead> head = folder->head();
  if (!head) return head.error();
  const auto records = folder->records();
  if (!records) return records.error();
  CampaignSummary summary(std::move(*head));
  for (const RunRecord& record : *records) summary.add(record);
  return summary;
}

}  // namespace quorate
