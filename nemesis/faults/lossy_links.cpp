#include "nemesis/faults/bent_links.h"
#include "nemesis/faults/fault_types.h"

namespace quorate {

FaultType lossy_links_fault() {
  return {
      .name = "lossy-links",
      .does = "packets are lost by chance; TCP sends them again",
      .breaks =
          "retries and time-outs: writes counted twice, or called failed though they took effect",
      .parameters = {{"loss", "0.1", "probability of each packet"}, links_parameter()},
      .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
        LinkState state;
        state.loss = p->probability("loss");
        return std::make_unique<BentLinks>("lossy-links", links_of(p), state);
      }};
}

}  // namespace quorate
