// EngineCluster: a few whole nodes in one thread, with disks in memory, a virtual clock, and links
// that the test cuts.
//
// Messages are delivered and changes made durable at once, unless the test says otherwise. Time
// passes only in run_for() and run_until(). Equal calls give equal runs.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "node/core/engine.h"
#include "node/core/test/held_store.h"

namespace quorate::node {

enum class LinkState : std::uint8_t {
  kUp,
  kDown,   // the sender knows that its message does not leave
  kLossy,  // messages vanish on the way
};

// A node without gossip, rumours and anti-entropy in turns: what a test does not ask for is off.
EngineOptions quiet_options();

class EngineCluster {
 public:
  struct Setup {
    ReplicaIndex nodes = 3;
    std::uint16_t n = 3;
    std::uint16_t r = 2;
    std::uint16_t w = 2;
    EngineOptions options = quiet_options();
    bool starts = true;  // all nodes; and runs until they vote
  };
  explicit EngineCluster(const Setup& setup);
  ~EngineCluster();

  Engine& engine(ReplicaIndex node);
  const Background& background(ReplicaIndex node) { return engine(node).background(); }
  bool votes(ReplicaIndex node) { return background(node).is_voting(); }

  // As a crash: what is not durable is gone, messages on their way are lost.
  void stop(ReplicaIndex node);
  // Again, on the same disk.
  void start(ReplicaIndex node);
  // The disk of a stopped node is a new and empty one; or as it was when it was saved.
  void wipe(ReplicaIndex node);
  void save_disk(ReplicaIndex node);
  void restore_disk(ReplicaIndex node);
  // Of messages of `from` to `to`, replies too.
  void set_link(ReplicaIndex from, ReplicaIndex to, LinkState state);
  // Both ways, with all others.
  void isolate(ReplicaIndex node, LinkState state);
  // What the node wants to have made durable waits until it is released.
  void hold_disk(ReplicaIndex node, bool held);

  // Runs a client's operation at `node` until it ends.
  OperationResult set(ReplicaIndex node, const std::string& key, const std::string& value);
  OperationResult del(ReplicaIndex node, const std::string& key);
  OperationResult get(ReplicaIndex node, const std::string& key);
  // One command; the result is in finished() when it ends.
  ClientToken begin(ReplicaIndex node, ClientCommand command);
  std::optional<OperationResult> finished(ClientToken client) const;
  // A request of a client that coordinates, or of a peer; the reply, if there is one at once.
  std::optional<ReplicaReply> ask(ReplicaIndex node, ReplicaRequest request,
                                  std::optional<ReplicaIndex> peer = std::nullopt);

  void run_for(Duration duration);
  // False if `condition` does not come true within `limit`.
  bool run_until(const std::function<bool()>& condition, Duration limit = std::chrono::minutes(1));
  Instant now() const { return now_; }

  // What the node's disk holds of a key.
  Record held(ReplicaIndex node, const std::string& key);
  // The nodes whose disk has a record of this value.
  std::vector<ReplicaIndex> holders(const std::string& key, const std::string& value);
  // A key of which `node` is a replica, or is none; the number-th.
  std::string key_of(ReplicaIndex node, bool replica, int number = 0);
  std::vector<ReplicaIndex> replicas_of(const std::string& key);

  std::vector<std::string> violations;
  std::vector<std::string> stopped;
  QuorumSize quorum;

 private:
  struct Node;
  struct Message {
    ReplicaIndex from = 0;
    ReplicaIndex to = 0;
    std::uint64_t from_start = 0;  // lost when either end has started again
    std::uint64_t to_start = 0;
    std::optional<ReplicaRequest> request;
    ReplicaReply reply;
  };

  void post(Message message);
  // Delivers and makes durable until nothing is left.
  void settle();
  void deliver(Message message);
  bool flush_disk(Node* node);
  OperationResult run(ReplicaIndex node, ClientCommand command);
  std::optional<Instant> next_deadline() const;
  void advance(Instant to);

  const Setup setup_;
  std::vector<std::string> names_;
  Instant now_{};
  std::vector<std::unique_ptr<Node>> nodes_;
  std::deque<Message> messages_;
  std::map<std::pair<ReplicaIndex, ReplicaIndex>, LinkState> links_;
  std::map<ClientToken, OperationResult> finished_;
  std::optional<ReplicaReply> answer_;  // to the last ask()
  ClientToken next_client_ = 1;
  std::uint64_t starts_ = 0;
};

}  // namespace quorate::node
