// Brute-force oracles: the definitions of the theory, word for word, on histories of a handful of
// operations.
//
// They share no code with the checkers. All are exponential; keys are judged one by one, a key may
// have at most 10 writes and reads that count. The initial value is 0.
#pragma once

#include <vector>

#include "checker/test/history_notation.h"
#include "results/property.h"

namespace quorate::oracle {

using Ops = std::vector<TestOp>;

// Every read alone: there is an order of all writes and the read that extends real time and
// explains it.
bool weakly_regular(const Ops& ops);
// As weak, and any two reads' orders agree on the writes that are relevant to both (theory 1.1).
bool write_order_regular(const Ops& ops);
// One order of all writes that extends real time, in which every read fits: right after its value's
// write, behind all writes that precede it and before all that it precedes.
bool single_order_regular(const Ops& ops);
// One order of everything that extends real time; a write of unknown outcome may be left out.
bool linearizable(const Ops& ops);
// The least k over all orders of the writes and this one read; 0 where no order explains it.
int k_weak(const Ops& ops, const TestOp& read);
// No acknowledged write is superseded by everything that the final reads of its key returned. With
// no final read at all: true.
bool nothing_lost(const Ops& ops);
// Every ok read returned the initial value or that of a write that had begun and did not fail.
bool no_dirty_read(const Ops& ops);

bool holds(Property property, const Ops& ops);

}  // namespace quorate::oracle
