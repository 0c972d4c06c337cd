// Partition: directed links that drop every packet, in one of the shapes of partition_shape.h.
#pragma once

#include <string>

#include "nemesis/fault.h"
#include "nemesis/faults/partition_shape.h"

namespace quorate {

class Partition : public Fault {
 public:
  explicit Partition(PartitionShape shape);

  std::string_view name() const override { return name_; }  // "partition:halves"
  Result<void> fits(const Targets& targets) const override;
  Result<void> applicable(const Network& network, const Targets& targets) const override;
  Json draw(const Targets& targets, RandomStream* random) const override;
  // Cuts what args["cut"] lists, all or (if an endpoint is unknown) nothing. Returns the arguments.
  Result<Json> inject(ClusterControl& cluster, const Json& args) override;
  // What another fault cuts too stays cut.
  Result<Json> heal(ClusterControl& cluster) override;

 private:
  const PartitionShape shape_;
  const std::string name_;
};

}  // namespace quorate
