// Steered out: a replica that works, but answers so late that no operation ever counts it. What
// only the others have is then all that quorums see, until it is back and they meet a replica that
// missed everything.
#include "nemesis/faults/bent_links.h"
#include "nemesis/faults/fault_types.h"

namespace quorate {

FaultType steered_out_fault() {
  return {.name = "steered-out",
          .does = "one node's answers come too late to count, while it gets all requests",
          .breaks =
              "with fan-out all: what rests on a replica's word that nobody waited for: "
              "repairs, hints, quorums counted wrongly",
          .parameters = {{"delay", "200ms", "of what the node sends; less than the time-out"}},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            LinkState state;
            state.delay = p->delay("delay");
            return std::make_unique<BentLinks>("steered-out", LinkChoice::kFromOneNode, state);
          }};
}

}  // namespace quorate
