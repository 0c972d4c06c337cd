// Options: what a quorate-node is told to do, on its command line and in its configuration file.
//
// Every option is one row of the table in settings.cpp: the same names, values and checks in both
// places. What the command line says goes before what the file says.
#pragma once

#include <filesystem>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "node/core/engine_options.h"
#include "node/core/messages.h"
#include "node/server/address.h"
#include "node/server/storage/durability.h"

namespace quorate::node {

inline constexpr std::uint16_t kMajority = 0;        // of r and w: a majority of n
inline constexpr std::uint16_t kAllOfThem = 65'535;  // likewise: n

struct Options {
  std::string name;
  std::string cluster = "quorate";
  std::filesystem::path data;
  Address listen{"127.0.0.1", 0};
  std::vector<ClusterMember> peers;  // the whole cluster; empty: told later, by the PEERS command
  std::uint64_t epoch = 1;
  std::uint16_t n = 0;  // replicas of a key; 0: all nodes
  std::uint16_t virtual_nodes = Ring::kDefaultVirtualNodes;
  std::uint16_t r = kMajority;
  std::uint16_t w = kMajority;
  Duration timeout = std::chrono::seconds(1);
  StoreOptions storage;
  EngineOptions engine;  // incarnation, start and times are set when the node starts
  bool clock_base_given = false;
  std::size_t max_connections = 2000;
  std::filesystem::path ready_file;  // empty: none
  std::string log_level = "info";
};

// Help or the version was asked for: print it and leave with 0.
struct ShowText {
  std::string text;
};

// Reads the command line, and the file that --config names. Errors: kInvalidArgument, in words for
// the person who typed it; kIo, kNotFound where the file cannot be read.
Result<std::variant<Options, ShowText>> parse_options(int argc, const char* const* argv);

// The quorum that `options` means in a cluster of `nodes`: majorities where nothing was said.
// Errors: kInvalidArgument where n is greater than that, or r or w is outside [1, n].
Result<QuorumSize> quorum_of(const Options& options, std::size_t nodes);

// What a person should know before relying on it, a sentence each; empty if there is nothing.
std::vector<std::string> warnings_of(const Options& options, const QuorumSize& quorum,
                                     std::size_t nodes);

}  // namespace quorate::node
