// Small random histories, and small ways of spoiling a good one.
#pragma once

#include <vector>

#include "base/random.h"
#include "checker/test/history_notation.h"

namespace quorate {

// Up to four writes and four reads on one key (sometimes two), positions drawn freely, a fifth of
// the writes info, some fail; reads return what was written somewhere, seldom anything else. About
// half break something.
std::vector<TestOp> random_ops(RandomStream* random);

// A linearizable history: every operation takes effect at one point of its interval.
std::vector<TestOp> random_linearizable_ops(RandomStream* random);

// Flips a read's value, drops an operation, swaps two reads' values, or moves one end of one
// operation.
std::vector<TestOp> mutate(std::vector<TestOp> ops, RandomStream* random);

// 20 000, or 200 000 where the environment has QUORATE_LONG=1.
int random_rounds();

}  // namespace quorate
