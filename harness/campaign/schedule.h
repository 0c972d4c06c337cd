// Schedule: what a campaign runs next. Pure; not thread-safe.
//
// A canary comes first and then every so often; what failed is tried again before anything new;
// then the planned runs of this shard in their order, but for those that were done before.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "harness/campaign/run_order.h"
#include "results/campaign/run_record.h"

namespace quorate {

struct ScheduledRun {
  RunKind kind = RunKind::kPlanned;
  std::string name;
  std::int64_t number = 0;  // as in RunRecord
  std::int64_t combination = -1;
  std::uint64_t seed = 0;
};

struct ScheduleRules {
  std::uint64_t seed = 0;
  std::int64_t planned = 0;  // in all shards; 0: without end
  Shard shard;
  int canary_every = 0;  // 0: none
  int repeats = 0;       // of the first failure of a group
  // Whether a combination is to be run once more, after these of its planned runs; those that are
  // not are passed over. Empty: always.
  std::function<bool(const Combination&, const std::vector<RunRecord>&)> wanted;
};

class Schedule {
 public:
  // REQUIRES: the combinations outlive it.
  Schedule(const std::vector<Combination>& combinations, const ScheduleRules& rules);

  // One that was done before, in an earlier session.
  void done_before(const RunRecord& record);
  // What is to be started now; nothing where all has been.
  std::optional<ScheduledRun> next();
  // How one of them ended.
  void ended(const RunRecord& record);
  // The run of this name, whenever it is due; nothing where none has it.
  std::optional<ScheduledRun> named(const std::string& name);
  // Planned runs of this shard that are neither done nor started; nothing: without end.
  std::optional<std::int64_t> left() const;

 private:
  void note(const RunRecord& record);
  std::int64_t planned_in_shard() const;
  bool is_wanted(std::int64_t combination) const;
  std::optional<ScheduledRun> canary_if_due();
  std::optional<ScheduledRun> next_repeat();
  std::optional<ScheduledRun> next_planned();
  ScheduledRun canary_run(std::int64_t number) const;
  ScheduledRun planned_run(std::int64_t number);

  const std::vector<Combination>& combinations_;
  std::vector<std::vector<RunRecord>> ended_;  // by combination; nothing where all are wanted
  ScheduleRules rules_;
  RunOrder order_;
  std::int64_t next_ = 0;        // the place within the shard that is looked at next
  std::set<std::int64_t> done_;  // numbers of planned runs done before, not yet passed by next_
  std::int64_t started_or_done_ = 0;  // planned runs of this shard
  std::int64_t canaries_ = 0;
  int since_canary_ = 0;
  std::set<Signature> tried_again_;
  std::deque<ScheduledRun> repeats_;
};

}  // namespace quorate
