// CampaignSummary: the sum of a campaign's runs, whoever ran them and in whatever order.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/json.h"
#include "results/campaign/campaign_folder.h"
#include "results/campaign/run_record.h"

namespace quorate {

struct OutcomeCounts {
  std::int64_t passed = 0;
  std::int64_t failed = 0;  // something owed broke, a node died, or what was expected was not found
  std::int64_t unknown = 0;  // too little happened to tell
  std::int64_t errors = 0;   // of the harness
  std::int64_t all() const { return passed + failed + unknown + errors; }
  void add(const RunRecord& record);
};

struct CombinationSum {
  OutcomeCounts runs;                           // planned
  OutcomeCounts repeats;                        // of those that failed: they are no fair sample
  std::map<std::string, std::int64_t> flagged;  // property -> planned runs where it broke, unowed
  std::int64_t operations = 0;
};

struct SmallRun {
  std::int64_t operations = 0;
  std::string name;
  auto operator<=>(const SmallRun&) const = default;
};

struct FailureGroup {
  Signature signature;
  std::int64_t count = 0;           // planned runs
  std::int64_t repeats = 0;         // runs of this group that were tried again
  std::int64_t repeats_failed = 0;  // in whatever way
  std::vector<SmallRun> smallest;   // CampaignHead::keep at most: those are kept whole
  std::string sentence;             // of the first
  std::map<std::int64_t, std::int64_t> combinations;  // number -> planned runs that failed
};

// How often the combinations of a group failed in its way, among their planned runs.
struct FailureRate {
  std::int64_t failed = 0;
  std::int64_t runs = 0;
  double share() const {
    return runs == 0 ? 1 : static_cast<double>(failed) / static_cast<double>(runs);
  }
};

class CampaignSummary {
 public:
  explicit CampaignSummary(CampaignHead head);

  // O(log groups). Returns the runs whose folders need not be kept whole any more.
  std::vector<std::string> add(const RunRecord& record);
  // From now on each group keeps so many at most. Returns the same.
  std::vector<std::string> keep_at_most(int runs);

  const CampaignHead& head() const { return head_; }
  const OutcomeCounts& runs() const { return runs_; }
  const OutcomeCounts& repeats() const { return repeats_; }
  std::int64_t canaries() const { return canaries_; }
  // Canaries whose bug was not found: the harness may be blind. Of a combination with a planted
  // bug, which has runs enough to tell how often it is found, only where none of them found it.
  std::vector<std::string> canaries_missed() const;
  const std::vector<CombinationSum>& combinations() const { return combinations_; }
  // The most frequent first.
  std::vector<FailureGroup> groups() const;
  FailureRate rate_of(const FailureGroup& group) const;
  double load_s() const { return load_s_; }
  double total_s() const { return total_s_; }

  // 255 where a canary was missed or the harness failed, else 1 where something failed, else 2
  // where something was unknown or nothing was run, else 0.
  int exit_code() const;
  std::string sentence() const;

 private:
  void add_repeat(const RunRecord& record);
  std::vector<std::string> add_to_group(const RunRecord& record);
  std::vector<std::string> drop_from(FailureGroup* group) const;
  CampaignHead head_;
  OutcomeCounts runs_;
  OutcomeCounts repeats_;
  std::int64_t canaries_ = 0;
  std::vector<std::string> canaries_missed_;                 // of no combination
  std::map<std::int64_t, std::string> combinations_missed_;  // number -> a run; not found so far
  std::vector<CombinationSum> combinations_;
  std::map<Signature, FailureGroup> groups_;
  std::map<std::int64_t, Signature> failed_;  // planned runs, by number
  double load_s_ = 0;
  double total_s_ = 0;
};

Json to_json(const CampaignSummary& summary);

// The sum of the campaign in this folder, from its records. Errors: kNotFound: it is none;
// kCorrupt.
Result<CampaignSummary> sum_of(const std::filesystem::path& folder);

}  // namespace quorate
