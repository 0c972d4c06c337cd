// What many runs exercised together, and what never happened in any of them.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace quorate {

class ExercisedSum {
 public:
  // `exercised`: of a run's results.json; `nodes`: its number of nodes. Errors: kCorrupt for
  // another form.
  Result<void> add(const Json& exercised, int nodes);

  std::int64_t runs() const { return runs_; }
  // {"runs", "ok-reads", …, "faults": {NAME: {"injected", "operations-in-flight", "missed",
  // "runs"}},
  //  "met": {"kill+pause": 3}, "quorums": {"of 3 of 5": {"seen": 7, "possible": 10}},
  //  "writes-seen": {…}, "worst-disagreement", "never": {"faults": […], "pairs": […]}}
  // Pairs are of the faults that were injected at all.
  Json to_json() const;

 private:
  struct Fault {
    std::int64_t injected = 0;
    std::int64_t missed = 0;
    std::int64_t operations_in_flight = 0;
    std::int64_t runs = 0;  // in which it was injected
  };
  std::vector<std::string> pairs_that_never_met() const;
  Json quorums() const;

  std::int64_t runs_ = 0;
  std::map<std::string, std::int64_t> counts_;  // operations by what became of them
  std::map<std::string, Fault> faults_;
  std::map<std::string, std::int64_t> packets_;
  std::map<std::string, std::int64_t> met_;
  std::map<std::pair<std::size_t, int>, std::set<std::string>> quorums_;  // by size and nodes
  std::map<std::string, std::int64_t> writes_seen_;
  std::int64_t bytes_lost_ = 0;
  std::int64_t worst_disagreement_ = -1;
};

}  // namespace quorate
