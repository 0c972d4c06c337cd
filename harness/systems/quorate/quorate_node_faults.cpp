#include "harness/systems/quorate/quorate_node_faults.h"

#include <algorithm>
#include <vector>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include "base/file.h"
#include "base/random.h"
#include "harness/systems/quorate/admin.h"
#include "harness/systems/quorate/node_options.h"

namespace quorate {
namespace {

struct StoredFile {
  std::filesystem::path path;
  std::uint64_t bytes = 0;
};

Error disk_error(const std::filesystem::path& path, const std::error_code& error) {
  return Error{ErrorCode::kIo, fmt::format("{}: {}", path.string(), error.message())};
}

// Logs and tables: not the lock, and none of what only says which files there are. By name.
Result<std::vector<StoredFile>> files_with_records(const std::filesystem::path& folder) {
  std::vector<StoredFile> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string kind = entry.path().extension().string();
    if (kind != ".log" && kind != ".sst") continue;
    const std::uint64_t bytes = entry.file_size(error);
    if (error) break;
    if (bytes > 0) files.push_back({entry.path(), bytes});
  }
  if (error) return disk_error(folder, error);
  std::sort(files.begin(), files.end(),
            [](const StoredFile& a, const StoredFile& b) { return a.path < b.path; });
  if (!files.empty()) return files;
  return Error{ErrorCode::kNotFound, fmt::format("{} holds no records yet", folder.string())};
}

Result<Json> flip_bit(const StoredFile& file, RandomStream* random) {
  const std::uint64_t at = random->below(file.bytes);
  const auto bit = static_cast<unsigned>(random->below(8));
  const FileDescriptor opened(::open(file.path.c_str(), O_RDWR | O_CLOEXEC));
  unsigned char byte = 0;
  const auto offset = static_cast<off_t>(at);
  bool done = opened && ::pread(opened.get(), &byte, 1, offset) == 1;
  byte = static_cast<unsigned char>(byte ^ (1U << bit));
  done = done && ::pwrite(opened.get(), &byte, 1, offset) == 1;
  if (!done) return io_error("flip a bit in " + file.path.string(), errno);
  return Json{{"file", file.path.filename().string()},
              {"bytes", file.bytes},
              {"flipped_bit", at * 8 + bit}};
}

Result<Json> cut_end(const StoredFile& file, RandomStream* random) {
  const std::uint64_t cut = 1 + random->below(file.bytes);
  std::error_code error;
  std::filesystem::resize_file(file.path, file.bytes - cut, error);
  if (error) return disk_error(file.path, error);
  return Json{{"file", file.path.filename().string()}, {"bytes", file.bytes}, {"bytes_cut", cut}};
}

std::int64_t whole_us(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

}  // namespace

std::filesystem::path data_folder(const NodeSlot& slot) { return slot.folder / "data"; }

QuorateNodeFaults::QuorateNodeFaults(std::filesystem::path node_program)
    : node_program_(std::move(node_program)) {}

Result<Json> QuorateNodeFaults::cut_power(const RunConfig& config, const NodeSlot& slot,
                                          std::optional<std::uint64_t> tear,
                                          const RunToEnd& run) const {
  NodeLaunch launch{node_program_of(config, node_program_),
                    {"--cut-power", "--data", data_folder(slot).string()}};
  if (tear) {
    launch.arguments.insert(launch.arguments.end(), {"--tear", "--seed", std::to_string(*tear)});
  }
  const Result<std::string> said = run(launch);
  if (!said) return said.error();
  const Result<Json> cut = parse_json(*said, "what --cut-power printed");
  if (!cut) return cut.error();
  const auto bytes = cut->find("log_bytes_cut");
  const auto records = cut->find("log_changes_cut");
  if (bytes == cut->end() || records == cut->end() || !records->is_number_integer()) {
    return Error{ErrorCode::kCorrupt, fmt::format("--cut-power printed {}", *said)};
  }
  // With batch a record is acknowledged when it is synced, and else when it is written.
  const bool after_sync = config.durability == "batch";
  return Json{{"bytes_lost", *bytes},
              {"records_lost", *records},
              {"acknowledged_lost", after_sync ? Json(0) : *records},
              {"files", cut->value("files", Json::array())}};
}

Result<Json> QuorateNodeFaults::wipe_disk(const NodeSlot& slot) const {
  const std::filesystem::path folder = data_folder(slot);
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
    if (!entry.is_regular_file(error)) continue;
    bytes += entry.file_size(error);
    ++files;
  }
  if (error) return disk_error(folder, error);
  std::filesystem::remove_all(folder, error);
  if (error) return disk_error(folder, error);
  return Json{{"bytes_lost", bytes}, {"files_lost", files}};
}

Result<Json> QuorateNodeFaults::damage_file(const NodeSlot& slot, FileDamage damage,
                                            std::uint64_t seed) const {
  const Result<std::vector<StoredFile>> files = files_with_records(data_folder(slot));
  if (!files) return files.error();
  RandomStream random(seed, "damage-file");
  const StoredFile& file = (*files)[random.below(files->size())];
  return damage == FileDamage::kFlippedBit ? flip_bit(file, &random) : cut_end(file, &random);
}

Result<bool> QuorateNodeFaults::is_whole(const NodeAccess& node) const {
  const Result<Json> status = status_of(node.address, node.namespace_fd);
  if (!status) return status.error();
  return status->value("voting", false);
}

Result<void> QuorateNodeFaults::set_clock(const NodeAccess& node, Duration offset,
                                          double drift_ppm) const {
  return tell_node(node,
                   {"CLOCK", fmt::format("{}us", whole_us(offset)), fmt::format("{}", drift_ppm)});
}

Result<void> QuorateNodeFaults::set_disk(const NodeAccess& node, const DiskState& state) const {
  std::vector<std::string> command{"DISK"};
  if (state.full) command.emplace_back("full");
  if (state.failing_sync) command.emplace_back("fail-sync");
  const auto slow_ms = std::chrono::duration_cast<std::chrono::milliseconds>(state.slow_by).count();
  if (slow_ms > 0) command.insert(command.end(), {"slow", std::to_string(slow_ms)});
  if (command.size() == 1) command.emplace_back("healthy");
  return tell_node(node, command);
}

Result<void> QuorateNodeFaults::stall(const NodeAccess& node, Mechanism mechanism,
                                      Stall how) const {
  const char* const what = mechanism == Mechanism::kHints ? "hints" : "anti-entropy";
  const char* word = "none";
  if (how == Stall::kHold) word = "hold";
  if (how == Stall::kDrop) word = "drop";
  return tell_node(node, {"STALL", what, word});
}

}  // namespace quorate
