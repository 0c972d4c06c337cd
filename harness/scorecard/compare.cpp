#include "harness/scorecard/compare.h"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/core.h>

namespace quorate {
namespace {

constexpr double kNoise = 1.5;  // a ratio of medians below it says nothing

struct BugLine {
  bool caught = false;
  bool named = false;
  std::int64_t hits = 0;
  std::int64_t runs = 0;
  std::optional<double> median_s;
};

BugLine bug_line(const Json& bug) {
  BugLine line;
  line.caught = bug.at("caught").get<bool>();
  line.named = bug.at("named").get<bool>();
  for (const Json& way : bug.at("ways")) {
    line.hits += way.at("caught").get<std::int64_t>();
    line.runs += way.at("runs").get<std::int64_t>();
  }
  if (!bug.at("median-s").is_null()) line.median_s = bug.at("median-s").get<double>();
  return line;
}

std::string text_of(const BugLine& line) {
  std::string text = fmt::format("caught {} of {}", line.hits, line.runs);
  if (line.caught && !line.named) text += " under another name";
  if (line.median_s) text += fmt::format(", median {:.1f} s", *line.median_s);
  return text;
}

// 0: no difference that says anything.
int step_from(const BugLine& a, const BugLine& b) {
  const auto rank = [](const BugLine& line) { return line.named ? 2 : line.caught ? 1 : 0; };
  if (rank(a) != rank(b)) return rank(b) < rank(a) ? -1 : 1;
  if (!a.median_s || !b.median_s) return 0;
  if (*b.median_s > *a.median_s * kNoise) return -1;
  return *a.median_s > *b.median_s * kNoise ? 1 : 0;
}

// By their name under `key`, in the order in which they stand.
std::vector<std::pair<std::string, const Json*>> named(const Json& list, const char* key) {
  std::vector<std::pair<std::string, const Json*>> all;
  for (const Json& one : list) all.emplace_back(one.at(key).get<std::string>(), &one);
  return all;
}

const Json* find(const Json& list, const char* key, const std::string& name) {
  for (const Json& one : list) {
    if (one.at(key).get<std::string>() == name) return &one;
  }
  return nullptr;
}

void compare_bugs(const Json& a, const Json& b, ScorecardComparison* found) {
  for (const auto& [name, before] : named(a, "bug")) {
    const BugLine was = bug_line(*before);
    const Json* const after = find(b, "bug", name);
    if (after == nullptr) {
      found->changes.push_back({name, text_of(was), "not tried", true});
      continue;
    }
    const BugLine is = bug_line(*after);
    const int step = step_from(was, is);
    if (step != 0) found->changes.push_back({name, text_of(was), text_of(is), step < 0});
  }
  for (const auto& [name, after] : named(b, "bug")) {
    if (find(a, "bug", name) != nullptr) continue;
    const BugLine is = bug_line(*after);
    found->changes.push_back({name, "not tried", text_of(is), !is.named});
  }
}

void compare_controls(const Json& a, const Json& b, ScorecardComparison* found) {
  const auto text = [](const Json& controls) {
    return fmt::format("{} false alarms in {} runs",
                       controls.at("false-alarms").get<std::int64_t>(),
                       controls.at("runs").get<std::int64_t>());
  };
  const auto before = a.at("false-alarms").get<std::int64_t>();
  const auto after = b.at("false-alarms").get<std::int64_t>();
  if (before == after) return;
  found->changes.push_back({"controls", text(a), text(b), after > before});
}

void compare_shown(const Json& a, const Json& b, ScorecardComparison* found) {
  const auto text = [](const Json& row) {
    return fmt::format("shown by {} of {}", row.at("shown").get<std::int64_t>(),
                       row.at("runs").get<std::int64_t>());
  };
  for (const auto& [row, before] : named(a, "row")) {
    const Json* const after = find(b, "row", row);
    if (after == nullptr) continue;  // the quick scorecard shows none
    const bool was = before->at("shown").get<std::int64_t>() > 0;
    const bool is = after->at("shown").get<std::int64_t>() > 0;
    if (was != is) found->changes.push_back({row, text(*before), text(*after), was});
  }
}

}  // namespace

bool ScorecardComparison::worse() const {
  return std::any_of(changes.begin(), changes.end(),
                     [](const ScorecardChange& change) { return change.worse; });
}

Result<ScorecardComparison> compare_scorecards(const Json& a, const Json& b) {
  try {
    ScorecardComparison found;
    compare_bugs(a.at("bugs"), b.at("bugs"), &found);
    compare_controls(a.at("controls"), b.at("controls"), &found);
    compare_shown(a.at("shown"), b.at("shown"), &found);
    return found;
  } catch (const nlohmann::json::exception& wrong) {
    return Error{ErrorCode::kCorrupt, fmt::format("this is no scorecard: {}", wrong.what())};
  }
}

}  // namespace quorate
