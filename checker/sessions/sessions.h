// Checkers of what one client may expect along its session, and of causality between clients.
//
// A session is the operations of one process, in order (theory 4.1). An operation whose outcome is
// unknown ends it; such a write counts only where somebody read its value, has a past, and nothing
// in its session comes after it (4.6). A read is paired with its write by value. Where several
// writes may have put the value there (deletes, often), by the version that the read tells; a read
// that cannot be paired is left out, its key is named in `reason`, and the answer is never "held".
// Reads of failed writes and of values that nobody wrote are no-dirty-read's to judge: they are
// left out here, and counted in measures ("dirty_reads", "thin_air_reads").
//
// violation_count is of operations: the reads (for monotonic-writes and writes-follow-reads the
// writes) that go back behind what their session had before. `violations` explains at most 8,
// spread over keys, each 1-minimal.
#pragma once

#include <memory>

#include "checker/checker.h"

namespace quorate {

// The guarantees say "not older than", and need an order of the writes of a key to say it in.
enum class KnownOrder {
  // By versions on a key where every acknowledged write and every value that was read tells one
  // (and no two of them disagree); by real time on other keys.
  kBest,
  // A write is older that had ended before the other began. That is what a store owes whose quorums
  // of writes and reads meet; a store that promises sessions and nothing of real time may break it.
  kRealTime,
  // A write is older that is in the other's causal past: session order and reads-from. Any store
  // that keeps the guarantee keeps this; it sees least.
  kCausal,
};

// kReadYourWrites, kMonotonicReads, kMonotonicWrites, kWritesFollowReads; nullptr for others.
//
// By versions a violation is exact: the store itself calls what it returned older. Otherwise the
// guarantee is broken where its demands and the known order of a key are cyclic (theory 4.2): then
// some demand of every such cycle goes back from a later write to an earlier one, and those reads
// are counted. A read of the initial value after any other is broken by itself.
// Monotonic writes and writes-follow-reads are judged by versions whatever `order` says: without
// them nothing can contradict a store. Where a write that matters tells none, that is kUnknown
// ("not decidable without versions: …").
// O(n log n); kCausal O(n * sessions), as causal_checker.
std::unique_ptr<Checker> session_checker(Property property, const InitialValue& initial = {},
                                         KnownOrder order = KnownOrder::kBest);

// kCausal (CC) and kCausalConvergence (CCv) of Bouajjani, Enea, Guerraoui, Hamza (POPL 2017), by
// their bad patterns; nullptr for others.
//
// Counted are the reads that see an effect without its cause (WriteCORead, WriteCOInitRead), the
// sets of operations that are their own causes (CyclicCO), and for kCausalConvergence the sets of
// writes that no one order of each key explains (CyclicCF). Reads downstream of a CyclicCO are not
// judged.
// O(n * k) time with vector clocks, for k sessions that matter at a time (causality.h): a session
// that has ended costs nothing more once all that go on know something newer. O(n + c * k) memory
// for c different pasts that can still be asked for. Out of either is kUnknown.
std::unique_ptr<Checker> causal_checker(Property property, const InitialValue& initial = {});

}  // namespace quorate
