#include "harness/systems/quorate/promise.h"

namespace quorate {
namespace {

using enum Property;

// Owed by every configuration: a write that was reported as failed never takes effect, whatever the
// quorums, and a healed cluster serves. "converges" is owed where anti-entropy or rumours are on;
// the nodes of a run have neither.
const std::vector<Property> kAlways{kNoDirtyRead, kAvailableAfterHeal};

std::vector<Property> with_always(std::vector<Property> properties) {
  properties.insert(properties.end(), kAlways.begin(), kAlways.end());
  return properties;
}

const std::vector<Property> kAtomic{kLatest,          kWriteOrder,        kSingleOrder,
                                    kLinearizable,    kReadYourWrites,    kMonotonicReads,
                                    kMonotonicWrites, kWritesFollowReads, kNoLostWrite};
const std::vector<Property> kRegular{kLatest, kWriteOrder, kReadYourWrites, kMonotonicWrites,
                                     kNoLostWrite};
// Unique clocks that agree order all writes, whoever reads.
const std::vector<Property> kOrdered{kLatest,         kWriteOrder,      kSingleOrder,
                                     kReadYourWrites, kMonotonicWrites, kWritesFollowReads,
                                     kNoLostWrite};

bool reads_are_atomic(const RunConfig& config) { return config.read_mode == "write-back"; }

const PromiseRow& local_counter_row(const RunConfig& config) {
  static const PromiseRow atomic{"C12", "w = n, a replica's counter, reads written back",
                                 with_always(kAtomic)};
  static const PromiseRow regular{"C12", "w = n, a replica's counter, reads not written back",
                                  with_always(kRegular)};
  static const PromiseRow coordinators{
      "C11", "w < n, a replica's counter: later writes may get lesser versions", with_always({})};
  static const PromiseRow clients{
      "C14", "each client's own counter: later writes may get lesser versions", with_always({})};
  if (config.mode == Approach::kClient) return clients;
  if (config.w < config.n) return coordinators;
  return reads_are_atomic(config) ? atomic : regular;
}

const PromiseRow& clock_row(const RunConfig& config) {
  static const PromiseRow atomic{"C16", "r + w > n, clocks that agree, reads written back",
                                 with_always(kAtomic)};
  static const PromiseRow ordered{"C16", "r + w > n, clocks that agree, reads not written back",
                                  with_always(kOrdered)};
  return reads_are_atomic(config) ? atomic : ordered;
}

const PromiseRow& two_phase_row(const RunConfig& config) {
  static const PromiseRow abd{"C8", "r + w > n, two-phase versions, reads written back (ABD)",
                              with_always(kAtomic)};
  static const PromiseRow read_all{"C5", "r = n, two-phase versions", with_always(kAtomic)};
  static const PromiseRow blocking{
      "C3", "r + w > n and 2r > n, two-phase versions, blocking read repair", with_always(kAtomic)};
  static const PromiseRow blocking_few{
      "C4", "r + w > n but 2r <= n, two-phase versions, blocking read repair",
      with_always(kRegular)};
  static const PromiseRow regular{"C6", "r + w > n, two-phase versions, reads not written back",
                                  with_always(kRegular)};
  if (reads_are_atomic(config)) return abd;
  if (config.r == config.n) return read_all;
  if (config.read_mode != "blocking") return regular;
  return 2 * config.r > config.n ? blocking : blocking_few;
}

}  // namespace

const PromiseRow& promise_row(const RunConfig& config) {
  static const PromiseRow partial{"C21", "r + w <= n: quorums need not meet", with_always({})};
  if (config.r + config.w <= config.n) return partial;
  if (config.version_scheme == "local-counter") return local_counter_row(config);
  if (config.version_scheme == "clock") return clock_row(config);
  return two_phase_row(config);
}

}  // namespace quorate
