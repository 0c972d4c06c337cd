// JudgedHistory: a history as the checkers of this folder read it, and what they say of it whatever
// they find.
#pragma once

#include <string>

#include "base/json.h"
#include "checker/checker.h"
#include "checker/key_index.h"
#include "checker/sessions/read_sources.h"
#include "checker/sessions/session_steps.h"

namespace quorate {

class JudgedHistory {
 public:
  // O(n log n). REQUIRES: the history outlives this.
  JudgedHistory(const History& history, const InitialValue& initial);

  const History& history() const { return history_; }
  const ReadSources& sources() const { return sources_; }
  const SessionSteps& steps() const { return steps_; }
  // Whether the version of any write is known, or there is no write.
  bool tells_versions() const;
  // "operations", "sessions", "keys", "reads" and "writes" that count, "dirty_reads",
  // "thin_air_reads", "unpaired_reads".
  void measure(Json* measures) const;

 private:
  const History& history_;
  KeyIndex keys_;
  ReadSources sources_;
  SessionSteps steps_;
};

// An upper bound of what judging takes, clocks not included.
std::size_t bytes_to_judge(const History& history);
// Why the history cannot be judged at all; "" where it can.
std::string over_budget(const History& history, const Budget& budget);
// Instant::max() for budgets beyond it.
Instant deadline_of(Instant began, const Budget& budget);

}  // namespace quorate
