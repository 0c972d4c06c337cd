// The definitions of sets and counters, word for word, on histories of at most a dozen operations
// on one object. Exponential; no code is shared with the checkers.
#pragma once

#include <vector>

#include "checker/objects/test/object_notation.h"

namespace quorate::object_oracle {

using Ops = std::vector<ObjectOp>;

// One order of everything that extends real time explains every read; an add of unknown outcome may
// be left out. A set that a read has twice is explained by nothing.
bool linearizable(const Ops& ops);

// Sets. Each read holds only what was added before it ended, and did not fail, and nothing twice.
bool no_dirty_read(const Ops& ops);
// As that, and each read holds whatever was acknowledged before it began.
bool latest_set(const Ops& ops);
// No element is lost, by Jepsen's set-full; with final reads, by these alone.
bool nothing_lost(const Ops& ops);
// Some element is stable, by Jepsen's set-full.
bool any_stable(const Ops& ops);

// Counters. Each read is between the least and the greatest sum of the adds that it may see.
bool latest_counter(const Ops& ops);

}  // namespace quorate::object_oracle
