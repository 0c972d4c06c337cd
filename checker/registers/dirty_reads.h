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

// The read, and the write whose value it returned if there is one on its key. A value that nobody
// wrote there is a thin-air read, unless a BadReadNames finds it elsewhere.
Evidence evidence_of(const KeyClusters& clusters, const BadRead& bad);

// Finds where thin-air reads had their values from. Looks at the whole history once, when the first
// of them asks.
class BadReadNames {
 public:
  explicit BadReadNames(const History& history) : history_(history) {}
  // A thin-air value that was written to another key makes a misdirected read, and its write joins
  // the evidence. Leaves other anomalies alone.
  void find_writer(Evidence* evidence);

 private:
  OpIndex writer_on_any_key(Symbol value);

  const History& history_;
  std::vector<OpIndex> writers_;  // by value symbol
};

}  // namespace quorate
