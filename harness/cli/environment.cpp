#include "harness/cli/environment.h"

#include <chrono>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <sys/utsname.h>
#include <xxhash.h>

#include "base/file.h"
#include "build_info.h"
#include "harness/run/run_arguments.h"
#include "harness/systems/system.h"

namespace quorate {
namespace {

std::string hash_of(const std::filesystem::path& file) {
  const Result<std::string> content = read_file(file);
  if (!content) return "unreadable";
  return fmt::format("{:016x}", XXH3_64bits(content->data(), content->size()));
}

}  // namespace

Json describe_machine() {
  utsname kernel{};
  uname(&kernel);
  const auto now = std::chrono::system_clock::now();
  return Json{{"version", kVersion},
              {"commit", kCommit},
              {"kernel", fmt::format("{} {}", kernel.sysname, kernel.release)},
              {"processors", std::thread::hardware_concurrency()},
              {"started", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}",
                                      fmt::gmtime(std::chrono::system_clock::to_time_t(now)))}};
}

Json describe_environment(const RunConfig& config) {
  Json programs = Json::object();
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  programs[self.filename().string()] = hash_of(self);
  if (const auto system = make_system(config.system)) {
    for (const auto& program : (*system)->programs(config)) {
      programs[program.filename().string()] = hash_of(program);
    }
  }
  Json json = describe_machine();
  json["programs"] = std::move(programs);
  json["command"] = fmt::format("quorate run {}", fmt::join(run_arguments(config), " "));
  return json;
}

}  // namespace quorate
