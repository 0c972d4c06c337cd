#include "nemesis/faults/bent_links.h"
#include "nemesis/faults/fault_types.h"

namespace quorate {

FaultType corrupting_links_fault() {
  return {
      .name = "corrupting-links",
      .does = "one bit of a packet is flipped by chance; TCP drops what its checksum refuses",
      .breaks =
          "with fix-checksum everything that has no checksum of its own: garbage values, crashes. "
          "Nothing promises to survive that",
      .parameters = {{"chance", "0.05", "probability of each packet"},
                     {"fix-checksum", "no", "yes: TCP cannot tell, so the bytes reach the store"},
                     links_parameter()},
      .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
        LinkState state;
        state.corrupt = p->probability("chance");
        state.fix_checksum = p->choice("fix-checksum", {"no", "yes"}) == "yes";
        return std::make_unique<BentLinks>("corrupting-links", links_of(p), state);
      }};
}

}  // namespace quorate
