// Rumours: recent writes, told in the background to the replicas that may have missed them.
//
// Rumour mongering (Demers et al., "Epidemic algorithms for replicated database maintenance", PODC
// 1987, section 1.4): a node that applied a new record finds it hot and pushes it to random peers
// until it loses interest. Of the paper's variants this is feedback, with memory instead of a
// counter or a coin: the replicas of a key are few and known, so a key stays hot until each of them
// has confirmed that it holds this version or a greater one. Whoever applies a rumour finds it hot
// in its turn, so that it spreads around links that are cut.
//
// Only keys and versions are kept here: the caller reads the record when it sends it (by then it
// may be newer, so much the better). What is not confirmed within its lifetime is forgotten: the
// rest is anti-entropy's business. Suspected peers are told like all others.
//
// Pure and deterministic: time and randomness come in. Not thread-safe: one caller at a time.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "node/core/gossip/rumour_batch.h"
#include "node/core/limits.h"
#include "node/core/messages.h"

namespace quorate::node {

struct RumourOptions {
  Duration interval = std::chrono::milliseconds(100);  // on the average; 0: no rumours
  std::size_t fan_out = 1;                             // peers told in one round, at least 1
  std::size_t max_hot = 10'000;                        // keys, at least 1
  Duration lifetime = std::chrono::seconds(60);        // of a hot key, more than 0
  std::size_t max_batch = 128;                         // keys told at a time, [1, kMaxRumours]
};

// Tell `to` the records that are held of these keys: at most max_batch, and as many as fit into a
// RumourBatch. The others come round again.
struct RumourRequest {
  ReplicaIndex to = 0;
  std::vector<std::string> keys;
};

// What happened so far, for the node's status.
struct RumourCounters {
  std::uint64_t heard = 0;      // keys that became hot, or hot again
  std::uint64_t told = 0;       // keys put into requests
  std::uint64_t confirmed = 0;  // pairs of a hot key and a replica that turned out to hold it
  std::uint64_t cooled = 0;     // keys that every replica holds
  std::uint64_t expired = 0;    // keys forgotten after their lifetime
  std::uint64_t dropped = 0;    // keys forgotten because the list was full
};

class Rumours {
 public:
  Rumours(RumourOptions options, RandomStream random);

  // A record was applied here, durably. `replicas` are the others that keep the key, `from` is who
  // told it, if a peer did. Replaces an older version of the key; an older one than the hot one is
  // not heard. If the list is full, the key that has been hot for longest is dropped. REQUIRES: key
  // not empty; a version; all replicas < kMaxReplicas; now >= the now of every earlier call.
  void heard(const std::string& key, const Version& version,
             const std::vector<ReplicaIndex>& replicas, std::optional<ReplicaIndex> from,
             Instant now);

  // When round() is due; nothing if no key is hot.
  std::optional<Instant> next_round() const;

  // Whom to tell what, if a round is due: random peers, among those that have something to hear,
  // each the newest keys, or where there are no newer ones, those after what it was told last.
  // REQUIRES: now as in heard().
  std::vector<RumourRequest> round(Instant now);

  // `peer` holds these: it said so in its reply, or told us, or acknowledged a write. Unknown keys
  // and older versions are ignored.
  void confirm(ReplicaIndex peer, const std::vector<HeldVersion>& held);

  std::size_t hot() const { return hot_.size(); }
  const RumourCounters& counters() const { return counters_; }

 private:
  using Place = std::uint64_t;  // in the order of hearing: 1, 2, 3, …
  using Peers = std::bitset<kMaxReplicas>;
  struct Hot {
    std::string key;
    Version version;
    Peers untold;  // never empty
    Instant until;
  };

  bool is_on() const { return options_.interval > Duration::zero(); }
  void plan_round(Instant now);
  void expire(Instant now);
  void make_hot(Hot hot);
  void erase(Place place);
  std::vector<ReplicaIndex> peers_to_tell();
  RumourRequest next_batch(ReplicaIndex peer);

  const RumourOptions options_;
  RandomStream random_;
  std::map<Place, Hot> hot_;
  std::unordered_map<std::string, Place> place_of_;  // looked up, never iterated
  std::array<std::size_t, kMaxReplicas> to_hear_{};  // hot keys of which a peer is untold
  std::array<Place, kMaxReplicas> last_told_{};      // where a peer's next batch goes on
  std::array<Place, kMaxReplicas> newest_told_{};    // places_ at a peer's last batch
  Place places_ = 0;
  Instant next_round_;
  RumourCounters counters_;
};

}  // namespace quorate::node
