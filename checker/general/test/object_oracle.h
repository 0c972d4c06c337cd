// The definition of linearizability, word for word: some order of what happened, and of some of
// what may have, extends real time and is legal. It shares no code with the checker, and is
// exponential.
#pragma once

#include <string>
#include <vector>

#include "checker/general/test/object_history.h"

namespace quorate::oracle {

// Of one key; `initial` is a JSON text ("" nothing). REQUIRES: at most 20 operations.
bool linearizable(ModelKind model, const std::string& initial, const std::vector<ObjectOp>& ops);

}  // namespace quorate::oracle
