// Small random histories of every model, for tests.
#pragma once

#include <string>
#include <vector>

#include "base/random.h"
#include "checker/general/general_checker.h"
#include "results/history.h"

namespace quorate {

// One operation as a test writes it. Values are JSON texts, "" is nothing.
struct ObjectOp {
  Function function = Function::kRead;
  std::string value;
  Position start = 0;
  Position end = kNever;
  Outcome outcome = Outcome::kOk;
  std::string key = "\"x\"";
};

History history_of(const std::vector<ObjectOp>& ops);
// For messages.
std::string to_text(const std::vector<ObjectOp>& ops);

// "W1[1,2] CAS(1->2)[3,6] R2[4,5] A[1,2] L[3,4] E1[1,2] D1[3,4] X[1,2]", then "i" or "f"; X
// deletes, A acquires, L releases, E enqueues, D dequeues; 0 is nothing, INF no completion. Aborts
// on anything else.
std::vector<ObjectOp> parse_object_ops(std::string_view notation);

// Up to `most` operations of one key, values repeat, a fifth of the changes are info, some fail.
// About half are linearizable: results are drawn at random, or taken from a run of the object.
std::vector<ObjectOp> random_object_ops(ModelKind model, int most, RandomStream* random);

// Flips a value, drops an operation, swaps two values, or moves an end.
std::vector<ObjectOp> mutate(std::vector<ObjectOp> ops, RandomStream* random);

}  // namespace quorate
