#include "harness/systems/quorate/promise.h"

#include <algorithm>
#include <cstdlib>
#include <string>

#include "harness/systems/quorate/node_options.h"

namespace quorate {
namespace {

using enum Property;

// Owed by every configuration: a write that was reported as failed never takes effect, whatever the
// quorums, and a healed cluster serves.
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

// Each key has one writer, whose counter lasts as long as the run.
const PromiseRow& single_writer_row(const RunConfig& config) {
  static const PromiseRow atomic{"C2", "r + w > n, one writer per key, reads written back",
                                 with_always(kAtomic)};
  static const PromiseRow blocking{
      "C3", "r + w > n and 2r > n, one writer per key, blocking read repair", with_always(kAtomic)};
  static const PromiseRow read_all{"C5", "r = n, one writer per key", with_always(kAtomic)};
  static const PromiseRow ordered{"C1", "r + w > n, one writer per key, reads not written back",
                                  with_always(kOrdered)};
  if (reads_are_atomic(config)) return atomic;
  if (config.r == config.n) return read_all;
  return config.read_mode == "blocking" && 2 * config.r > config.n ? blocking : ordered;
}

const PromiseRow& local_counter_row(const RunConfig& config) {
  static const PromiseRow atomic{"C12", "w = n, a replica's counter, reads written back",
                                 with_always(kAtomic)};
  static const PromiseRow regular{"C12", "w = n, a replica's counter, reads not written back",
                                  with_always(kRegular)};
  static const PromiseRow coordinators{
      "C11", "w < n, a replica's counter: later writes may get lesser versions", with_always({})};
  static const PromiseRow clients{
      "C14", "each client's own counter: later writes may get lesser versions", with_always({})};
  if (config.mode == Approach::kClient) {
    return config.writers == Writers::kOnePerKey ? single_writer_row(config) : clients;
  }
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

// "disk-wipe" is asked for by "disk-wipe" and by "disk-wipe:nodes=2".
bool asks_for(const std::string& asked, const std::string& fault) {
  return asked == fault || asked.starts_with(fault + ":");
}
bool asks_for_any(const RunConfig& config, const std::vector<std::string>& faults) {
  return std::any_of(faults.begin(), faults.end(), [&config](const std::string& fault) {
    return std::any_of(config.nemesis.begin(), config.nemesis.end(),
                       [&fault](const std::string& asked) { return asks_for(asked, fault); });
  });
}

// How many nodes one of the faults may hit at once, at most: what its parameter says, or the
// largest minority. 0: none of them is asked for.
int most_hit_at_once(const RunConfig& config, const std::vector<std::string>& faults) {
  int most = 0;
  for (const std::string& asked : config.nemesis) {
    const bool is_one =
        std::any_of(faults.begin(), faults.end(),
                    [&asked](const std::string& fault) { return asks_for(asked, fault); });
    if (!is_one) continue;
    const std::size_t given = asked.find(":nodes=");
    const int hit = given == std::string::npos
                        ? 0
                        : std::atoi(asked.c_str() + given + std::string_view(":nodes=").size());
    most = std::max(most, hit > 0 ? hit : std::max(1, (config.nodes - 1) / 2));
  }
  return most;
}

const std::vector<std::string> kThatEmptyDisks{"disk-wipe", "corrupt-file", "truncate-file"};
const std::vector<std::string> kThatTakeUnsynced{"power-loss", "corrupt-file", "truncate-file"};

bool votes_at_once(const RunConfig& config) { return node_is_told(config, "rejoin", "vote"); }

// How many nodes may lack records at a time because their disks were lost. Who votes at once never
// catches up, so that every node counts which is ever hit.
int most_without_records(const RunConfig& config) {
  const int at_once = most_hit_at_once(config, kThatEmptyDisks);
  if (at_once == 0 || !votes_at_once(config)) return at_once;
  return config.nemesis_nodes.empty() ? config.nodes
                                      : static_cast<int>(config.nemesis_nodes.size());
}

// Whether up to `lost` nodes that lose their disks at once take nothing that was acknowledged with
// them. Either quorums meet outside of them whatever they answer; or they abstain until they have
// what r others hold, and a write has a holder that kept it. (A write that is still in flight may
// count an acknowledgement that is lost meanwhile: so operations must end before the node is back.)
bool survives_lost_disks(const RunConfig& config, int lost) {
  if (config.r + config.w > config.n + lost) return true;
  if (votes_at_once(config)) return false;
  return config.w > lost && config.timeout <= config.nemesis_interval / 2;
}

// Whether the nodes that kept their disks are enough for the others to catch up from, if they do.
bool can_catch_up(const RunConfig& config, int lost) {
  return votes_at_once(config) || config.n - lost >= std::min(config.r, config.n - 1);
}

PromiseRow row_without_faults(const RunConfig& config) {
  static const PromiseRow partial{"C21", "r + w <= n: quorums need not meet", with_always({})};
  static const PromiseRow sloppy{"C20", "stand-ins that no reader asks count towards w",
                                 with_always({})};
  if (config.r + config.w <= config.n) return partial;
  if (node_is_told(config, "sloppy-quorum", "on")) return sloppy;
  if (config.version_scheme == "local-counter") return local_counter_row(config);
  if (config.version_scheme == "clock") return clock_row(config);
  return two_phase_row(config);
}

PromiseRow row_with_faults(const RunConfig& config, int lost_disks) {
  static const PromiseRow skewed{
      "C15", "clocks that do not agree: later writes lose to earlier ones", with_always({})};
  static const PromiseRow unsynced{
      "C18", "records are acknowledged before they are synced, and what is not synced is lost",
      with_always({})};
  static const PromiseRow disks{"C18", "as many disks may be lost at once as hold a write",
                                with_always({})};
  PromiseRow row = row_without_faults(config);
  if (row.id == "C21") return row;
  if (asks_for_any(config, {"clock"})) return skewed;
  if (config.durability != "batch" && asks_for_any(config, kThatTakeUnsynced)) return unsynced;
  return lost_disks == 0 || survives_lost_disks(config, lost_disks) ? row : disks;
}

}  // namespace

PromiseRow promise_row(const RunConfig& config) {
  const int lost_disks = most_without_records(config);
  PromiseRow row = row_with_faults(config, lost_disks);
  if (!can_catch_up(config, lost_disks)) {
    std::erase(row.promised, kAvailableAfterHeal);
  } else if (config.anti_entropy_interval != Duration::zero()) {
    row.promised.push_back(kConverges);
  }
  return row;
}

bool replicas_keep(const RunConfig& config) {
  const bool unsynced = config.durability != "batch" && asks_for_any(config, kThatTakeUnsynced);
  return !unsynced && !asks_for_any(config, kThatEmptyDisks);
}

}  // namespace quorate
