// LiveVerdict: what the online checker says of a run while the run still goes on: for the progress
// line, and to stop a run at the first violation. The verdict itself comes from the whole history.
//
// Not thread-safe: the recorder's lock orders its calls.
#pragma once

#include <string>
#include <vector>

#include "checker/online/online_checker.h"

namespace quorate {

class LiveVerdict {
 public:
  // `owed`: the properties whose violation is one of the run.
  explicit LiveVerdict(std::vector<Property> owed) : owed_(std::move(owed)) {}

  // The next event of the log.
  void add(const ClientEvent& event) { checker_.add(event); }
  // The first finding on something owed; nullptr as long as there is none.
  const OnlineFinding* violation() const;
  // "holds so far", "flagged: linearizable", "VIOLATION: latest, linearizable".
  std::string text() const;

 private:
  bool is_owed(Property property) const;

  std::vector<Property> owed_;
  OnlineChecker checker_;
};

}  // namespace quorate
