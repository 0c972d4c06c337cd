#include "nemesis/faults/partitions/partition_shape.h"

#include <utility>

#include <fmt/core.h>

#include "base/check.h"
#include "nemesis/faults/link_choice.h"

namespace quorate {
namespace {

Result<std::vector<DirectedLink>> cuts_of(const Json& args, const Network& network) {
  if (args.is_object() && args.contains("cut")) return links_from_json(args.at("cut"), network);
  return Error{
      ErrorCode::kInvalidArgument,
      fmt::format("a partition needs the links to cut, {{\"cut\": [[\"n1\", \"n2\"]]}}: {}",
                  args.dump())};
}

class Partition : public Fault {
 public:
  explicit Partition(PartitionShape shape) : shape_(std::move(shape)) {}

  std::string_view name() const override { return shape_.name; }

  Result<void> fits(const Targets& targets) const override {
    if (targets.nodes.size() < shape_.least_nodes) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("{} needs at least {} nodes, and there are {}", shape_.name,
                               shape_.least_nodes, targets.nodes.size())};
    }
    if (shape_.needs_clients && targets.client_groups.empty()) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("{} needs clients on the network", shape_.name)};
    }
    return {};
  }

  Result<void> applicable(const Network& network, const Targets& targets) const override {
    const Result<void> can = network.supports(LinkState{.cut = true});
    if (can) return fits(targets);
    return Error{can.error().code, fmt::format("{}: {}", shape_.name, can.error().context)};
  }

  Json draw(const Targets& targets, RandomStream* random) const override {
    QUORATE_CHECK(fits(targets).has_value());
    return shape_.draw(targets, random);
  }

  // Cuts what args["cut"] lists, all or (if an endpoint is unknown) nothing. Returns the arguments.
  Result<Json> inject(ClusterControl& cluster, const Json& args) override {
    const auto links = cuts_of(args, cluster.network());
    if (!links) return links.error();
    for (const auto& [from, to] : *links) {
      const Result<void> cut = cluster.bend_link(this, from, to, LinkState{.cut = true});
      if (!cut) return cut.error();
    }
    return args;
  }

  // What another fault cuts too stays cut.
  Result<Json> heal(ClusterControl& cluster) override {
    const Result<std::size_t> mended = cluster.unbend_links(this);
    if (!mended) return mended.error();
    return Json{{"healed", *mended}};
  }

 private:
  const PartitionShape shape_;
};

}  // namespace

FaultType partition_in_shape(PartitionShape shape) {
  return {.name = shape.name,
          .does = shape.does,
          .breaks = "quorums that need not meet, split brain, stale answers of a minority",
          .parameters = {},
          .make = [shape](FaultParameters*) -> std::unique_ptr<Fault> {
            return std::make_unique<Partition>(shape);
          }};
}

}  // namespace quorate
