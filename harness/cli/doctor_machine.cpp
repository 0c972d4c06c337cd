#include <algorithm>
#include <cstdlib>
#include <thread>

#include <errno.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/file.h"
#include "base/time.h"
#include "harness/cli/doctor_checks.h"
#include "harness/systems/system.h"

namespace quorate {
namespace {

constexpr double kGigabyte = 1e9;
constexpr int kSyncs = 21;
constexpr std::uintmax_t kLeastFreeBytes = 200'000'000;
constexpr rlim_t kLeastDescriptors = 512;

DoctorCheck processors() {
  const unsigned count = std::thread::hardware_concurrency();
  return {
      .name = "processors",
      .ok = count >= 2,
      .text = fmt::format("{}", count),
      .change = count >= 2 ? "" : "nodes and clients share one: runs are slow, and still right"};
}

DoctorCheck memory() {
  struct sysinfo about {};
  sysinfo(&about);
  const double unit = static_cast<double>(about.mem_unit) / kGigabyte;
  return {.name = "memory",
          .ok = true,
          .text = fmt::format("{:.1f} GB, {:.1f} GB of it free",
                              static_cast<double>(about.totalram) * unit,
                              static_cast<double>(about.freeram + about.bufferram) * unit),
          .change = {}};
}

DoctorCheck descriptors() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  const bool ok = limit.rlim_cur >= kLeastDescriptors;
  return {.name = "descriptors",
          .ok = ok,
          .text = fmt::format("{} open files a process", limit.rlim_cur),
          .change = ok ? "" : "ulimit -n 4096"};
}

// The median time of a small write and its fsync, as a node's log does it.
Result<double> sync_ms(const std::filesystem::path& file) {
  const FileDescriptor opened(open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!opened) return io_error(fmt::format("open {}", file.string()), errno);
  std::vector<double> times;
  const std::string block(100, 'q');
  for (int i = 0; i < kSyncs; ++i) {
    const Instant start = monotonic_now();
    if (write(opened.get(), block.data(), block.size()) < 0 || fsync(opened.get()) != 0) {
      return io_error(fmt::format("write and sync {}", file.string()), errno);
    }
    times.push_back(std::chrono::duration<double, std::milli>(monotonic_now() - start).count());
  }
  std::nth_element(times.begin(), times.begin() + kSyncs / 2, times.end());
  return times[kSyncs / 2];
}

// The nearest folder above (or the folder itself) that exists.
std::filesystem::path existing(std::filesystem::path folder) {
  std::error_code error;
  folder = std::filesystem::absolute(folder, error);
  while (!std::filesystem::exists(folder, error) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return folder;
}

DoctorCheck folder(const std::filesystem::path& runs) {
  const std::filesystem::path there = existing(runs);
  const std::filesystem::path file = there / fmt::format(".quorate-doctor-{}", getpid());
  const Result<double> sync = sync_ms(file);
  std::error_code error;
  std::filesystem::remove(file, error);
  if (!sync) {
    return {.name = "folder",
            .ok = false,
            .text = sync.error().context,
            .change = "--out a folder that this user may write"};
  }
  const std::filesystem::space_info space = std::filesystem::space(there, error);
  const bool room = !error && space.available >= kLeastFreeBytes;
  return {
      .name = "folder",
      .ok = room,
      .text = fmt::format("{}: {:.1f} GB free, a write and its fsync take {:.2f} ms",
                          there.string(), static_cast<double>(space.available) / kGigabyte, *sync),
      .change = room ? "" : "room for the nodes' data: 200 MB at least"};
}

DoctorCheck node_program() {
  DoctorCheck check{.name = "quorate-node", .ok = false, .text = {}, .change = "./dev build"};
  const auto system = make_system("quorate");
  if (!system) return check;
  const std::filesystem::path program = (*system)->programs({}).front();
  check.ok = access(program.c_str(), X_OK) == 0;
  check.text = check.ok ? program.string() : fmt::format("{} is not there", program.string());
  if (check.ok) check.change.clear();
  return check;
}

DoctorCheck tshark() {
  const char* path = std::getenv("PATH");
  std::string_view folders = path == nullptr ? "" : path;
  while (!folders.empty()) {
    const std::string_view one = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(one.size() + 1, folders.size()));
    const std::filesystem::path program = std::filesystem::path(one) / "tshark";
    if (access(program.c_str(), X_OK) == 0) {
      return {.name = "tshark", .ok = true, .text = program.string(), .change = {}};
    }
  }
  return {.name = "tshark",
          .ok = false,
          .text = "not installed; only reading captured packets needs it",
          .change = "apt-get install tshark"};
}

DoctorCheck clock_source() {
  const Result<std::string> content =
      read_file("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  std::string name = content ? *content : "unknown";
  while (!name.empty() && name.back() == '\n') name.pop_back();
  const bool slow = name == "hpet" || name == "acpi_pm" || name == "jiffies";
  return {.name = "clock",
          .ok = !slow,
          .text = name,
          .change = slow ? "a faster clock source, such as tsc: delays are less exact" : ""};
}

}  // namespace

std::vector<DoctorCheck> check_machine(const std::filesystem::path& runs) {
  return {node_program(), folder(runs),   processors(), memory(),
          descriptors(),  clock_source(), tshark()};
}

}  // namespace quorate
