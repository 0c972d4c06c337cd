#include "nemesis/faults/bent_links.h"
#include "nemesis/faults/fault_types.h"

namespace quorate {

FaultType duplicating_links_fault() {
  return {.name = "duplicating-links",
          .does = "packets arrive twice by chance",
          .breaks = "what handles duplicates below TCP; little of a store that uses TCP",
          .parameters = {{"chance", "0.1", "probability of each packet"}, links_parameter()},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            LinkState state;
            state.duplicate = p->probability("chance");
            return std::make_unique<BentLinks>("duplicating-links", links_of(p), state);
          }};
}

}  // namespace quorate
