#include "harness/campaign/run_outcome.h"

#include <chrono>
#include <set>

#include <fmt/chrono.h>
#include <fmt/core.h>

#include "base/file.h"
#include "harness/campaign/run_options.h"
#include "results/run_folder.h"

namespace quorate {
namespace {

Result<Json> read_results(const std::filesystem::path& folder) {
  const auto opened = RunFolder::open(folder);
  if (!opened) return opened.error();
  return opened->read_json("results.json");
}

constexpr const char* kCrash = "node crash";

const Json& exercised_in(const Json& results) {
  static const Json kNothing = Json::object();
  if (!results.contains("measures")) return kNothing;
  const Json& measures = results["measures"];
  return measures.contains("exercised") ? measures["exercised"] : kNothing;
}

bool was_interrupted(const Json& results) {
  return exercised_in(results).value("interrupted", false);
}

// What it broke that it owed, by the anomaly that shows it: the first property that has one.
std::string anomaly_in(const Json& results, const RunConfig& config) {
  const bool expected = config.expect_violation.has_value();
  std::string broken;
  for (const Json& property : results.at("properties")) {
    if (!property.value("promised", false) || property.value("standing", "") != "broken") continue;
    for (const Json& violation : property.value("violations", Json::array())) {
      return violation.at("anomaly").get<std::string>();
    }
    if (broken.empty()) broken = property.at("property").get<std::string>() + " broken";
  }
  if (!broken.empty()) return broken;
  if (!exercised_in(results).value("node-crashes", Json::array()).empty()) return kCrash;
  if (expected) return fmt::format("{} not found broken", name_of(*config.expect_violation));
  return "violation";
}

void add_names(const Json& violations, std::set<std::string>* names) {
  for (const Json& violation : violations)
    names->insert(violation.at("anomaly").get<std::string>());
}

std::vector<std::string> anomalies_in(const Json& results) {
  std::set<std::string> names;
  for (const Json& property : results.at("properties")) {
    if (!property.value("promised", false) || property.value("standing", "") != "broken") continue;
    add_names(property.value("violations", Json::array()), &names);
  }
  add_names(results.value("inside", Json::array()), &names);
  if (!exercised_in(results).value("node-crashes", Json::array()).empty()) names.insert(kCrash);
  return {names.begin(), names.end()};
}

std::vector<std::string> flagged_in(const Json& results) {
  std::vector<std::string> flagged;
  for (const Json& property : results.at("properties")) {
    if (property.value("promised", false) || property.value("standing", "") != "broken") continue;
    flagged.push_back(property.at("property").get<std::string>());
  }
  return flagged;
}

void read_numbers(const Json& results, RunRecord* record) {
  const Json& exercised = exercised_in(results);
  for (const char* name : {"ok-reads", "ok-writes", "failed", "unknown"}) {
    record->operations += exercised.value(name, std::int64_t{0});
  }
  record->load_s = exercised.value("load-s", 0.0);
}

// The last line that says something.
std::string last_line(const std::filesystem::path& log) {
  const Result<std::string> text = read_file(log);
  if (!text) return "";
  const std::size_t end = text->find_last_not_of(" \n");
  if (end == std::string::npos) return "";
  const std::size_t begin = text->rfind('\n', end);
  return text->substr(begin == std::string::npos ? 0 : begin + 1,
                      end - (begin == std::string::npos ? 0 : begin + 1) + 1);
}

void read_verdict(const Json& results, const RunConfig& config, RunRecord* record) {
  record->exit_code = results.at("exit-code").get<int>();
  record->sentence = results.at("sentence").get<std::string>();
  const std::string outcome = results.at("outcome").get<std::string>();
  for (const RunOutcome each : {RunOutcome::kPass, RunOutcome::kViolation, RunOutcome::kUnknown,
                                RunOutcome::kHarnessError}) {
    if (outcome == name_of(each)) record->outcome = each;
  }
  read_numbers(results, record);
  record->flagged = flagged_in(results);
  record->anomalies = anomalies_in(results);
  const Json& measures = results.at("measures");
  if (measures.contains("seconds-to-detection")) {
    record->detected_s = measures.at("seconds-to-detection").get<double>();
  }
  if (!record->failed()) return;
  const std::string anomaly = record->exit_code == exit_code(RunOutcome::kViolation)
                                  ? anomaly_in(results, config)
                                  : "harness error";
  record->signature = Signature{anomaly, promise_class_of(config), fault_kinds_of(config)};
}

void note_error(std::string anomaly, std::string sentence, const RunConfig& config,
                RunRecord* record) {
  record->outcome = RunOutcome::kHarnessError;
  record->exit_code = kExitHarnessError;
  record->sentence = std::move(sentence);
  record->signature =
      Signature{std::move(anomaly), promise_class_of(config), fault_kinds_of(config)};
}

}  // namespace

std::optional<RunRecord> record_of(const ScheduledRun& run, const RunConfig& config,
                                   const std::filesystem::path& folder, const RunEnding& ending) {
  RunRecord record{.name = run.name,
                   .kind = run.kind,
                   .number = run.number,
                   .combination = run.combination,
                   .seed = run.seed};
  record.total_s = ending.total_s;
  record.ended = fmt::format(
      "{:%Y-%m-%dT%H:%M:%SZ}",
      fmt::gmtime(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now())));
  const Result<Json> results = read_results(folder);
  if (ending.hung && !results) {
    note_error("hung", "it hung, and was killed at its deadline", config, &record);
    return record;
  }
  if (!results) {
    const std::string said = last_line(ending.log);
    note_error("harness error",
               fmt::format("it ended with {}{}{}", ending.how, said.empty() ? "" : ": ", said),
               config, &record);
    return record;
  }
  try {
    if (was_interrupted(*results)) return std::nullopt;
    read_verdict(*results, config, &record);
  } catch (const nlohmann::json::exception& wrong) {
    note_error("harness error", fmt::format("results.json: {}", wrong.what()), config, &record);
  }
  return record;
}

bool has_ended(const std::filesystem::path& folder) {
  const Result<Json> results = read_results(folder);
  try {
    return results && !was_interrupted(*results);
  } catch (const nlohmann::json::exception&) {
    return true;  // it is judged by record_of
  }
}

}  // namespace quorate
