// Corrupted and truncated files: SIGKILL, and a file with records is not as it was written.
#include "nemesis/faults/harmed_disks.h"
#include "nemesis/faults/node_fault_types.h"

namespace quorate {
namespace {

void draw_seed(RandomStream* random, Json* args) {
  (*args)["seed"] = random->below(std::uint64_t{1} << 32);
}

FaultType damaged_file(std::string name, std::string does, FileDamage damage) {
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

}  // namespace

FaultType corrupt_file_fault() {
  return damaged_file("corrupt-file",
                      "SIGKILL to nodes, and a bit in one of their files is flipped; a node that "
                      "refuses the file restarts with an empty disk",
                      FileDamage::kFlippedBit);
}

FaultType truncate_file_fault() {
  return damaged_file("truncate-file",
                      "SIGKILL to nodes, and the end of one of their files is cut off; a node that "
                      "refuses the file restarts with an empty disk",
                      FileDamage::kTruncated);
}

}  // namespace quorate
