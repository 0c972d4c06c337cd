#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/file.h"
#include "harness/cli/commands.h"
#include "harness/cli/terminal.h"
#include "harness/run/exercised_sum.h"

namespace quorate {
namespace {

// The run folders below a folder, itself included, in the order of their names. Links ("latest")
// are not followed.
std::vector<std::filesystem::path> runs_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> runs;
  std::error_code error;
  if (std::filesystem::exists(folder / "results.json", error)) return {folder};
  std::filesystem::recursive_directory_iterator entries(folder, error);
  for (const auto& entry : entries) {
    if (entry.path().filename() == "results.json") runs.push_back(entry.path().parent_path());
  }
  std::sort(runs.begin(), runs.end());
  return runs;
}

Result<Json> json_of(const std::filesystem::path& file) {
  const Result<std::string> text = read_file(file);
  if (!text) return text.error();
  return parse_json(*text, file.string());
}

Result<void> add_run(const std::filesystem::path& run, ExercisedSum* sum) {
  const Result<Json> results = json_of(run / "results.json");
  if (!results) return results.error();
  const Result<Json> test = json_of(run / "test.json");
  if (!test) return test.error();
  const Json measures = results->value("measures", Json::object());
  const Result<void> added = sum->add(measures.value("exercised", Json()), test->value("nodes", 0));
  if (added) return {};
  return Error{added.error().code, fmt::format("{}: {}", run.string(), added.error().context)};
}

std::int64_t number(const Json& json, const char* name) {
  return json.value(name, std::int64_t{0});
}

void tell_list(std::string_view label, const Json& names) {
  constexpr std::size_t kMostNames = 20;  // of all of them --json tells
  if (names.empty()) return;
  std::vector<std::string> list;
  for (const Json& name : names) {
    if (list.size() < kMostNames) list.push_back(name.get<std::string>());
  }
  fmt::print("  {:<12} {}", label, fmt::join(list, ", "));
  if (names.size() > list.size()) fmt::print(" and {} more (--json)", names.size() - list.size());
  fmt::print("\n");
}

void tell(const Json& sum) {
  fmt::print("{} runs: {} reads and {} writes succeeded, {} failed, {} unknown\n",
             grouped(number(sum, "runs")), grouped(number(sum, "ok-reads")),
             grouped(number(sum, "ok-writes")), grouped(number(sum, "failed")),
             grouped(number(sum, "unknown")));
  for (const auto& [name, fault] : sum.at("faults").items()) {
    fmt::print("  {:<24} x{} in {} runs, {} operations in flight", name,
               grouped(number(fault, "injected")), grouped(number(fault, "runs")),
               grouped(number(fault, "operations-in-flight")));
    const std::int64_t missed = number(fault, "missed");
    fmt::print("{}\n", missed > 0 ? fmt::format(", {} never came", grouped(missed)) : "");
  }
  for (const auto& [what, packets] : sum.at("packets").items()) {
    fmt::print("  {:<24} {}\n", "packets " + what, grouped(packets.get<std::int64_t>()));
  }
  const Json& seen = sum.at("writes-seen");
  if (!seen.empty()) {
    fmt::print("  {:<24} {} of {} writes\n", "cut between acks",
               grouped(number(seen, "cut-in-between")), grouped(number(seen, "writes")));
  }
  for (const auto& [shape, count] : sum.at("quorums").items()) {
    fmt::print("  {:<24} {}{}\n", fmt::format("sets of {} replicas", shape),
               grouped(number(count, "seen")),
               count.contains("possible")
                   ? fmt::format(" of {}", grouped(number(count, "possible")))
                   : "");
  }
  fmt::print("  {:<24} {}\n", "pairs of faults that met", sum.at("met").size());
  fmt::print("never happened\n");
  tell_list("faults", sum.at("never").at("faults"));
  tell_list("pairs", sum.at("never").at("pairs"));
}

}  // namespace

int exercised_command(const std::vector<std::string>& folders, const Output& output) {
  ExercisedSum sum;
  for (const std::string& folder : folders) {
    const std::vector<std::filesystem::path> runs = runs_below(folder);
    if (runs.empty()) {
      return complain({ErrorCode::kNotFound, fmt::format("there is no run below {}", folder)},
                      kExitUsage);
    }
    for (const std::filesystem::path& run : runs) {
      const Result<void> added = add_run(run, &sum);
      // A run that could not be judged has nothing to tell.
      if (!added) fmt::print(stderr, "quorate: left out: {}\n", added.error().context);
    }
  }
  const Json json = sum.to_json();
  if (output.json) {
    fmt::print("{}\n", json.dump(2));
  } else {
    tell(json);
  }
  return sum.runs() > 0 ? 0 : kExitUsage;
}

}  // namespace quorate
