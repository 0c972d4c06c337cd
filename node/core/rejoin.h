// Rejoin: whether this node's disk is what the cluster knew, and what follows if it is not.
//
// A replica that lost its records and votes all the same breaks every promise that rests on
// r + w > n: what it acknowledged is gone from a quorum. So every start is introduced to the other
// nodes: the disk's id (drawn when it was created), its generation (raised, durably, at every
// start), and this start's incarnation. Each remembers that durably, and answers whether it is in
// doubt: the node was known with another disk, or with a later generation. Who answers tells its
// own start along, so that a node whose disk, and memory, was lost knows all those that it counts
// on before it votes itself; else disks that are lost one after the other would be forgotten one
// after the other. A node votes (answers reads and version queries) when enough others have
// remembered its start and nobody of them was in doubt. Until then it acknowledges nothing either.
//
// Enough is as many as make a majority with this node itself; but what this node remembers is lost
// with its disk. So a disk with which it never voted needs as many others as surely include one of
// every such majority: of three nodes both others, of five three. Then no lost disk goes unnoticed,
// and a node that kept its disk needs no more than a majority. (A disk that was set back is noticed
// if one of those who answer knows a later start.)
//
// If somebody doubts, the node abstains until it has caught up: for every partition that it holds,
// anti-entropy has fetched all that min(r, n - 1) voting replicas have. (r + w > n makes r of the
// others meet every write's other holders.) The doubt is kept by those who have it until the node
// tells that it has caught up, so that a crash meanwhile changes nothing. The others also tell up
// to which counter they purged tombstones (see Replica), which a lost disk has forgotten too.
//
// Mode kVote skips all that: the node answers at once. Pure; not thread-safe.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "node/core/limits.h"
#include "node/core/messages.h"
#include "node/core/ring.h"
#include "node/core/store.h"

namespace quorate::node {

enum class RejoinMode : std::uint8_t { kVote, kCatchUp };

// One start of a node: the disk as it found it, and what tells it from all other starts.
struct NodeStart {
  std::uint64_t id = 0;           // drawn at random when the disk was first used
  std::uint64_t generation = 0;   // 1 at its first start
  std::uint64_t incarnation = 0;  // of this start

  bool operator==(const NodeStart&) const = default;
};

// What a node knows durably of another's disk.
struct KnownDisk {
  NodeStart disk;         // at the last start that was not in doubt
  bool in_doubt = false;  // another start was, and has not told that it has caught up
};

struct Introduction {
  NodeStart disk;
  bool caught_up = false;  // since this start
};
std::string encode_introduction(const Introduction& introduction);
// Errors: kProtocol.
Result<Introduction> decode_introduction(std::string_view payload);

class Rejoin {
 public:
  static constexpr Duration kRetryAfter = std::chrono::milliseconds(200);

  enum class State : std::uint8_t { kIntroducing, kCatchingUp, kVoting };

  // `known`: Table::kMeta entries that on_introduction() made.
  // `ring` must outlive this. `sources` is how many replicas must have given all they have: r.
  Rejoin(RejoinMode mode, NodeStart disk, ReplicaIndex self, const Ring* ring,
         std::uint16_t sources);

  // An entry of Table::kMeta; ignored if it is not one of this. Errors: kCorrupt.
  Result<void> load(const StoredEntry& entry);

  // Whom to introduce this node to now, and with what payload.
  struct Round {
    std::vector<ReplicaIndex> to;
    std::string payload;
  };
  Round round(Instant now);
  std::optional<Instant> next_round() const;

  struct Answer {
    StoreChange remember;  // durable first,
    std::string payload;   // then this is sent
  };
  // Another node's introduction. Errors: kProtocol.
  Result<Answer> on_introduction(ReplicaIndex from, std::string_view payload,
                                 std::uint64_t purged_counter);
  // The answer to this node's own. Errors: kProtocol.
  struct Told {
    std::uint64_t purged_counter = 0;     // the other's
    std::optional<StoreChange> remember;  // the other's start, where it was not known: some time
  };
  Result<Told> on_answer(ReplicaIndex from, std::string_view payload);
  // Anti-entropy has fetched all that `peer` had in this partition when the exchange began.
  void on_partition_fetched(ReplicaIndex peer, Partition partition);

  // Once, when this node votes with a disk with which it never did: to be made durable some time.
  std::optional<StoreChange> take_acceptance();

  State state() const { return state_; }
  bool is_voting() const { return state_ == State::kVoting; }
  // Whether this node may acknowledge records.
  bool may_acknowledge() const { return remembered_; }
  // Partitions caught up, and in all; while catching up.
  std::size_t partitions_done() const;
  std::size_t partitions_held() const { return held_; }

 private:
  std::size_t others_needed() const;
  bool is_caught_up(Partition partition) const;
  void settle();

  const NodeStart disk_;
  const ReplicaIndex self_;
  const Ring* const ring_;
  const std::uint16_t sources_;
  const bool asks_;  // mode kCatchUp
  State state_ = State::kIntroducing;
  bool accepted_ = false;    // this node has voted with this disk
  bool remembered_ = false;  // enough others know of this start
  bool caught_up_ = false;
  std::size_t held_ = 0;
  std::bitset<kMaxReplicas> answered_;  // who remembers this start
  std::map<ReplicaIndex, KnownDisk> known_;
  std::array<std::bitset<kMaxReplicas>, kPartitions> fetched_;
  Instant next_round_;
};

}  // namespace quorate::node
