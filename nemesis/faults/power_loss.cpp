// Power loss: SIGKILL, and everything that was not synced is gone.
#include "nemesis/faults/harmed_disks.h"
#include "nemesis/faults/node_fault_types.h"

namespace quorate {
namespace {

// "tear": null, or the seed of the piece that stays.
Result<Json> cut(ClusterControl& cluster, const std::string& node, const Json& args) {
  const auto tear = args.find("tear");
  if (tear == args.end() || tear->is_null()) return cluster.cut_power(node, std::nullopt);
  if (tear->is_number_unsigned()) return cluster.cut_power(node, tear->get<std::uint64_t>());
  return Error{ErrorCode::kInvalidArgument, "power-loss: \"tear\" must be null or a seed"};
}

void draw_tear(const std::string& wanted, RandomStream* random, Json* args) {
  const bool torn = wanted == "always" || (wanted == "sometimes" && random->below(2) == 0);
  (*args)["tear"] = torn ? Json(random->below(std::uint64_t{1} << 32)) : Json();
}

}  // namespace

FaultType power_loss_fault() {
  return {
      .name = "power-loss",
      .does = "SIGKILL to nodes, and what they had not synced is gone; they restart on the rest",
      .breaks = "acknowledgements before the sync, and recovery from a torn end of the log",
      .parameters = {nodes_parameter(),
                     {"tear", "sometimes",
                      "always, sometimes or never: a garbled piece of the log's unsynced end "
                      "stays"}},
      .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
        const std::string tear = p->choice("tear", {"always", "sometimes", "never"});
        DiskHarm harm{
            .name = "power-loss",
            .draw = [tear](RandomStream* random, Json* args) { draw_tear(tear, random, args); },
            .harm = cut,
            .takes_records = false};
        return std::make_unique<HarmedDisks>(std::move(harm), node_count(p));
      }};
}

}  // namespace quorate
