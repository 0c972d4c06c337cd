// Brute-force oracles for the measures of staleness: the definitions of theory 3.1, word for word,
// on histories of one key and a handful of operations. They share no code with what they test.
#pragma once

#include "base/random.h"
#include "checker/staleness/zones.h"
#include "checker/test/history_notation.h"

namespace quorate::oracle {

// The least k for which some order of all operations extends real time and each read returns one of
// the k latest writes before it. Writes of unknown outcome may be left out. REQUIRES: no read of a
// value that nobody may have written before it ended; at most 14 operations.
int smallest_k(const std::vector<TestOp>& ops);

// Every read begins `by` earlier; every operation begins and ends `by` earlier and later.
std::vector<TestOp> reads_moved(std::vector<TestOp> ops, Position by);
std::vector<TestOp> stretched(std::vector<TestOp> ops, Position by);
// All positions times a factor.
std::vector<TestOp> scaled(std::vector<TestOp> ops, Position factor);

// 2-atomicity as FZF decides it (theory 3.5). REQUIRES: zones as zones_of gives them.
bool fzf(const std::vector<Zone>& zones);

// A history of one key without reads that no model allows, more concurrent and more stale than
// random_ops: up to `writes` writes and `reads` reads.
std::vector<TestOp> random_stale_ops(std::size_t writes, std::size_t reads, RandomStream* random);

}  // namespace quorate::oracle
