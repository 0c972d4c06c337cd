// QuorateSystem: the first system under test, our own leaderless store.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>

#include "harness/systems/quorate/disguise.h"
#include "harness/systems/quorate/node_options.h"
#include "harness/systems/quorate/quorate_node_faults.h"
#include "harness/systems/quorate/quorate_node_insight.h"
#include "harness/systems/system.h"
#include "node/core/round_trips.h"

namespace quorate {

class FanOutGroup;

class QuorateSystem final : public System {
 public:
  // `node_program`: the quorate-node to start.
  explicit QuorateSystem(std::filesystem::path node_program);
  ~QuorateSystem() override;

  std::string_view name() const override { return "quorate"; }
  Result<void> validate(const RunConfig& config) const override;
  std::vector<Property> promised(const RunConfig& config) const override;
  bool replicas_keep(const RunConfig& config) const override;
  std::vector<std::string> complaints(const std::filesystem::path& folder) const override;
  std::vector<std::filesystem::path> programs(const RunConfig& config) const override {
    return {node_program_of(config, node_program_)};
  }

  Result<NodeLaunch> launch(const RunConfig& config, const NodeSlot& slot) const override;
  std::optional<NodeAddress> find(const NodeSlot& slot) const override;
  Result<void> introduce(const std::vector<NodeAddress>& nodes, std::size_t to) const override;
  Result<bool> connected(const NodeAddress& node, int namespace_fd) const override;
  std::unique_ptr<Client> make_client(EventLoop& loop, const RunConfig& config,
                                      const AddressBook& addresses,
                                      const ClientPlace& place) override;
  std::unique_ptr<TrafficReader> make_traffic_reader() const override;
  Result<void> dump(const RunConfig& config, const NodeAddress& node, int namespace_fd,
                    const std::filesystem::path& folder) const override;
  Result<std::vector<std::vector<ReplicaRecord>>> replica_records(
      const RunConfig& config, const std::vector<NodeAccess>& nodes) const override;
  Result<Json> round_trips(const RunConfig& config,
                           const std::vector<NodeAccess>& nodes) const override;
  Result<std::vector<Duration>> ping(const NodeAccess& node, int times) const override;
  const NodeFaults* node_faults() const override { return &node_faults_; }
  const NodeInsight* node_insight() const override { return &node_insight_; }

 private:
  std::unique_ptr<Client> make_plain_client(EventLoop& loop, const RunConfig& config,
                                            const AddressBook& addresses, const ClientPlace& place);
  // Null: none.
  const Disguise* disguise_of(const RunConfig& config) const {
    return config.plain_text ? nullptr : &disguise_;
  }

  std::filesystem::path node_program_;
  QuorateNodeFaults node_faults_;
  QuorateNodeInsight node_insight_;
  Disguise disguise_;  // where the configuration does not ask for plain text
  // By place; a group lives as long as a client of it.
  std::unordered_map<std::size_t, std::weak_ptr<FanOutGroup>> groups_;
  std::map<std::size_t, std::shared_ptr<node::RoundTrips>> client_trips_;  // by place
};

}  // namespace quorate
