// The checkers of registers with unique values: one loop over the keys, and a table of what is
// asked of each key.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "checker/checker.h"
#include "checker/registers/dirty_reads.h"
#include "checker/registers/explain.h"
#include "checker/registers/findings.h"

namespace quorate {
namespace {

// Arrays that live from key to key, so that a history of many small keys allocates little.
struct Workspace {
  StaleReadFinder stale_reads;
  std::vector<OrderItem> items;
  std::uint64_t final_reads = 0;
  std::uint64_t lost_writes = 0;
};

struct KeyView {
  const History& history;
  std::span<const OpIndex> ops;
  const KeyClusters& clusters;
  std::string name;  // as people read it
};

using JudgeKey = void (*)(const KeyView&, Workspace*, Findings*);

// Counts stale reads, and shows the stalest: the more the log holds between overwriting and
// reading, the plainer the case.
void judge_latest(const KeyView& key, Workspace* workspace, Findings* findings) {
  std::vector<StaleRead> found = workspace->stale_reads.find(key.history, key.ops, key.clusters);
  const auto age = [&key](const StaleRead& stale) {
    return key.history.ops()[stale.read].invoked - key.clusters[stale.by].write_end;
  };
  std::stable_sort(found.begin(), found.end(),
                   [&age](const StaleRead& a, const StaleRead& b) { return age(a) > age(b); });
  for (const StaleRead& stale : found) {
    findings->count();
    if (findings->wants(stale.value)) {
      findings->keep(stale.value, evidence_of(key.clusters, stale));
    }
  }
}

// Counts values that contradict a value before them in the order.
void judge_order(OrderRule rule, const KeyView& key, Workspace* workspace, Findings* findings) {
  collect_items(key.clusters, rule, &workspace->items);
  const OrderResult order = order_check(&workspace->items, Findings::kShown);
  findings->count(order.conflicts);
  for (const Conflict& conflict : order.kept) {
    if (findings->wants(conflict.first)) {
      findings->keep(conflict.first, evidence_of(key.clusters, rule, conflict));
    }
  }
}
void judge_write_order(const KeyView& key, Workspace* workspace, Findings* findings) {
  judge_order(OrderRule::kWriteOrder, key, workspace, findings);
}
void judge_linearizable(const KeyView& key, Workspace* workspace, Findings* findings) {
  judge_order(OrderRule::kLinearizable, key, workspace, findings);
}

// Counts keys that lost something.
void judge_lost(const KeyView& key, Workspace* workspace, Findings* findings) {
  const FinalReads final = judge_final_reads(key.history, key.ops, key.clusters);
  workspace->final_reads += final.judged;
  const bool owes = key.clusters.writes() > key.clusters.info_writes();
  if (owes && final.judged == 0) {
    const std::string_view why = final.bad == 0
                                     ? "has no final read that succeeded"
                                     : "has only final reads of values that were never there";
    findings->undecided(fmt::format("{} {}", key.name, why));
  }
  if (!final.lost) return;
  workspace->lost_writes += final.lost->lost_writes;
  findings->count();
  if (findings->wants(0)) findings->keep(0, evidence_of(key.history, key.clusters, final));
}

struct Rule {
  Property property;
  bool counts_bad_reads;
  JudgeKey judge;  // of keys with unique values; nullptr: the bad reads are all there is
};
constexpr std::array<Rule, 5> kRules{{
    {Property::kLatest, true, judge_latest},
    {Property::kWriteOrder, true, judge_write_order},
    {Property::kLinearizable, true, judge_linearizable},
    {Property::kNoLostWrite, false, judge_lost},
    {Property::kNoDirtyRead, true, nullptr},
}};

// Numbers over all keys that were judged.
struct Tally {
  std::uint64_t keys = 0;
  std::uint64_t reads = 0;
  std::uint64_t writes = 0;
  std::uint64_t info_writes = 0;
  std::uint64_t bad_reads = 0;
  double info_share_max = 0;

  void add(const KeyClusters& clusters) {
    ++keys;
    reads += clusters.reads();
    writes += clusters.writes();
    info_writes += clusters.info_writes();
    bad_reads += clusters.bad_reads().size();
    if (clusters.writes() > 0) {
      info_share_max = std::max(info_share_max, static_cast<double>(clusters.info_writes()) /
                                                    static_cast<double>(clusters.writes()));
    }
  }
};

// Upper bounds: the index; and for the key in hand, when all are writes, the clusters (56 bytes)
// and the items to sort (24), each in a vector that may just have doubled. Measured with half
// reads: about a third of that.
constexpr std::size_t kBytesPerOp = 12;
constexpr std::size_t kBytesPerOpOfKey = 160;

class RegisterChecker : public Checker {
 public:
  RegisterChecker(const Rule& rule, InitialValue initial)
      : rule_(rule), initial_(std::move(initial)) {}

  Property property() const override { return rule_.property; }
  CheckResult check(const History& history, const Budget& budget) const override;

 private:
  void judge_key(const KeyView& key, Workspace* workspace, BadReadNames* names,
                 Findings* findings) const;
  Json measures(const History& history, const Tally& tally, const Workspace& workspace,
                std::uint64_t violations) const;

  const Rule& rule_;
  InitialValue initial_;
};

std::string key_name(const History& history, Symbol key) {
  return key == kAbsent ? "the only key" : fmt::format("key {}", history.text(key));
}

bool has_final_reads(const History& history) {
  return std::any_of(history.ops().begin(), history.ops().end(), [](const Op& op) {
    return op.final_read && op.function == Function::kRead && op.outcome == Outcome::kOk;
  });
}

// Why the key cannot be judged any more within the budget; "" if it can.
std::string over_budget(const Budget& budget, Instant began, std::size_t fixed_bytes,
                        std::size_t ops) {
  if (monotonic_now() - began >= budget.time) {
    return fmt::format("was not reached within the time budget of {}",
                       format_duration(budget.time));
  }
  const std::size_t needed = fixed_bytes + ops * kBytesPerOpOfKey;
  if (needed > budget.bytes) {
    return fmt::format("needs about {} bytes to judge, over the budget of {}", needed,
                       budget.bytes);
  }
  return "";
}

void RegisterChecker::judge_key(const KeyView& key, Workspace* workspace, BadReadNames* names,
                                Findings* findings) const {
  if (rule_.counts_bad_reads) {
    for (const BadRead& bad : key.clusters.bad_reads()) {
      findings->count();
      const std::uint64_t tag = (std::uint64_t{1} << 32) + key.history.ops()[bad.read].value;
      if (findings->wants(tag)) findings->keep(tag, names->evidence_of(key.clusters, bad));
    }
  }
  if (rule_.judge == nullptr) return;
  if (const auto duplicate = key.clusters.duplicate()) {
    const bool absent = *duplicate == kAbsent;
    findings->undecided(fmt::format(
        "{}: {} may have been put there by more than one write, which this checker cannot tell "
        "apart",
        key.name,
        absent ? "the absent value" : fmt::format("the value {}", key.history.text(*duplicate))));
    return;
  }
  rule_.judge(key, workspace, findings);
}

CheckResult RegisterChecker::check(const History& history, const Budget& budget) const {
  const Instant began = monotonic_now();
  const KeyIndex keys(history);
  KeyClusters clusters(history, keys.symbol_count());
  const Symbol initial = initial_symbol(history, initial_);
  const bool free_initial = initial_.kind == InitialValue::Kind::kFree;
  const std::size_t fixed =
      history.ops().size() * kBytesPerOp + keys.symbol_count() * sizeof(Symbol);
  Workspace workspace;
  BadReadNames names(history);
  Findings findings;
  Tally tally;
  if (rule_.property == Property::kNoLostWrite && !has_final_reads(history)) {
    findings.undecided("the history has no final reads");
  }
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const KeyView key{history, keys.ops(i), clusters, key_name(history, keys.key(i))};
    const std::string over = over_budget(budget, began, fixed, key.ops.size());
    if (!over.empty()) {
      findings.undecided(key.name + " " + over);
      continue;
    }
    findings.next_key();
    clusters.build(key.ops, initial, free_initial);
    tally.add(clusters);
    judge_key(key, &workspace, &names, &findings);
  }

  CheckResult result;
  result.property = rule_.property;
  result.violation_count = findings.violation_count();
  CounterexampleFinder finder(history, &clusters);
  for (Evidence& evidence : findings.take_shown()) {
    if (evidence.rule) finder.minimise(&evidence);
    result.violations.push_back(explain(history, rule_.property, evidence, &finder));
  }
  result.validity = result.violation_count > 0 ? Validity::kInvalid
                    : findings.is_undecided()  ? Validity::kUnknown
                                               : Validity::kValid;
  result.reason = findings.undecided_reason();
  result.measures = measures(history, tally, workspace, result.violation_count);
  return result;
}

Json RegisterChecker::measures(const History& history, const Tally& tally,
                               const Workspace& workspace, std::uint64_t violations) const {
  Json json = Json::object();
  json["operations"] = history.ops().size();
  json["keys"] = tally.keys;
  json["reads"] = tally.reads;
  json["writes"] = tally.writes;
  json["info_writes"] = tally.info_writes;
  json["info_share_max"] = tally.info_share_max;
  if (rule_.counts_bad_reads) json["bad_reads"] = tally.bad_reads;
  if (rule_.property == Property::kLatest) json["stale_reads"] = violations - tally.bad_reads;
  if (rule_.property == Property::kNoLostWrite) {
    json["final_reads"] = workspace.final_reads;
    json["lost_writes"] = workspace.lost_writes;
  }
  return json;
}

}  // namespace

std::unique_ptr<Checker> register_checker(Property property, const InitialValue& initial) {
  for (const Rule& rule : kRules) {
    if (rule.property == property) return std::make_unique<RegisterChecker>(rule, initial);
  }
  return nullptr;
}

}  // namespace quorate
