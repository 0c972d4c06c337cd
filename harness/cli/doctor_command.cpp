#include <algorithm>

#include <fmt/core.h>

#include "base/json.h"
#include "harness/cli/commands.h"
#include "harness/cli/doctor_checks.h"
#include "harness/cli/terminal.h"

namespace quorate {
namespace {

constexpr int kReady = 0;
constexpr int kNotReady = 1;

bool is_ok(const std::vector<DoctorCheck>& checks, std::string_view name) {
  return std::any_of(checks.begin(), checks.end(),
                     [&](const DoctorCheck& check) { return check.name == name && check.ok; });
}

// What the main job needs: a node to start, a place to write, and links to cut.
std::string missing(const std::vector<DoctorCheck>& checks) {
  if (!is_ok(checks, "quorate-node")) return "there is no node to start";
  if (!is_ok(checks, "folder")) return "there is no place for run folders";
  if (!is_ok(checks, "packet") && !is_ok(checks, "proxy")) return "no network can be bent";
  return "";
}

std::string conclusion(const std::vector<DoctorCheck>& checks) {
  if (std::string lacks = missing(checks); !lacks.empty()) return lacks;
  if (is_ok(checks, "packet")) return "runs with every fault work here (--network packet)";
  return "runs with faults work here; those that need single packets do not (--network proxy)";
}

void print_json(const std::vector<DoctorCheck>& checks) {
  Json list = Json::array();
  for (const DoctorCheck& check : checks) {
    Json told{{"name", check.name}, {"ok", check.ok}, {"text", check.text}};
    if (!check.change.empty()) told["change"] = check.change;
    list.push_back(std::move(told));
  }
  const Json all{{"ready", missing(checks).empty()},
                 {"conclusion", conclusion(checks)},
                 {"checks", std::move(list)}};
  fmt::print("{}\n", all.dump(2, ' ', false, Json::error_handler_t::replace));
}

void print_lines(const std::vector<DoctorCheck>& checks) {
  for (const DoctorCheck& check : checks) {
    fmt::print("{:<13} {}  {}{}\n", check.name,
               check.ok ? toned(Tone::kGood, "ok") : toned(Tone::kWarning, "no"), check.text,
               check.change.empty() ? "" : fmt::format(" → {}", check.change));
  }
  const bool ready = missing(checks).empty();
  fmt::print("{}  {}\n", toned(ready ? Tone::kGood : Tone::kBad, ready ? "ready" : "not ready"),
             conclusion(checks));
}

}  // namespace

int doctor_command(const std::filesystem::path& runs, const Output& output) {
  std::vector<DoctorCheck> checks = check_networks();
  for (DoctorCheck& check : check_machine(runs)) checks.push_back(std::move(check));
  output.json ? print_json(checks) : print_lines(checks);
  return missing(checks).empty() ? kReady : kNotReady;
}

}  // namespace quorate
