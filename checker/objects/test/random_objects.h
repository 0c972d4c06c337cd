// Small random histories of one object, and small ways of spoiling a good one.
#pragma once

#include <vector>

#include "base/random.h"
#include "checker/objects/test/object_notation.h"

namespace quorate {

struct ObjectShape {
  bool set = true;
  // Of a counter: amounts are drawn from these, with repetition unless `distinct`. A set adds 1, 2,
  // 3, ….
  std::vector<int> amounts = {1};
  bool distinct = false;
  bool finals = false;  // some reads, the last ones, are final
};

// Up to four adds and four reads, positions drawn freely, a fifth of the adds info, some fail.
std::vector<ObjectOp> random_objects(const ObjectShape& shape, RandomStream* random);

// A linearizable history: every operation takes effect at one point of its interval.
std::vector<ObjectOp> good_objects(const ObjectShape& shape, RandomStream* random);

// Changes one read's value, drops an operation, swaps two reads' values, makes an outcome another,
// or moves one end of one operation.
std::vector<ObjectOp> spoil(std::vector<ObjectOp> ops, RandomStream* random);

}  // namespace quorate
