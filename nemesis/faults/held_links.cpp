#include "nemesis/faults/bent_links.h"
#include "nemesis/faults/fault_types.h"

namespace quorate {

FaultType held_links_fault() {
  return {.name = "held-links",
          .does = "packets are kept until it is healed, then all arrive in order",
          .breaks =
              "writes that reach some replicas long after others, when newer ones have been there",
          .parameters = {links_parameter()},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            LinkState state;
            state.held = true;
            return std::make_unique<BentLinks>("held-links", links_of(p), state);
          }};
}

}  // namespace quorate
