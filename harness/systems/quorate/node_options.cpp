#include "harness/systems/quorate/node_options.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace quorate {
namespace {

struct Parts {
  std::string_view name;
  std::string_view value;
};

// Nothing if it is no "NAME=VALUE".
std::optional<Parts> parts_of(std::string_view option) {
  const std::size_t equals = option.find('=');
  if (equals == std::string_view::npos || equals == 0) return {};
  return Parts{option.substr(0, equals), option.substr(equals + 1)};
}

// Those of RunConfig have options of their own, and the others are how the harness finds its nodes.
constexpr std::array<std::string_view, 19> kOurs{"name",
                                                 "cluster",
                                                 "data",
                                                 "ready-file",
                                                 "listen",
                                                 "peers",
                                                 "n",
                                                 "r",
                                                 "w",
                                                 "timeout",
                                                 "read-mode",
                                                 "durability",
                                                 "version-scheme",
                                                 "fan-out",
                                                 "clock-base",
                                                 "config",
                                                 "epoch",
                                                 "hinted-handoff",
                                                 "anti-entropy-interval"};

}  // namespace

std::filesystem::path node_program_of(const RunConfig& config, const std::filesystem::path& own) {
  if (config.node_program.empty()) return own;
  const std::filesystem::path asked = config.node_program;
  return asked.has_parent_path() ? asked : own.parent_path() / asked;
}

Result<void> check_node_options(const std::vector<std::string>& options) {
  for (const std::string& option : options) {
    const std::optional<Parts> parts = parts_of(option);
    if (!parts) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("--node-option {}: write NAME=VALUE, as in sloppy-quorum=on "
                               "(quorate-node --help lists the names)",
                               option)};
    }
    if (parts->name.starts_with("tombstone-")) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("--node-option {}: tombstones stay for the length of a run, as a "
                               "read of a key without one cannot be told from a delete that was "
                               "lost",
                               option)};
    }
    if (std::find(kOurs.begin(), kOurs.end(), parts->name) != kOurs.end()) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("--node-option {}: the harness itself tells its nodes --{}", option,
                               parts->name)};
    }
  }
  return {};
}

void append_arguments(const std::vector<std::string>& options,
                      std::vector<std::string>* arguments) {
  for (const std::string& option : options) {
    const Parts parts = *parts_of(option);
    arguments->push_back(fmt::format("--{}", parts.name));
    arguments->emplace_back(parts.value);
  }
}

bool node_is_told(const RunConfig& config, std::string_view name, std::string_view value) {
  bool told = false;
  for (const std::string& option : config.node_options) {
    const std::optional<Parts> parts = parts_of(option);
    if (parts && parts->name == name) told = parts->value == value;
  }
  return told;
}

}  // namespace quorate
