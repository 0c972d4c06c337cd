// ProcessCluster: the node processes of one run.
//
// start_all and stop_all belong to the event loop's thread and serve the loop while they wait. The
// ClusterControl calls come from the nemesis's thread, while the loop's thread serves the loop.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "harness/cluster/node_process.h"
#include "harness/run/event_loop.h"
#include "harness/systems/system.h"
#include "nemesis/cluster_control.h"
#include "results/run_folder.h"

namespace quorate {

class ProcessCluster final : public ClusterControl {
 public:
  // `on_crash` is told on the loop's thread when a node has ended that nobody asked to end: its
  // name, and how.
  using OnCrash = std::function<void(const std::string& node, const std::string& how)>;
  ProcessCluster(EventLoop& loop, System& system, Network& network, const RunConfig& config,
                 const RunFolder& folder, OnCrash on_crash);
  ~ProcessCluster() override;

  // Starts every node and waits until all are ready and know each other. Serves the loop.
  // `cancelled` is asked while waiting. On error, what was started is still to be stopped.
  Result<void> start_all(const std::function<bool()>& cancelled);
  // Kills and reaps what runs. Idempotent.
  void stop_all();
  // Where each client group finds the nodes, by the index of the node beside it.
  const AddressBooks& addresses() const { return books_; }
  // Where a node listens, and the client group beside it to ask it from; past any relay.
  NodeAccess access_to(std::size_t index) const;
  // The same from where the node itself is: past the network.
  NodeAccess access_within(std::size_t index) const;

  const std::vector<std::string>& nodes() const override { return names_; }
  Result<int> kill(std::string_view node) override;
  Result<int> start(std::string_view node) override;
  Result<int> pause(std::string_view node) override;
  Result<int> resume(std::string_view node) override;
  Network& network() override { return network_; }
  Result<Json> cut_power(std::string_view node, std::optional<std::uint64_t> tear) override;
  Result<Json> wipe_disk(std::string_view node) override;
  Result<Json> damage_file(std::string_view node, FileDamage damage, std::uint64_t seed) override;
  Result<bool> is_whole(std::string_view node) override;
  Result<void> set_clock(std::string_view node, Duration offset, double drift_ppm) override;
  Result<void> set_disk(std::string_view node, const DiskState& state) override;
  Result<void> stall(std::string_view node, Mechanism mechanism, Stall how) override;

 private:
  struct Node {
    NodeSlot slot;
    std::unique_ptr<NodeProcess> process;  // of the loop's thread
    bool running = false;
    bool end_expected = false;
    // Its disk is made to fail: it may end by itself, though not by a signal.
    bool may_give_up = false;
    Duration slow_by{};    // of its disk: a restart does not make it faster
    bool damaged = false;  // files of it: it may refuse to start
    std::string end;       // how the last process ended
  };

  static bool may_end_itself(const Node& node) { return node.may_give_up || node.damaged; }
  Result<std::size_t> index_of(std::string_view node) const;
  Result<void> spawn(std::size_t index);                  // on the loop's thread
  void ended(std::size_t index, const std::string& how);  // on the loop's thread
  // Nothing as long as the node is neither ready nor dead; then its address, or why it never will
  // be.
  std::optional<Result<NodeAddress>> readiness(std::size_t index);
  std::optional<Result<bool>> connectedness(std::size_t index);
  template <typename T>
  Result<T> poll(Instant deadline, const std::function<bool()>& cancelled, const std::string& late,
                 const std::function<std::optional<Result<T>>()>& ask);
  Result<NodeAddress> await_ready(std::size_t index);
  Result<void> adopt(std::size_t index, const NodeAddress& address);
  Result<void> note_address(std::size_t index, const NodeAddress& address);
  Result<NodeAddress> seen_from(const std::string& endpoint, const NodeAddress& node);
  Result<void> introduce(std::size_t to);
  Result<int> signal(std::string_view node, int number);
  Result<std::size_t> dead_node(std::string_view node);
  Result<NodeAccess> running_node(std::string_view node);
  Result<void> slow_down_again(std::size_t index);
  Result<void> unless_dead(std::string_view node, const Result<void>& told);
  // Runs a program that belongs to a node, and gives what it wrote. Not on the loop's thread.
  Result<std::string> run_to_end(std::size_t index, const NodeLaunch& program);

  EventLoop& loop_;
  System& system_;
  Network& network_;
  const RunConfig& config_;
  OnCrash on_crash_;
  std::vector<std::string> names_;
  AddressBook addresses_;  // where the nodes listen
  AddressBooks books_;     // where client groups find them

  std::mutex mutex_;  // guards the fields of nodes_ but process
  std::condition_variable changed_;
  std::vector<Node> nodes_;
};

}  // namespace quorate
