#include "nemesis/faults/bent_links.h"
#include "nemesis/faults/fault_types.h"

namespace quorate {

FaultType slow_links_fault() {
  return {.name = "slow-links",
          .does = "packets wait, each as long as the distribution draws",
          .breaks =
              "answers that overtake each other: stale reads where quorums need not meet, races of "
              "repair and write",
          .parameters =
              {{"delay", "exponential(20ms)",
                "one way: 20ms, uniform(1ms,40ms), normal(20ms,5ms), pareto(5ms,2), lnkd-disk …"},
               {"overtaking", "no", "yes: packets of a link may overtake each other"},
               links_parameter()},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            LinkState state;
            state.delay = p->delay("delay");
            state.overtaking = p->choice("overtaking", {"no", "yes"}) == "yes";
            return std::make_unique<BentLinks>("slow-links", links_of(p), state);
          }};
}

}  // namespace quorate
