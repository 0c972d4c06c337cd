// System: the port through which the harness knows a system under test.
//
// It says how to configure, start and find the nodes, what a configuration promises, and gives
// clients. The runner, the nemesis, the workloads and the checkers see operations, nodes and links
// only.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "checker/replicas/replica_state.h"
#include "harness/run/run_config.h"
#include "harness/systems/address_book.h"
#include "nemesis/traffic/replica_message.h"
#include "results/operation.h"
#include "results/property.h"
#include "workloads/workload.h"

namespace quorate {

// What became of one invocation.
struct Completion {
  Outcome outcome = Outcome::kInfo;
  std::string value;  // of an ok read; meaningful only if has_value
  bool has_value = false;
  std::string version;                // as the store tells it; empty: not told
  std::string error;                  // of fail and info
  std::vector<std::string> replicas;  // who took part, where the store tells
};

// One logical client. All calls come from the event loop's thread; callbacks run on it too, and
// never within the call that takes them.
class Client {
 public:
  virtual ~Client() = default;
  // Begins to connect; invoke may follow at once, and waits for the connection within its own
  // deadline.
  virtual void open() = 0;
  // REQUIRES: no invocation is in flight. `done` is called once, at the latest shortly after
  // `timeout`, and may close and destroy the client; fail only where it is certain that the
  // operation never takes effect.
  virtual void invoke(const Invocation& invocation, Duration timeout,
                      std::function<void(Completion)> done) = 0;
  // Drops connections; a pending callback is not called any more.
  virtual void close() = 0;
};

// A program to start, in a namespace that the cluster chooses.
struct NodeLaunch {
  std::filesystem::path program;
  std::vector<std::string> arguments;
};

// In a node's folder: what it printed.
inline constexpr const char* kNodeLog = "log.txt";

// What a system needs to know of the cluster to start node `index`.
struct NodeSlot {
  std::size_t index = 0;
  std::vector<std::string> names;
  std::vector<std::string> hosts;  // by node
  bool own_network = false;        // true: every node has its host to itself, so ports can be fixed
  std::filesystem::path folder;    // nodes/NAME/, exists
};

// Where a client stands: in the group's namespace, beside or in front of node `index`.
struct ClientPlace {
  std::size_t index = 0;  // the node that it asks, in the coordinator approach
  int namespace_fd = -1;  // of its client group
};

// A node, and where to ask it from.
struct NodeAccess {
  NodeAddress address;
  int namespace_fd = -1;
};

class EventLoop;
class NodeFaults;
class NodeInsight;

class System {
 public:
  virtual ~System() = default;
  virtual std::string_view name() const = 0;
  // Refuses what this system cannot be configured as. Asked before anything starts.
  virtual Result<void> validate(const RunConfig& config) const = 0;
  // What the configuration owes (guarantees 2.4).
  virtual std::vector<Property> promised(const RunConfig& config) const = 0;

  // The programs whose hashes belong into test.json.
  virtual std::vector<std::filesystem::path> programs(const RunConfig& config) const = 0;

  virtual Result<NodeLaunch> launch(const RunConfig& config, const NodeSlot& slot) const = 0;
  // Where the started node listens, or nothing as long as it is not ready.
  virtual std::optional<NodeAddress> find(const NodeSlot& slot) const = 0;
  // Tells node `to` where all of them are. Called for every node when all are ready, and again when
  // one came back where nodes choose their ports. Blocks, with a deadline. Thread-safe.
  virtual Result<void> introduce(const std::vector<NodeAddress>& nodes, std::size_t to) const = 0;

  // Whether the node has reached all others, so that it can serve. Blocks, with a deadline.
  virtual Result<bool> connected(const NodeAddress& node, int namespace_fd) const = 0;

  // The loop and the addresses outlive the client, and the system too.
  virtual std::unique_ptr<Client> make_client(EventLoop& loop, const RunConfig& config,
                                              const AddressBook& addresses,
                                              const ClientPlace& place) = 0;
  // Writes all that the node itself holds, as clients call it, to folder/dump.jsonl, one record a
  // line. Blocks, with a deadline.
  virtual Result<void> dump(const RunConfig& config, const NodeAddress& node, int namespace_fd,
                            const std::filesystem::path& folder) const = 0;

  // Reads this system's messages between nodes off the wire. Nullptr: nobody has taught it.
  virtual std::unique_ptr<TrafficReader> make_traffic_reader() const { return nullptr; }

  // Whether, under this configuration and its faults, what a replica holds of a key never gets an
  // older version, nor is gone without a tombstone.
  virtual bool replicas_keep(const RunConfig& /*config*/) const { return false; }

  // Optional abilities, asked for at the end of a run. They block, with deadlines.
  // What each node's replica itself holds, without repair: by node as in `nodes`, with a record for
  // each key that somebody holds and the node should. Nothing: the system cannot tell.
  virtual Result<std::vector<std::vector<ReplicaRecord>>> replica_records(
      const RunConfig& /*config*/, const std::vector<NodeAccess>& /*nodes*/) const {
    return std::vector<std::vector<ReplicaRecord>>();
  }
  // What the node itself found to be wrong with it, in its own words, from what it left in its
  // folder; a few of them. A healthy node never says so, whatever the faults.
  virtual std::vector<std::string> complaints(const std::filesystem::path& /*folder*/) const {
    return {};
  }
  // What faults can do to its nodes beyond ending them (node_faults.h); owned by the system. Null:
  // nothing.
  virtual const NodeFaults* node_faults() const { return nullptr; }
  // What scenarios must know of its nodes (node_insight.h); likewise.
  virtual const NodeInsight* node_insight() const { return nullptr; }
  // How long messages to the replicas and back took: {COORDINATOR: {NODE: {"reads_ns": […],
  // "writes_ns": […]}}}, samples. Null: the system cannot tell.
  virtual Result<Json> round_trips(const RunConfig& /*config*/,
                                   const std::vector<NodeAccess>& /*nodes*/) const {
    return Json();
  }
  // How long a request that the node answers at once and its reply take, `times` times over one
  // connection. Empty: the system has no such request.
  virtual Result<std::vector<Duration>> ping(const NodeAccess& /*node*/, int /*times*/) const {
    return std::vector<Duration>();
  }
};

// Errors: kInvalidArgument with the systems that exist.
Result<std::unique_ptr<System>> make_system(std::string_view name);

}  // namespace quorate
