#include "nemesis/faults/partition.h"

#include <fmt/core.h>

#include "nemesis/faults/fault_types.h"
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

}  // namespace

Partition::Partition(PartitionShape shape)
    : shape_(shape), name_(fmt::format("partition:{}", name_of(shape))) {}

Result<void> Partition::fits(const Targets& targets) const { return shape_fits(shape_, targets); }

Result<void> Partition::applicable(const Network& network, const Targets& targets) const {
  const Result<void> can = network.supports(LinkState{.cut = true});
  if (can) return fits(targets);
  return Error{can.error().code, fmt::format("{}: {}", name_, can.error().context)};
}

Json Partition::draw(const Targets& targets, RandomStream* random) const {
  return draw_partition(shape_, targets, random);
}

Result<Json> Partition::inject(ClusterControl& cluster, const Json& args) {
  const auto links = cuts_of(args, cluster.network());
  if (!links) return links.error();
  for (const auto& [from, to] : *links) {
    const Result<void> cut = cluster.bend_link(this, from, to, LinkState{.cut = true});
    if (!cut) return cut.error();
  }
  return args;
}

Result<Json> Partition::heal(ClusterControl& cluster) {
  const Result<std::size_t> mended = cluster.unbend_links(this);
  if (!mended) return mended.error();
  return Json{{"healed", *mended}};
}

FaultType partition_fault(PartitionShape shape) {
  return {.name = fmt::format("partition:{}", name_of(shape)),
          .does = std::string(description_of(shape)),
          .breaks = "quorums that need not meet, split brain, stale answers of a minority",
          .parameters = {},
          .make = [shape](FaultParameters*) -> std::unique_ptr<Fault> {
            return std::make_unique<Partition>(shape);
          }};
}

}  // namespace quorate
