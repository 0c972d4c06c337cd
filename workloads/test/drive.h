// Drives a generator as a run would, without a clock: for tests.
#pragma once

#include <functional>
#include <vector>

#include "workloads/generator.h"

namespace quorate {

struct Driven {
  Asked asked;
  Invocation invocation;
};

struct Drive {
  int clients = 3;
  Duration step = std::chrono::microseconds(100);  // an operation takes, and everybody in turn
  Duration length = std::chrono::seconds(1);
  std::uint64_t seed = 1;
  // What becomes of operation number i; ok where it is empty.
  std::function<Outcome(std::size_t)> outcome;
};

// All operations, in the order in which they were given. A client that is done is not asked again;
// one that waits is asked again when its time has come.
std::vector<Driven> drive(Generator* generator, const Drive& how);

}  // namespace quorate
