// Score: what the runs of a scorecard came to, whoever ran them and in whatever order. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "checker/staleness/confidence.h"
#include "harness/scorecard/case.h"
#include "results/campaign/run_record.h"

namespace quorate {

// A case and the runs of it.
struct Tried {
  Case what;
  std::int64_t runs = 0;
  std::int64_t unknown = 0;  // could not tell, or was not played to its end
  std::int64_t errors = 0;   // of the harness
  // Planted: caught. Control: a false alarm. Shown: one of the cells was seen broken.
  std::int64_t hits = 0;
  std::int64_t named = 0;                     // planted: hits under a name that counts
  std::int64_t preferred = 0;                 // … under the preferred one
  std::map<std::string, std::int64_t> names;  // anomalies, or properties: runs that showed them
  std::vector<double> detected_s;             // of each hit: load until it could be told
  double load_s = 0;
  // The first hit, in the order of the runs' numbers.
  struct First {
    std::int64_t runs = 0;  // including it
    double load_s = 0;      // of all runs until it could be told
    std::uint64_t seed = 0;
    std::string run;  // its folder's name
  };
  std::optional<First> first;
  std::vector<std::string> failed;  // runs that ended otherwise than they must

  // Of a run, 95 % (Clopper-Pearson).
  Interval hit_rate() const;
  // Runs after which 95 in 100 tries have caught it; nothing: no run did.
  std::optional<std::int64_t> runs_needed() const;
};

// A planted bug, over all ways in which it is looked for.
struct BugScore {
  std::string bug;
  std::vector<const Tried*> ways;
  bool caught() const;
  bool named() const;
  // Of all hits; nothing: none.
  std::optional<double> median_s() const;
};

class Score {
 public:
  // `records[i].combination` is the place of its case in `cases`.
  Score(std::vector<Case> cases, std::vector<RunRecord> records);

  const std::vector<Tried>& tried() const { return tried_; }
  std::vector<BugScore> bugs() const;
  std::vector<const Tried*> of(CaseKind kind) const;
  std::int64_t runs(CaseKind kind) const;

  std::int64_t missed() const;        // bugs that no run caught, and rows that no run showed
  std::int64_t misnamed() const;      // bugs that were caught, and never under a name that counts
  std::int64_t false_alarms() const;  // control runs
  // Controls on the nodes of somebody else's program: what they find need not be a false alarm.
  bool judges_a_program() const;
  std::int64_t errors() const;

  // 255 where the harness failed, else 1 at a false alarm or a wrong name, else 2 at a miss (or
  // where a kind of case was not run at all), else 0.
  int exit_code() const;
  std::string sentence() const;

 private:
  std::vector<Tried> tried_;
};

// Whether the run came to what the case must: caught under a name that counts, no alarm, shown.
bool came_out_well(const Case& what, const RunRecord& record);

double median_of(std::vector<double> values);  // REQUIRES: not empty

// {"sentence", "exit-code", "bugs": […], "controls": {…}, "shown": […]}.
Json to_json(const Score& score);

}  // namespace quorate
