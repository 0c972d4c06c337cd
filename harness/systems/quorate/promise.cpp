#include "harness/systems/quorate/promise.h"

namespace quorate {
namespace {

using enum Property;

// Owed by every configuration: a write that was reported as failed never takes effect, whatever the
// quorums, and a healed cluster serves. "converges" is owed where anti-entropy or rumours are on;
// the store has neither yet.
const std::vector<Property> kAlways{kNoDirtyRead, kAvailableAfterHeal};

std::vector<Property> with_always(std::vector<Property> properties) {
  properties.insert(properties.end(), kAlways.begin(), kAlways.end());
  return properties;
}

const std::vector<Property> kAtomic{kLatest,          kWriteOrder,        kSingleOrder,
                                    kLinearizable,    kReadYourWrites,    kMonotonicReads,
                                    kMonotonicWrites, kWritesFollowReads, kNoLostWrite};

}  // namespace

const PromiseRow& promise_row(const RunConfig& config) {
  static const PromiseRow abd{"C8", "r + w > n, two-phase versions, reads written back (ABD)",
                              with_always(kAtomic)};
  static const PromiseRow read_all{"C5", "r = n, two-phase versions", with_always(kAtomic)};
  static const PromiseRow regular{
      "C6", "r + w > n, two-phase versions, reads not written back",
      with_always({kLatest, kWriteOrder, kReadYourWrites, kMonotonicWrites, kNoLostWrite})};
  static const PromiseRow partial{"C21", "r + w <= n: quorums need not meet", with_always({})};

  if (config.r + config.w <= config.n) return partial;
  if (config.read_mode == "write-back") return abd;
  if (config.r == config.n) return read_all;
  return regular;
}

}  // namespace quorate
