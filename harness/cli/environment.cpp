#include "harness/cli/environment.h"

#include <chrono>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/core.h>
#include <sys/utsname.h>
#include <xxhash.h>

#include "base/file.h"
#include "build_info.h"
#include "harness/systems/system.h"

namespace quorate {
namespace {

std::string hash_of(const std::filesystem::path& file) {
  const Result<std::string> content = read_file(file);
  if (!content) return "unreadable";
  return fmt::format("{:016x}", XXH3_64bits(content->data(), content->size()));
}

// The command that runs the same again.
std::string command_of(const RunConfig& config) {
  std::string command = "quorate run";
  const Json json = to_json(config);
  for (const auto& [name, value] : json.items()) {
    if (!value.is_array()) {
      command += fmt::format(" --{} {}", name,
                             value.is_string() ? value.get<std::string>() : value.dump());
      continue;
    }
    std::string list;
    for (const Json& item : value) {
      if (!list.empty()) list += ',';
      list += item.get<std::string>();
    }
    if (!list.empty()) command += fmt::format(" --{} {}", name, list);
  }
  return command;
}

}  // namespace

Json describe_environment(const RunConfig& config) {
  utsname kernel{};
  uname(&kernel);
  const auto now = std::chrono::system_clock::now();
  Json programs = Json::object();
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  programs[self.filename().string()] = hash_of(self);
  if (const auto system = make_system(config.system)) {
    for (const auto& program : (*system)->programs(config)) {
      programs[program.filename().string()] = hash_of(program);
    }
  }
  return Json{{"version", kVersion},
              {"commit", kCommit},
              {"programs", programs},
              {"kernel", fmt::format("{} {}", kernel.sysname, kernel.release)},
              {"processors", std::thread::hardware_concurrency()},
              {"started", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                                      fmt::gmtime(std::chrono::system_clock::to_time_t(now)))},
              {"command", command_of(config)}};
}

}  // namespace quorate
