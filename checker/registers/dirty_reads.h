// Reads that no model allows: of a value that no write, begun and not failed, had put there
// (theory: section 0.3).
//
// This is the property "no-dirty-read": dirty, thin-air, misdirected and future reads all break it,
// since each returned what nothing that took effect had written. They break every other register
// property as well.
#pragma once

#include <vector>

#include "checker/registers/counterexample.h"

namespace quorate {

// Names bad reads. Looks at the whole history once, when the first thin-air read asks where its
// value came from.
class BadReadNames {
 public:
  explicit BadReadNames(const History& history) : history_(history) {}
  // The read, and the write that it returned if there is one: a thin-air value that was written to
  // another key is a misdirected read.
  Evidence evidence_of(const KeyClusters& clusters, const BadRead& bad);

 private:
  OpIndex writer_on_any_key(Symbol value);

  const History& history_;
  std::vector<OpIndex> writers_;  // by value symbol
};

}  // namespace quorate
