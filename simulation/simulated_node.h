// SimulatedNode: one node of a simulated cluster: a disk that outlives its processes, and while it
// is up, the Engine that the real server runs.
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "node/core/engine.h"
#include "simulation/cluster_setup.h"
#include "simulation/disk.h"
#include "simulation/surroundings.h"

namespace quorate::simulation {

class SimulatedNode final : public node::EngineOutput {
 public:
  // `setup` and `surroundings` must outlive this. `random`: for the identities of disks and starts.
  SimulatedNode(Endpoint self, const ClusterSetup* setup, RandomStream random,
                Surroundings* surroundings);
  SimulatedNode(const SimulatedNode&) = delete;
  SimulatedNode& operator=(const SimulatedNode&) = delete;

  // A new process on the disk as it is. REQUIRES: not up.
  void start(Instant now);
  // kill -9: what the disk was not given is lost.
  void kill();
  // kill, and what was not synced is lost.
  void cut_power();
  // kill, and the disk is replaced by an empty one.
  void wipe();

  bool is_up() const { return engine_ != nullptr; }
  // REQUIRES: up.
  node::Engine& engine() { return *engine_; }
  const node::Engine& engine() const { return *engine_; }
  Disk& disk() { return disk_; }
  // How often it was started; a message to an earlier process does not arrive.
  std::uint32_t life() const { return life_; }

  // Of its clock; takes effect at once, and at every start.
  void set_clock_offset(Duration offset, Instant now);

  std::size_t unwritten() const { return queue_.size(); }
  // Gives the oldest `count` changes to the disk, and with `durable` syncs it. Returns what the
  // engine is to be told: the number of the last one.
  std::uint64_t write(std::size_t count, bool durable);

  void persist(std::vector<node::StoreChange> changes) override;
  bool send(node::ReplicaIndex to, const node::ReplicaRequest& request) override;
  void reply(node::ReplyAddress to, const node::ReplicaReply& reply) override;
  void finish(node::ClientToken client, const node::OperationResult& result) override;
  void report_violation(const std::string& violation) override;
  void stop_for(const Error& error) override;

  // The timer that is set for it in the world.
  std::optional<Instant> armed;

 private:
  node::EngineOptions options_of_this_start();

  const Endpoint self_;
  const ClusterSetup* const setup_;
  RandomStream random_;
  Surroundings* const surroundings_;
  Disk disk_;
  Duration clock_offset_{0};
  std::uint32_t life_ = 0;
  std::deque<std::vector<node::StoreChange>> queue_;  // given to persist(), not to the disk
  std::uint64_t written_ = 0;
  std::unique_ptr<node::Engine> engine_;
};

}  // namespace quorate::simulation
