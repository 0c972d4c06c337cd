#include "harness/serve/run_details.h"

#include <array>
#include <utility>

#include <fmt/core.h>
#include <simdjson.h>

namespace quorate {
namespace {

constexpr std::uint64_t kLongestTest = 4 << 20;
constexpr std::uint64_t kLongestResults = 64 << 20;

// The keys of test.json by which people tell runs apart.
constexpr std::array<const char*, 15> kTold{
    "workload",    "nodes",          "n",         "r",       "w",
    "mode",        "version-scheme", "read-mode", "fan-out", "durability",
    "concurrency", "time",           "nemesis",   "network", "seed"};

using simdjson::ondemand::object;
using simdjson::ondemand::value;

std::string text_of(simdjson::simdjson_result<value> field) {
  std::string_view text;
  return field.get_string().get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

double number_of(simdjson::simdjson_result<value> field) {
  double number = 0;
  return field.get_double().get(number) == simdjson::SUCCESS ? number : 0;
}

void take_properties(simdjson::simdjson_result<value> field, RunDetails* details) {
  simdjson::ondemand::array properties;
  if (field.get_array().get(properties) != simdjson::SUCCESS) return;
  for (auto each : properties) {
    object property;
    if (each.get_object().get(property) != simdjson::SUCCESS) return;
    const std::string name = text_of(property["property"]);
    bool promised = false;
    if (property["promised"].get_bool().get(promised) != simdjson::SUCCESS) continue;
    if (text_of(property["standing"]) != "broken") continue;
    (promised ? details->broken : details->flagged).push_back(name);
  }
}

void take_measures(simdjson::simdjson_result<value> field, RunDetails* details) {
  object measures;
  if (field.get_object().get(measures) != simdjson::SUCCESS) return;
  object part;
  if (measures["staleness"].get_object().get(part) == simdjson::SUCCESS) {
    details->stale_share = number_of(part["stale_share"]);
  }
  if (measures["exercised"].get_object().get(part) == simdjson::SUCCESS) {
    for (const char* name : {"ok-reads", "ok-writes", "failed"}) {
      details->operations += number_of(part[name]);
    }
  }
  if (measures["timing"].get_object().get(part) == simdjson::SUCCESS) {
    details->total_s = number_of(part["total-s"]);
  }
}

// results.json may have hundreds of kilobytes, of which the list tells a line: it is walked
// through, not taken apart.
bool take_results(std::string_view text, RunDetails* details) {
  const simdjson::padded_string padded(text);
  simdjson::ondemand::parser parser;
  simdjson::ondemand::document document;
  if (parser.iterate(padded).get(document) != simdjson::SUCCESS) return false;
  object results;
  if (document.get_object().get(results) != simdjson::SUCCESS) return false;
  details->outcome = text_of(results["outcome"]);
  details->sentence = text_of(results["sentence"]);
  take_properties(results["properties"], details);
  take_measures(results["measures"], details);
  return !details->outcome.empty();
}

bool take_test(std::string_view text, RunDetails* details) {
  const Result<Json> test = parse_json(text, "test.json");
  if (!test || !test->is_object()) return false;
  for (const char* name : kTold) {
    if (const auto found = test->find(name); found != test->end()) {
      details->configuration[name] = *found;
    }
  }
  const auto environment = test->find("environment");
  if (environment == test->end() || !environment->is_object()) return true;
  const auto started = environment->find("started");
  if (started != environment->end() && started->is_string()) {
    details->started = started->get<std::string>();
  }
  return true;
}

std::string joined(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& one : all) text += " " + one;
  return text;
}

std::string plain(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

// "r=2 nemesis=partition nemesis=kill": the words of a filter.
std::string words_of(std::string_view path, const RunDetails& details) {
  std::string words =
      fmt::format("{} {} {} {}", path, details.outcome, details.started, details.sentence);
  words += joined(details.broken) + joined(details.flagged);
  for (const auto& [name, what] : details.configuration.items()) {
    if (!what.is_array()) {
      words += fmt::format(" {}={}", name, plain(what));
      continue;
    }
    if (what.empty()) words += fmt::format(" {}=none", name);
    for (const Json& one : what) words += fmt::format(" {}={}", name, plain(one));
  }
  return lower_case(words + " ");
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

RunDetails run_details(std::string_view path, std::string_view test, std::string_view results) {
  RunDetails details;
  const bool readable = take_test(test, &details);
  if (results.empty()) {
    if (readable) details.outcome = "unfinished";
    details.sentence = readable ? "it has no verdict: it is still running, or was stopped"
                                : "test.json is no JSON object";
  } else if (!take_results(results, &details)) {
    details.outcome = "unreadable";
    details.sentence = "results.json has no outcome";
  }
  details.words = words_of(path, details);
  return details;
}

RunDetails read_details(const ServedFolder& folder, const FoundRun& run) {
  const std::string base = run.path.empty() ? "" : run.path + "/";
  const Result<std::string> test = folder.read(base + "test.json", kLongestTest);
  const Result<std::string> results = run.finished
                                          ? folder.read(base + "results.json", kLongestResults)
                                          : Result<std::string>(std::string());
  if (test && results) return run_details(run.path, *test, *results);
  RunDetails details;
  details.sentence = test ? results.error().context : test.error().context;
  details.words = words_of(run.path, details);
  return details;
}

Json to_json(const FoundRun& run, const RunDetails& details) {
  Json json{{"path", run.path},
            {"outcome", details.outcome},
            {"sentence", details.sentence},
            {"started", details.started},
            {"configuration", details.configuration},
            {"broken", details.broken},
            {"flagged", details.flagged},
            {"operations", details.operations},
            {"stale-share", details.stale_share},
            {"total-s", details.total_s}};
  if (run.in_campaign) json["campaign"] = run.campaign;
  return json;
}

}  // namespace quorate
