#include "harness/cli/verdict_text.h"

#include <algorithm>
#include <map>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "harness/cli/terminal.h"

namespace quorate {
namespace {

std::string list_with(const Verdict& verdict, bool promised, Standing standing) {
  std::string list;
  for (const PropertyVerdict& property : verdict.properties) {
    if (property.promised != promised || property.standing != standing) continue;
    list += fmt::format("{}{}", list.empty() ? "" : ", ", name_of(property.property));
  }
  return list;
}

void append_list(std::string_view label, Tone tone, const std::string& list, std::string* text) {
  if (!list.empty()) *text += fmt::format("  {:<12} {}\n", label, toned(tone, list));
}

std::string operations_text(const Verdict& verdict) {
  const Json& e = verdict.measures.at("exercised");
  const auto number = [&e](const char* name) { return e.at(name).get<std::int64_t>(); };
  const std::int64_t ok = number("ok-reads") + number("ok-writes");
  const double seconds = e.at("load-s").get<double>();
  std::string text = fmt::format("{} ok ({} reads, {} writes)", grouped(ok),
                                 grouped(number("ok-reads")), grouped(number("ok-writes")));
  if (seconds > 0) text += fmt::format(", {:.0f}/s", static_cast<double>(ok) / seconds);
  return text + fmt::format("; {} failed, {} unknown", grouped(number("failed")),
                            grouped(number("unknown")));
}

std::string faults_text(const Verdict& verdict) {
  std::string text;
  for (const auto& [name, sum] : verdict.measures.at("exercised").at("faults").items()) {
    const std::int64_t missed = sum.value("missed", std::int64_t{0});
    if (sum.at("injected") == 0 && missed > 0) {
      text += fmt::format("{}{} never came", text.empty() ? "" : ", ", name);
      continue;
    }
    text += fmt::format("{}{} x{} ({} operations in flight)", text.empty() ? "" : ", ", name,
                        sum.at("injected").get<std::int64_t>(),
                        grouped(sum.at("operations-in-flight").get<std::int64_t>()));
  }
  return text;
}

// What the faults reached: without it a pass says little.
std::string reached_text(const Verdict& verdict) {
  const Json& e = verdict.measures.at("exercised");
  std::vector<std::string> parts;
  if (e.contains("writes-seen")) {
    const Json& seen = e.at("writes-seen");
    parts.push_back(fmt::format("{} of {} writes cut between first and last acknowledgement",
                                grouped(seen.at("cut-in-between").get<std::int64_t>()),
                                grouped(seen.at("writes").get<std::int64_t>())));
  }
  std::map<std::string, std::int64_t> packets;
  std::int64_t bytes_lost = 0;
  for (const auto& [name, sum] : e.at("faults").items()) {
    bytes_lost += sum.value("bytes-lost", std::int64_t{0});
    const Json harmed = sum.value("packets", Json::object());
    for (const auto& [what, count] : harmed.items()) {
      packets[what] += count.get<std::int64_t>();
    }
  }
  for (const auto& [what, count] : packets) {
    parts.push_back(fmt::format("{} packets {}", grouped(count), what));
  }
  if (bytes_lost > 0) parts.push_back(fmt::format("{} unsynced bytes lost", grouped(bytes_lost)));
  if (e.value("worst-disagreement", std::int64_t{0}) > 0) {
    parts.push_back(fmt::format("replicas apart by up to {} records",
                                grouped(e.at("worst-disagreement").get<std::int64_t>())));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

// What was promised and broken is told property by property, but no explanation twice; of what was
// only flagged, one example.
std::string explanations_text(const Verdict& verdict, int explanations) {
  std::vector<std::string> told;
  const auto tell = [&told](const Violation& violation) {
    std::string text = violation_text(violation);
    if (std::find(told.begin(), told.end(), text) == told.end()) told.push_back(std::move(text));
  };
  for (const PropertyVerdict& property : verdict.properties) {
    if (!property.promised) continue;
    const auto count = std::min<std::size_t>(property.result.violations.size(),
                                             static_cast<std::size_t>(explanations));
    for (std::size_t i = 0; i < count; ++i) tell(property.result.violations[i]);
  }
  if (explanations > 0) {
    for (const Violation& violation : verdict.inside) {
      if (told.size() < static_cast<std::size_t>(explanations)) tell(violation);
    }
  }
  const Violation* example = explanations > 0 && told.empty() ? most_telling(verdict) : nullptr;
  if (example != nullptr) tell(*example);
  std::string text;
  for (const std::string& explanation : told) text += "\n" + explanation;
  return text.empty() ? text : text + "\n";
}

}  // namespace

std::string outcome_text(RunOutcome outcome) {
  switch (outcome) {
    case RunOutcome::kPass:
      return toned(Tone::kGood, name_of(outcome));
    case RunOutcome::kUnknown:
      return toned(Tone::kWarning, name_of(outcome));
    case RunOutcome::kViolation:
    case RunOutcome::kHarnessError:
      return toned(Tone::kBad, name_of(outcome));
  }
  return {};
}

std::string flagged_text(const Verdict& verdict) {
  std::string broken = list_with(verdict, false, Standing::kBroken);
  if (broken.empty()) return {};
  const Json& staleness = verdict.measures.at("staleness");
  if (staleness.value("stale_reads", std::int64_t{0}) == 0) return broken;
  return fmt::format("stale reads {:.1f} %, k <= {}, up to {:.0f} ms old ({})",
                     100 * staleness.at("stale_share").get<double>(),
                     staleness.at("k_max").get<std::int64_t>(),
                     staleness.at("t_ms_max").get<double>(), broken);
}

std::string violation_text(const Violation& violation) {
  std::string text;
  for (const std::string& line : violation.lines) text += fmt::format("    {}\n", line);
  return text;
}

const Violation* most_telling(const Verdict& verdict) {
  for (const bool promised : {true, false}) {
    for (const PropertyVerdict& property : verdict.properties) {
      if (property.promised != promised || property.result.violations.empty()) continue;
      // Nothing repairs in a run that promises no convergence: that replicas differ tells nothing.
      if (!promised && property.property == Property::kConverges) continue;
      return &property.result.violations.front();
    }
  }
  return nullptr;
}

std::string verdict_text(const RunConfig& config, const Verdict& verdict, int explanations) {
  std::string text = fmt::format("{}  {}\n", outcome_text(verdict.outcome), verdict.sentence);
  text += fmt::format("  {:<12} {}, seed {}\n", "run", describe(config), config.seed);
  if (!verdict.measures.contains("exercised")) return text;
  text += fmt::format("  {:<12} {}\n", "operations", operations_text(verdict));
  append_list("faults", Tone::kPlain, faults_text(verdict), &text);
  append_list("reached", Tone::kPlain, reached_text(verdict), &text);
  append_list("held", Tone::kGood, list_with(verdict, true, Standing::kHeld), &text);
  append_list("broken", Tone::kBad, list_with(verdict, true, Standing::kBroken), &text);
  append_list("undecided", Tone::kWarning, list_with(verdict, true, Standing::kUndecided), &text);
  append_list("not checked", Tone::kFaint, list_with(verdict, true, Standing::kNotChecked), &text);
  append_list("also held", Tone::kFaint, list_with(verdict, false, Standing::kHeld), &text);
  const std::string flagged = flagged_text(verdict);
  if (!flagged.empty()) {
    text += fmt::format("  {} not promised, as expected: {}\n",
                        toned(Tone::kWarning, fmt::format("{:<12}", "flagged")), flagged);
  }
  return text + explanations_text(verdict, explanations);
}

}  // namespace quorate
