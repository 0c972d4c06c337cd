#include "nemesis/faults/bent_links.h"
#include "nemesis/faults/fault_types.h"

namespace quorate {

FaultType narrow_links_fault() {
  return {.name = "narrow-links",
          .does = "a limit of bandwidth; what would wait over a second is lost",
          .breaks = "queues without a bound, time-outs of large transfers: anti-entropy, hints",
          .parameters = {{"rate", "64", "KiB/s"}, links_parameter()},
          .make = [](FaultParameters* p) -> std::unique_ptr<Fault> {
            LinkState state;
            state.bytes_per_second =
                static_cast<std::uint64_t>(p->integer("rate", 1, 10'000'000)) * 1024;
            return std::make_unique<BentLinks>("narrow-links", links_of(p), state);
          }};
}

}  // namespace quorate
