#include "nemesis/faults/bent_links.h"
#include "nemesis/faults/fault_types.h"

namespace quorate {

FaultType reordering_links_fault() {
  return {.name = "reordering-links",
          .does = "packets go past others that wait",
          .breaks = "timing under congestion; a store that uses UDP gets messages out of order",
          .parameters = {{"chance", "0.25", "probability of each packet"},
                         {"delay", "5ms", "of those that wait"},
                         links_parameter()},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            LinkState state;
            state.reorder = p->probability("chance");
            state.delay = p->delay("delay");
            return std::make_unique<BentLinks>("reordering-links", links_of(p), state);
          }};
}

}  // namespace quorate
