// HintedHandoff: records that this node keeps for others that could not be reached, and hands over
// when they can be (DeCandia et al. 2007, section 4.6). The rules, with no I/O and no clock.
//
// A hint is durable before it is told to be kept. One hint for a (target, key): the newest version.
// A hint is delivered as an ordinary record write, which its target applies only if the version is
// greater than its own; it is erased when the target has acknowledged that, or when it is older
// than its lifetime: a tombstone that it does not know may have been purged since.
//
// The caller keeps the bytes (Table::kHints) and carries messages; this decides and counts. Wall
// time is milliseconds since 1970, because hints outlive the process. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "node/core/messages.h"
#include "node/core/store.h"

namespace quorate::node {

struct HintOptions {
  bool enabled = true;
  Duration lifetime = std::chrono::hours(3);
  std::uint32_t per_second = 1000;  // delivered at most, to all targets together
  std::size_t max_hints = 100'000;
  std::size_t max_bytes = std::size_t{256} << 20;  // of keys and records
};

struct HintCounters {
  std::uint64_t kept = 0;
  std::uint64_t delivered = 0;
  std::uint64_t expired = 0;
  std::uint64_t refused = 0;  // no room
};

// The content of a hint on disk.
struct Hint {
  std::int64_t kept_at_ms = 0;
  Record record;
};
std::string hint_key(ReplicaIndex target, std::string_view key);
std::string encode_hint(const Hint& hint);
// Errors: kCorrupt.
Result<Hint> decode_hint(std::string_view bytes);

class HintedHandoff {
 public:
  static constexpr Duration kRound = std::chrono::milliseconds(50);
  static constexpr Duration kRetryAfter = std::chrono::seconds(1);

  explicit HintedHandoff(HintOptions options);

  // A hint found on disk at the start. Errors: kCorrupt.
  Result<void> load(const StoredEntry& entry);

  // The change to make durable so that the hint is kept; nothing where a hint that is at least as
  // new is already durable. Errors: kLimit.
  Result<std::optional<StoreChange>> keep(ReplicaIndex target, const std::string& key,
                                          const Record& record, std::int64_t wall_ms);
  // A change from keep() is durable.
  void on_kept(ReplicaIndex target, const std::string& key, const Version& version);

  // The targets for which a durable hint of `key` is kept.
  std::vector<ReplicaIndex> targets_of(const std::string& key) const;

  struct Delivery {
    ReplicaIndex target = 0;
    std::string key;
    Version version;
  };
  struct Round {
    std::vector<Delivery> deliver;     // read each and send it, then call on_delivered()
    std::vector<StoreChange> expired;  // erase them
  };
  // What may be delivered now, oldest keys first within a target, by the throttle. `reachable` by
  // node.
  Round round(Instant now, std::int64_t wall_ms, const std::vector<bool>& reachable);
  // The target has it durably (the change erases the hint), or it was not told so in time or
  // refused (nothing goes to that target before kRetryAfter).
  std::optional<StoreChange> on_delivered(const Delivery& delivery, bool acknowledged, Instant now);

  // When round() is worth a call; none where nothing is kept.
  std::optional<Instant> next_round() const;
  std::size_t count() const { return count_; }
  std::size_t count_for(ReplicaIndex target) const;
  const HintCounters& counters() const { return counters_; }
  const HintOptions& options() const { return options_; }

 private:
  struct Kept {
    Version version;
    std::int64_t kept_at_ms = 0;
    std::size_t bytes = 0;
    bool durable = false;
    bool on_its_way = false;
  };
  using Hints = std::map<std::string, Kept>;
  struct Target {
    Hints hints;  // by key
    Instant not_before;
  };

  // Appends what may go to this target, and what is too old.
  void look_through(ReplicaIndex target, Target* state, bool may_send, std::int64_t wall_ms,
                    Round* round);
  Kept* find(ReplicaIndex target, const std::string& key, const Version& version);
  StoreChange forget(ReplicaIndex target, const std::string& key);

  const HintOptions options_;
  std::map<ReplicaIndex, Target> targets_;
  std::size_t count_ = 0;
  std::size_t bytes_ = 0;
  Instant next_round_;
  Instant next_expiry_;  // when hints for unreachable targets are looked through
  double tokens_ = 0;    // deliveries that the throttle allows now
  HintCounters counters_;
};

}  // namespace quorate::node
