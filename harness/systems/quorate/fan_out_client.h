// FanOutClient: a client that talks to all replicas itself: the client-driven approach.
//
// The clients of one place share a FanOutGroup: one Coordinator (node/core, the code that a node
// coordinates with) and one connection to every node.
#pragma once

#include <functional>
#include <memory>
#include <unordered_map>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "harness/systems/quorate/resp_connection.h"
#include "harness/systems/system.h"
#include "node/core/coordinator.h"
#include "node/core/ring.h"
#include "node/core/round_trips.h"

namespace quorate {

class FanOutGroup {
 public:
  FanOutGroup(EventLoop& loop, const RunConfig& config, const AddressBook& addresses,
              int namespace_fd, std::shared_ptr<node::RoundTrips> round_trips);
  ~FanOutGroup();
  FanOutGroup(const FanOutGroup&) = delete;
  FanOutGroup& operator=(const FanOutGroup&) = delete;

  using Done = std::function<void(Completion)>;
  // Returns a token for cancel().
  node::ClientToken start(const Invocation& invocation, Duration timeout, Done done);
  // Forgets who waits; what was sent goes on.
  void cancel(node::ClientToken token) { waiting_.erase(token); }

 private:
  // Messages that wait for a connection which is being made.
  struct Link {
    std::shared_ptr<RespConnection> connection;
    std::vector<node::ReplicaRequest> held;
  };

  struct Waiting {
    bool reads = false;
    Done done;
  };

  void open(std::size_t index);
  void on_up(std::size_t index);
  void on_down(std::size_t index, bool was_up);
  void on_reply(std::size_t index, node::RespValue reply);
  void carry(node::CoordinatorEffects effects);
  void send(node::Send message);
  node::Placement placement_of(const std::string& key) const;
  void finish(const node::FinishedOperation& finished);
  void arm_timer();

  EventLoop& loop_;
  const RunConfig& config_;
  const AddressBook& addresses_;
  const node::Ring ring_;
  const std::shared_ptr<node::RoundTrips> round_trips_;
  const node::Epoch epoch_;
  node::Coordinator coordinator_;
  std::vector<Link> links_;
  boost::asio::steady_timer timer_;
  std::optional<Instant> armed_;
  node::ClientToken next_token_ = 1;
  std::unordered_map<node::ClientToken, Waiting> waiting_;  // looked up, never iterated
  // Callbacks that were posted hold it weakly: they do nothing once the group is gone.
  std::shared_ptr<FanOutGroup*> self_;
};

class FanOutClient final : public Client {
 public:
  explicit FanOutClient(std::shared_ptr<FanOutGroup> group) : group_(std::move(group)) {}
  ~FanOutClient() override { close(); }

  void open() override {}  // the group connects
  void invoke(const Invocation& invocation, Duration timeout,
              std::function<void(Completion)> done) override;
  void close() override;

 private:
  std::shared_ptr<FanOutGroup> group_;
  node::ClientToken token_ = 0;  // of the operation in flight; 0: none
};

}  // namespace quorate
