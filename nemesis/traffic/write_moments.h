// WriteMoments: where each write stands, from what is seen between the nodes; and the moments in it
// at which a fault finds most.
//
// A coordinator that is a replica itself sends itself nothing that could be seen: where a write
// goes to fewer than it should, its own copy counts as there. Pure; not thread-safe. Memory for at
// most kMost writes, and a number each for as many keys.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "nemesis/traffic/replica_message.h"

namespace quorate {

enum class MomentKind : std::uint8_t {
  kFanOut,          // the first record leaves: the coordinator stands between asking and answering
  kFirstAck,        // one replica has it, others do not
  kLastAckAwaited,  // w - 1 have it
  kHandOver,        // it is sent to a replica once more, or by another: a hint, a repair
};
inline constexpr std::array kAllMoments{MomentKind::kFanOut, MomentKind::kFirstAck,
                                        MomentKind::kLastAckAwaited, MomentKind::kHandOver};

std::string_view name_of(
    MomentKind kind);  // "fan-out", "first-ack", "last-ack-awaited", "hand-over"
std::string_view description_of(MomentKind kind);  // one line
std::optional<MomentKind> moment_named(std::string_view name);

struct Moment {
  MomentKind kind = MomentKind::kFanOut;
  std::size_t coordinator = 0;    // who sends
  std::vector<std::size_t> have;  // replicas that acknowledged it to anybody, ascending
  std::vector<std::size_t> lack;  // that were sent it and did not yet
  std::string key;
  std::string version;
  std::uint64_t write = 0;  // which of its key's, from 1, as they were begun; 0: not counted
};

// Which moments a fault waits for. Nodes by name.
struct WantedMoment {
  MomentKind kind = MomentKind::kFanOut;
  std::string key;          // empty: of any
  std::uint64_t write = 0;  // of its key's, from 1; 0: any
  std::string has;          // a node that has the write, its coordinator's own copy too; empty: any
  std::string lacks;        // one that was sent it and did not acknowledge it yet

  bool operator==(const WantedMoment&) const = default;
};
// `names` by endpoint.
bool is_wanted(const Moment& moment, const WantedMoment& wanted,
               const std::vector<std::string>& names);

// Of all writes that were seen, by what was acknowledged to who sent them first.
struct WriteCounts {
  std::uint64_t writes = 0;
  std::uint64_t whole = 0;           // w acknowledgements were seen
  std::uint64_t cut_in_between = 0;  // at least one, and never w
  std::uint64_t unseen = 0;          // none
};

class WriteMoments {
 public:
  static constexpr std::size_t kMost = 100'000;

  // w acknowledgements make a write whole, and it is sent to `fan_out` replicas in all.
  WriteMoments(int w, int fan_out)
      : w_(static_cast<std::size_t>(w)), fan_out_(static_cast<std::size_t>(fan_out)) {}

  // The moments that the message brings about, as it is about to arrive. Usually none.
  std::vector<Moment> add(const ReplicaMessage& message);
  // What is still under way counts as it stands.
  WriteCounts counts() const;

 private:
  struct Write {
    std::size_t coordinator = 0;         // the first; others who send it repair
    std::uint64_t number = 0;            // as Moment::write
    std::set<std::size_t> asked;         // by the coordinator
    std::set<std::size_t> sent;          // to them, by anybody
    std::set<std::size_t> acknowledged;  // to the coordinator
    std::set<std::size_t> have;
  };
  using KeyAndVersion = std::pair<std::string, std::string>;

  static Moment moment_of(MomentKind kind, const ReplicaMessage& message, const Write& write);
  std::uint64_t number_of_next(const std::string& key);
  std::vector<Moment> add_write(const ReplicaMessage& message);
  std::vector<Moment> add_acknowledgement(const ReplicaMessage& message);
  std::size_t acknowledgements(const Write& write) const;
  void count(const Write& write, WriteCounts* counts) const;
  void forget_the_oldest();

  const std::size_t w_;
  const std::size_t fan_out_;
  std::map<KeyAndVersion, Write> writes_;
  std::map<std::string, std::uint64_t> begun_;  // by key: how many; of the first kMost keys
  std::deque<KeyAndVersion> order_;
  WriteCounts forgotten_;
};

}  // namespace quorate
