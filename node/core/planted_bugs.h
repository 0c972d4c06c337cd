// Planted bugs: wrong turns that a store could take, to show that the harness finds them.
//
// Each is a pretence: configured as one thing, the node behaves as another. They exist only in
// binaries that are compiled with QUORATE_PLANTED_BUGS (quorate-node-buggy, the tests of scripts
// that need a broken node); everywhere else planted() is a constant false, and nothing of them is
// left in the program. A place that asks planted() is marked by doing so; each bug has one, two
// where it takes two to stay unnoticed by the node itself.
//
// The ids P1 … P29 are those of the study of real bugs that they come from.
#pragma once

#include <cstdint>

#ifdef QUORATE_PLANTED_BUGS
#include <optional>
#include <string>
#include <string_view>
#include <vector>
#endif

namespace quorate::node {

enum class Bug : std::uint8_t {
  kNone,
  kAckWMinus1,         // P1  a write is acknowledged after w - 1 acknowledgements
  kReadRMinus1,        // P2  a read answers after r - 1 answers
  kRrAsync,            // P5  read repair is sent and not awaited
  kNoWriteback,        // P6  reads repair nothing
  kWbReadSetOnly,      // P7  write-back repairs only the replicas that were asked first
  kSkipWbIfAgree,      // P8  no write-back where r answers agree, whatever n is
  kNoTiebreak,         // P9  versions without a writer
  kReuseVersion,       // P10 the next write after a time-out takes the same writer again
  kCoordLocalCounter,  // P11 no version query: the coordinator's own counter + 1
  kApplyAlways,        // P12 the record that arrives last is kept
  kRepairBlind,        // P14 repairs are applied without a look at the version
  kSloppyCounts,       // P16 stand-ins count toward w
  kAckBeforeFsync,     // P17 acknowledged before the log is synced
  kWalTailSkip,        // P19 recovery drops the last valid record of the log
  kRejoinEmptyVotes,   // P20 a node that lost its disk votes at once
  kTombstoneGcEarly,   // P22 tombstones are forgotten at once, whoever has them
  kDeleteHard,         // P23 a delete forgets the version
  kFailNotInfo,        // P24 an unknown outcome is told as a failure
  kMerkleKeysOnly,     // P25 anti-entropy compares keys only
  kMerkleXor,          // P25 hashes without keys, joined by XOR: equal ones cancel
  kMerkleVersionOnly,  // P25 anti-entropy compares versions, not values
  kLwwSkew,            // P29 the first node's clock is half a second ahead
};

#ifdef QUORATE_PLANTED_BUGS

// Plants one more in this process; kNone takes all out. Before any node runs. Two together show
// what one alone cannot: a blind comparison of replicas matters only where something makes them
// differ.
void plant(Bug bug);
bool planted(Bug bug);

// "ack_w_minus_1" …; in the order of the enumeration, without kNone.
std::vector<std::string_view> names_of_bugs();
std::optional<Bug> bug_named(std::string_view name);

#else

constexpr bool planted(Bug /*bug*/) { return false; }

#endif

}  // namespace quorate::node
