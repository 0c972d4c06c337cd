// World: a cluster under one seed, in virtual time. It is the second shell around node::Engine: the
// same rules as the server runs, over a network, disks and a clock that obey whoever drives it.
//
// One key, whose history it writes down. Somebody drives it: begins operations, breaks things, and
// calls step() until nothing happens any more, or what was asked for has happened. Every random
// choice comes from a stream of (seed, name); equal calls on equal seeds give equal traces.
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "simulation/cluster_setup.h"
#include "simulation/driven_client.h"
#include "simulation/event_queue.h"
#include "simulation/history.h"
#include "simulation/network.h"
#include "simulation/simulated_node.h"
#include "simulation/surroundings.h"
#include "simulation/trace.h"

namespace quorate::simulation {

// An index into history().operations.
using OperationIndex = std::size_t;

enum class Order : std::uint8_t { kGet, kSet, kDel };

// What a client asks.
struct Request {
  std::uint32_t process = 0;
  Order order = Order::kGet;
  Endpoint at = 0;  // the node that coordinates; a client that drives the quorums: itself
  Duration timeout = std::chrono::seconds(2);
  std::optional<node::QuorumSize> quorum;  // of this operation; none: the setup's
};

class World final : public Surroundings {
 public:
  static constexpr std::size_t kClients = 3;
  // After so many events in one world something goes round in circles.
  static constexpr std::uint64_t kMaxEvents = 200'000;

  // All nodes are up, and vote. The setup must outlive this.
  World(const ClusterSetup& setup, std::uint64_t seed, bool keeps_text);

  Instant now() const { return now_; }
  const ClusterSetup& setup() const { return setup_; }
  // Makes the next event happen. The token, if it was a wake_at().
  std::optional<std::uint64_t> step();
  // Something that makes a difference will happen: not only timers far away.
  bool is_busy() const { return network_.in_flight() > 0 || syncs_ > 0 || open_ > 0; }
  bool has_events() const { return !events_.empty(); }
  // REQUIRES: has_events().
  Instant next_event() const { return events_.front().at; }
  // Lets time pass; steps through what happens until then.
  void run_until(Instant then);
  void wake_at(Instant then, std::uint64_t token);

  // Begins an operation. It may end before this returns.
  OperationIndex invoke(const Request& request);
  // The client waits no longer: the outcome is unknown to it, whatever becomes of the operation.
  void give_up(OperationIndex operation);
  bool is_open(OperationIndex operation) const { return pending_[operation].open; }
  std::size_t open_operations() const { return open_; }
  const SmallHistory& history() const { return history_; }
  SmallHistory* mutable_history() { return &history_; }

  std::size_t nodes() const { return nodes_.size(); }
  SimulatedNode& node(Endpoint index) { return *nodes_[index]; }
  // Of the link in this direction; what was held is not released.
  void set_link(Endpoint from, Endpoint to, LinkState state);
  LinkState link(Endpoint from, Endpoint to) const { return network_.state(from, to); }
  // Opens the link, and lets what it held go.
  void release(Endpoint from, Endpoint to);
  void pause(Endpoint node, Instant until);
  enum class Stop : std::uint8_t { kKill, kCutPower, kWipe };
  // REQUIRES: it is up.
  void stop(Endpoint node, Stop how);
  // Without effect on a node that is up.
  void start(Endpoint node);
  // Opens every link, wakes and starts every node.
  void heal();
  void demand_anti_entropy(Endpoint node);
  // While false, nothing becomes durable on that node.
  void set_syncs(Endpoint node, bool syncs);
  // The record that this replica has on its disk.
  node::Record record_at(Endpoint node);

  const std::vector<std::string>& broken() const { return broken_; }
  const Trace& trace() const { return trace_; }

  bool send(Endpoint from, Endpoint to, const node::ReplicaRequest& request) override;
  void reply(Endpoint from, node::ReplyAddress to, const node::ReplicaReply& reply) override;
  void finish(node::ClientToken operation, const node::OperationResult& result) override;
  void want_sync(Endpoint node) override;
  void report_broken(Endpoint node, const std::string& what) override;

 private:
  struct Pending {  // of an operation
    Request request;
    std::string text;   // of its value
    bool open = false;  // the client waits
  };
  struct Disturbance {  // of a node
    Instant paused_until;
    bool sync_planned = false;
    bool syncs = true;
  };

  void bring_up();
  bool is_node(Endpoint endpoint) const { return endpoint < nodes_.size(); }
  void post(Message message);
  void deliver(std::uint32_t slot);
  void sync(const Event& event);
  void begin(OperationIndex operation);
  void begin_driven(OperationIndex operation);
  node::QuorumSize quorum_of(const Request& request) const {
    return request.quorum.value_or(setup_.quorum);
  }
  void complete(OperationIndex operation, Outcome outcome);
  Value value_of(const node::Record& record) const;
  void on_timer(const Event& event);
  void on_links_up(Endpoint node);
  // Sets the endpoint's timer, after anything happened to it.
  void arm(Endpoint endpoint);
  void push(Instant at, EventKind kind, std::uint32_t subject, std::uint32_t life = 0,
            std::uint64_t detail = 0);
  // Whether the event has to wait for a node that is paused; then it is put back.
  bool postpone(const Event& event);
  Endpoint endpoint_of(const Event& event);
  void happen(const Event& event);
  void trace_message(const char* what, const Message& message);

  const ClusterSetup& setup_;
  Instant now_;
  Trace trace_;
  EventQueue events_;
  std::uint64_t happened_ = 0;
  Network network_;
  RandomStream disk_random_;
  std::vector<std::unique_ptr<SimulatedNode>> nodes_;
  std::vector<Disturbance> disturbances_;
  std::vector<DrivenClient> clients_;
  SmallHistory history_;
  std::vector<Pending> pending_;
  Position position_ = 0;
  Value last_value_ = 0;
  std::size_t open_ = 0;
  std::size_t syncs_ = 0;  // planned
  std::vector<std::string> broken_;
};

// The one key of a world.
inline constexpr char kKey[] = "x";

}  // namespace quorate::simulation
