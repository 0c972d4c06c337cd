// Options: the command line of quorate-node.
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "node/core/messages.h"
#include "node/server/address.h"
#include "node/server/storage/durability.h"

namespace quorate::node {

struct Options {
  std::string name;
  std::string cluster = "quorate";
  std::filesystem::path data;
  Address listen{"127.0.0.1", 0};
  std::vector<ClusterMember> peers;  // the whole cluster; empty: told later, by the PEERS command
  std::uint16_t r = 0;               // 0: a majority of the cluster
  std::uint16_t w = 0;               // 0: a majority of the cluster
  Duration timeout = std::chrono::seconds(1);
  ReadMode read_mode = ReadMode::kWriteBack;
  StoreOptions storage;
  std::filesystem::path ready_file;  // empty: none
  std::string log_level = "info";
};

// Help or the version was asked for: print it and leave with 0.
struct ShowText {
  std::string text;
};

// Errors: kInvalidArgument and kUnsupported, in words for the person who typed it.
Result<std::variant<Options, ShowText>> parse_options(int argc, const char* const* argv);

// The quorum that `options` means in a cluster of `n`: majorities where nothing was said. Errors:
// kInvalidArgument where r or w is outside [1, n].
Result<QuorumSize> quorum_of(const Options& options, std::size_t n);

// What a person should know before relying on it; empty where r + w > n.
std::string quorum_warning(const QuorumSize& quorum);

}  // namespace quorate::node
