// check_registers: several properties of registers with unique values, in one pass over a history.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "checker/checker.h"

namespace quorate {

struct RegisterOptions {
  InitialValue initial;
  // n, the copies of each key. Set it where the configuration promises something and operations may
  // have asked for quorums of their own: then a read is judged only against writes that it meets,
  // and an order is owed only on keys where all quorums meet (docs/guarantees.md). 0: quorums are
  // not looked at.
  int replicas = 0;
  // Whether linearizable rests on reads that meet each other (blocking read repair), so that it is
  // owed only where r + r > n for all reads of a key. Looked at only with replicas.
  bool reads_must_meet = false;
  // Threads to judge keys on; 0: as many as the machine has, where the history is large.
  int threads = 0;
};

// The properties that this judges: latest, write-order, single-order, linearizable, no-lost-write
// and no-dirty-read.
bool is_register_property(Property property);

// One result for each of `properties`, in their order, each as register_checker() (checker.h) gives
// it: a key's index and clusters are built once for all. single-order counts the values that had to
// be left out so that the rest has one order.
//
// Deterministic but for the time budget, whatever the number of threads. The budget is looked at
// before each key and between what is done for a key; what was judged until it ran out stays.
// Memory is an upper bound that is computed before it is used; fewer threads use less. Besides what
// register_checker() says, measures hold "keys_not_owed" (of the orders) and
// "reads_not_owed" (latest) where `replicas` is set, with "not_owed_reason" where they are not 0.
//
// O(n log n) in the operations of a key. REQUIRES: each property is_register_property.
std::vector<CheckResult> check_registers(const History& history,
                                         std::span<const Property> properties,
                                         const RegisterOptions& options, const Budget& budget);

// One property of it, as a Checker. nullptr where it judges no such property.
std::unique_ptr<Checker> register_checker_with(Property property, const RegisterOptions& options);

}  // namespace quorate
