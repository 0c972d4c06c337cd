// What the replicas themselves hold, and whether the store serves again, once every fault is healed
// (theory: sections 5.1 and 5.5).
#pragma once

#include <chrono>
#include <memory>

#include "checker/checker.h"

namespace quorate {

// Property kConverges, from the polls of replica_state.h. Two successive polls must agree.
//
// A key whose replicas differ in the last poll, in value or version, is a divergence, listed with
// what each of them holds (no record is as good as a tombstone). One whose replicas agree must hold
// a legal value: one that an acknowledged or unknown write put there (or nothing), and that was not
// complete before an acknowledged write began; else that write is lost; or the value is one that
// failed, or that nobody wrote. A key whose version goes back from one poll to the next, while
// nobody writes, is a resurrection. kUnknown: no polls, only one, a replica that the last two do
// not both have, or a key that agreed only in the last poll or still changes (a write of unknown
// outcome may arrive late). Keys with operations other than read, write and delete are only
// compared.
//
// violation_count counts keys. measures: "polls", "keys", "replicas", "divergent_keys",
// "last_divergent_ns" (when two replicas last differed; -1: never seen), "converged_by_ns" (the
// first poll from which on all agree; -1), "convergence_ms" (from the mark of the healing phase to
// that; -1), and "under_replicated_first", "under_replicated_last": of the first and of the last
// poll {"writes", "listed": [{"key", "op", "copies", "w"}, …]}, the acknowledged writes whose
// version, or a newer one, is on fewer replicas than had acknowledged it (w);
// "writes_without_version" are not looked at. O(records log records + n).
// Where acknowledged writes may be lost (`writes_last` is false), replicas may also agree on a
// value that was overwritten: that they agree is all that is owed.
std::unique_ptr<Checker> convergence_checker(bool writes_last = true);

// Property kAvailableAfterHeal: after the last fault was healed, every key that is asked for, and
// every node that is asked, answers some operation successfully within `bound`.
//
// Healed is when the harness marked the phase "heal", or where it came later, the nemesis's last
// heal was done. Only operations that begin afterwards count. kUnknown: no such mark, a fault whose
// healing failed, nothing asked afterwards, or nothing finished; and what never answered in a run
// that was interrupted.
//
// violation_count counts keys and nodes. measures: "keys", "nodes", "operations", "ok" (of those
// after healing), "first_ok_ms" (since healing; -1), "slowest_key_ms", "slowest_node_ms" (the
// largest time to a first success; -1 where there was none).
// O(n log n).
inline constexpr Duration kAvailableWithin = std::chrono::seconds(30);
std::unique_ptr<Checker> availability_checker(Duration bound = kAvailableWithin);

}  // namespace quorate
