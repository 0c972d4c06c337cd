// HarmedDisks: nodes are killed, something is done to what they left on disk, and they are started
// again when healed. What is done, and what it is called, is for power_loss, disk_wipe and their
// like to say.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "nemesis/faults/node_choice.h"

namespace quorate {

struct DiskHarm {
  std::string name;
  // Draws arguments beside the nodes, into *args; null: there are none.
  std::function<void(RandomStream*, Json* args)> draw;
  // To the disk of a node that is dead. Tells what was done.
  std::function<Result<Json>(ClusterControl&, const std::string& node, const Json& args)> harm;
  // The node may come back without records that it had acknowledged. Such a fault spares everybody
  // while another node still lacks its own: else what was on both would be gone for good, although
  // no more than the drawn number of nodes were ever harmed at once.
  bool takes_records = false;
};

class HarmedDisks : public Fault {
 public:
  HarmedDisks(DiskHarm harm, NodeCount count);

  std::string_view name() const override { return harm_.name; }
  Result<void> fits(const Targets& targets) const override;
  Result<void> applicable(const Network& network, const Targets& targets) const override;
  Json draw(const Targets& targets, RandomStream* random) const override;
  // {"nodes": […], "pids": […], "disks": {NODE: what was done}}, and sums of what the disks lost. A
  // node that no longer runs is an error: it died unasked, and healing leaves it dead. kCancelled
  // where everybody is spared.
  Result<Json> inject(ClusterControl& cluster, const Json& args) override;
  // Starts all that it can before it reports an error; a later call tries the rest again. A node
  // that refuses its damaged files is started on an empty disk: {"nodes": […], "pids": […],
  // "refused": {NODE: {"said": …, "bytes_lost": …, "files_lost": …}}}.
  Result<Json> heal(ClusterControl& cluster) override;

 private:
  // Why nobody may be harmed now; empty: somebody may.
  std::string reason_to_spare(ClusterControl& cluster) const;
  Result<int> revive(ClusterControl& cluster, const std::string& node);

  const DiskHarm harm_;
  const NodeCount count_;
  std::vector<std::string> dead_;        // by our hand, not restarted yet
  std::map<std::string, Json> refused_;  // by node; since the last heal that succeeded
};

}  // namespace quorate
