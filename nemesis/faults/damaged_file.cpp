#include "nemesis/faults/damaged_file.h"

#include <utility>

#include "nemesis/faults/harmed_disks.h"

namespace quorate {
namespace {

void draw_seed(RandomStream* random, Json* args) {
  (*args)["seed"] = random->below(std::uint64_t{1} << 32);
}

}  // namespace

FaultType damaged_file_fault(std::string name, std::string does, FileDamage damage) {
  return {.name = name,
          .does = std::move(does),
          .breaks = "a node that serves damaged records, or leaves them out in silence",
          .parameters = {nodes_parameter()},
          .make = [name, damage](FaultParameters* p) -> std::unique_ptr<Fault> {
            const auto act = [name, damage](ClusterControl& cluster, const std::string& node,
                                            const Json& args) -> Result<Json> {
              const auto seed = args.find("seed");
              if (seed != args.end() && seed->is_number_unsigned()) {
                return cluster.damage_file(node, damage, seed->get<std::uint64_t>());
              }
              return Error{ErrorCode::kInvalidArgument, name + " needs a \"seed\""};
            };
            DiskHarm harm{.name = name, .draw = draw_seed, .harm = act, .takes_records = true};
            return std::make_unique<HarmedDisks>(std::move(harm), node_count(p));
          }};
}

}  // namespace quorate
