#include "harness/scorecard/score.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/core.h>

#include "base/check.h"

namespace quorate {
namespace {

template <typename T>
bool contains(const std::vector<T>& items, const T& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

// What of the record counts for its case.
struct Found {
  bool hit = false;
  bool named = false;
  bool preferred = false;
  std::vector<std::string> names;
};

Found planted_found(const Case& what, const RunRecord& record) {
  Found found{.hit = record.outcome == RunOutcome::kViolation, .names = record.anomalies};
  for (const std::string& name : what.names) {
    found.named = found.named || (found.hit && contains(record.anomalies, name));
  }
  found.preferred = found.hit && contains(record.anomalies, what.names.front());
  return found;
}

Found control_found(const RunRecord& record) {
  return {.hit = record.outcome == RunOutcome::kViolation, .names = record.anomalies};
}

Found shown_found(const Case& what, const RunRecord& record) {
  Found found;
  for (const std::string& flagged : record.flagged) {
    const auto property = property_named(flagged);
    if (!property || !contains(what.cells, *property)) continue;
    found.hit = record.outcome != RunOutcome::kViolation;
    found.names.push_back(flagged);
  }
  return found;
}

Found found_in(const Case& what, const RunRecord& record) {
  switch (what.kind) {
    case CaseKind::kPlanted:
      return planted_found(what, record);
    case CaseKind::kControl:
      return control_found(record);
    case CaseKind::kShown:
      return shown_found(what, record);
  }
  return {};
}

void add(const RunRecord& record, Tried* tried) {
  const Case& what = tried->what;
  const Found found = found_in(what, record);
  ++tried->runs;
  if (record.outcome == RunOutcome::kUnknown) ++tried->unknown;
  if (record.outcome == RunOutcome::kHarnessError) ++tried->errors;
  for (const std::string& name : found.names) ++tried->names[name];
  const double until = record.detected_s.value_or(record.load_s);
  if (found.hit) {
    ++tried->hits;
    if (found.named) ++tried->named;
    if (found.preferred) ++tried->preferred;
    tried->detected_s.push_back(until);
    if (!tried->first) {
      tried->first = Tried::First{tried->runs, tried->load_s + until, record.seed, record.name};
    }
  }
  if (!came_out_well(what, record)) tried->failed.push_back(record.name);
  tried->load_s += record.load_s;
}

}  // namespace

std::string_view name_of(CaseKind kind) {
  switch (kind) {
    case CaseKind::kPlanted:
      return "planted";
    case CaseKind::kControl:
      return "control";
    case CaseKind::kShown:
      return "shown";
  }
  return "";
}

bool came_out_well(const Case& what, const RunRecord& record) {
  const Found found = found_in(what, record);
  if (what.kind == CaseKind::kPlanted) return found.named;
  if (what.kind == CaseKind::kShown) return found.hit;
  return !found.hit && record.outcome != RunOutcome::kHarnessError;
}

double median_of(std::vector<double> values) {
  QUORATE_CHECK(!values.empty());
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

Interval Tried::hit_rate() const {
  if (runs == 0) return {0, 1};
  return clopper_pearson(static_cast<std::uint64_t>(hits), static_cast<std::uint64_t>(runs));
}

std::optional<std::int64_t> Tried::runs_needed() const {
  constexpr double kMissedAtMost = 0.05;
  if (hits == 0) return std::nullopt;
  if (hits == runs) return 1;
  const double missed = 1 - static_cast<double>(hits) / static_cast<double>(runs);
  return static_cast<std::int64_t>(std::ceil(std::log(kMissedAtMost) / std::log(missed)));
}

bool BugScore::caught() const {
  return std::any_of(ways.begin(), ways.end(), [](const Tried* way) { return way->hits > 0; });
}
bool BugScore::named() const {
  return std::any_of(ways.begin(), ways.end(), [](const Tried* way) { return way->named > 0; });
}
std::optional<double> BugScore::median_s() const {
  std::vector<double> all;
  for (const Tried* way : ways) {
    all.insert(all.end(), way->detected_s.begin(), way->detected_s.end());
  }
  if (all.empty()) return std::nullopt;
  return median_of(std::move(all));
}

Score::Score(std::vector<Case> cases, std::vector<RunRecord> records) {
  for (Case& what : cases) {
    Tried tried;
    tried.what = std::move(what);
    tried_.push_back(std::move(tried));
  }
  std::sort(records.begin(), records.end(),
            [](const RunRecord& a, const RunRecord& b) { return a.number < b.number; });
  for (const RunRecord& record : records) {
    const bool known =
        record.combination >= 0 && static_cast<std::size_t>(record.combination) < tried_.size();
    if (known) add(record, &tried_[static_cast<std::size_t>(record.combination)]);
  }
}

std::vector<BugScore> Score::bugs() const {
  std::vector<BugScore> bugs;
  for (const Tried* tried : of(CaseKind::kPlanted)) {
    const bool next_way = !bugs.empty() && bugs.back().bug == tried->what.subject;
    if (!next_way) bugs.push_back({.bug = tried->what.subject, .ways = {}});
    bugs.back().ways.push_back(tried);
  }
  return bugs;
}

std::vector<const Tried*> Score::of(CaseKind kind) const {
  std::vector<const Tried*> some;
  for (const Tried& tried : tried_) {
    if (tried.what.kind == kind) some.push_back(&tried);
  }
  return some;
}

std::int64_t Score::runs(CaseKind kind) const {
  std::int64_t runs = 0;
  for (const Tried* tried : of(kind)) runs += tried->runs;
  return runs;
}

std::int64_t Score::missed() const {
  std::int64_t missed = 0;
  for (const BugScore& bug : bugs()) missed += bug.caught() ? 0 : 1;
  for (const Tried* row : of(CaseKind::kShown)) missed += row->hits > 0 ? 0 : 1;
  return missed;
}

std::int64_t Score::misnamed() const {
  std::int64_t misnamed = 0;
  for (const BugScore& bug : bugs()) misnamed += bug.caught() && !bug.named() ? 1 : 0;
  return misnamed;
}

std::int64_t Score::false_alarms() const {
  std::int64_t alarms = 0;
  for (const Tried* control : of(CaseKind::kControl)) alarms += control->hits;
  return alarms;
}

bool Score::judges_a_program() const {
  const auto controls = of(CaseKind::kControl);
  return !controls.empty() && controls.front()->what.options.contains("node-program");
}

std::int64_t Score::errors() const {
  std::int64_t errors = 0;
  for (const Tried& tried : tried_) errors += tried.errors;
  return errors;
}

int Score::exit_code() const {
  if (errors() > 0) return kExitHarnessError;
  if (false_alarms() > 0 || misnamed() > 0) return quorate::exit_code(RunOutcome::kViolation);
  if (missed() > 0) return quorate::exit_code(RunOutcome::kUnknown);
  for (const Tried& tried : tried_) {
    if (tried.what.kind == CaseKind::kControl && tried.runs == 0) {
      return quorate::exit_code(RunOutcome::kUnknown);
    }
  }
  return 0;
}

std::string Score::sentence() const {
  std::int64_t caught = 0;
  const std::vector<BugScore> all = bugs();
  for (const BugScore& bug : all) caught += bug.named() ? 1 : 0;
  std::string text;
  const auto say = [&text](const std::string& more) {
    text += fmt::format("{}{}", text.empty() ? "" : "; ", more);
  };
  if (!all.empty()) {
    say(fmt::format("{} of {} planted bugs caught by name", caught, all.size()));
  }
  if (misnamed() > 0) say(fmt::format("{} caught under another name", misnamed()));
  const std::int64_t controls = runs(CaseKind::kControl);
  if (controls > 0) {
    say(judges_a_program()
            ? fmt::format("a promise was broken in {} of {} runs", false_alarms(), controls)
            : fmt::format("{} false alarms in {} control runs", false_alarms(), controls));
  }
  std::int64_t shown = 0;
  const auto rows = of(CaseKind::kShown);
  for (const Tried* row : rows) shown += row->hits > 0 ? 1 : 0;
  if (!rows.empty()) say(fmt::format("{} of {} rows shown", shown, rows.size()));
  if (errors() > 0) say(fmt::format("{} runs failed in the harness", errors()));
  return text.empty() ? "nothing was run" : text;
}

}  // namespace quorate
