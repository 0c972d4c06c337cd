// Deletes as writes: a history with deletes, told as one of registers with unique values, so that
// the register checkers can judge it (theory 0.2, rule 8).
//
// Each delete becomes a write of a value of its own, and a read of nothing a read of that value.
// Which delete a read saw is told by the version of the tombstone: that of an ok delete by its
// reply. A version that no ok delete has belongs to a delete of unknown outcome that began in
// time: to the earliest that is left, which forbids least; where several are possible and the
// choice could matter, the read is left out. Where none is left it was a failed delete (a dirty
// read), or nobody's (thin air). A read of nothing without a version found what was there before
// every write; but where no reply on the key told a version it may be of any delete of unknown
// outcome, and is left out. On a key where a final read is in any such doubt no read counts as
// final.
//
// For checkers that ask when operations were, not who did them: of two deletes of unknown outcome,
// which one had a version then makes no difference, and to sessions it does.
#pragma once

#include <memory>

#include "checker/checker.h"
#include "results/history.h"

namespace quorate {

// Operation i of the result is operation i of the history; reads that are left out have failed.
// On a key with an ok delete that has no version, every read of nothing is left out. O(n log n).
History deletes_as_writes(const History& history);

// `checker`, of histories with deletes. Its evidence names the operations of the history as it is.
std::unique_ptr<Checker> judging_deletes(std::unique_ptr<Checker> checker);

}  // namespace quorate
