// Whether the replicas agree at the end, and on something that they may agree on.
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "checker/evidence/story.h"
#include "checker/objects/violation_list.h"
#include "checker/replicas/legal_values.h"
#include "checker/replicas/replica_state.h"
#include "checker/replicas/replicas.h"
#include "checker/replicas/under_replication.h"
#include "checker/versions/version_order.h"

namespace quorate {
namespace {

using Records = std::span<const ReplicaRecord>;

// No record and a tombstone are the same: the one may have been purged already.
bool same_state(const ReplicaRecord& a, const ReplicaRecord& b) {
  if (a.value != b.value) return false;
  const bool purged = a.value.empty() && (a.version.empty() || b.version.empty());
  return a.version == b.version || purged;
}
// Each with all others: being the same is not transitive.
bool agree(Records records) {
  for (std::size_t i = 1; i < records.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (!same_state(records[i], records[j])) return false;
    }
  }
  return true;
}

std::map<std::string, Records> by_key(const ReplicaPoll& poll) {
  std::map<std::string, Records> keys;
  const auto& records = poll.records;
  for (std::size_t begin = 0; begin < records.size();) {
    std::size_t end = begin;
    while (end < records.size() && records[end].key == records[begin].key) ++end;
    keys[records[begin].key] = Records(records.data() + begin, end - begin);
    begin = end;
  }
  return keys;
}

std::string held(const ReplicaRecord& record) {
  const std::string value = shown_json(record.value);
  return record.version.empty() ? value : fmt::format("{} (version {})", value, record.version);
}

Violation without_operations(const std::string& key, Anomaly anomaly, Records records,
                             const std::vector<std::string>& sentences) {
  Violation violation;
  violation.property = Property::kConverges;
  violation.anomaly = name_of(anomaly);
  const bool quoted = key.size() >= 2 && key.front() == '"';
  violation.key = quoted ? key.substr(1, key.size() - 2) : key;
  violation.lines = {fmt::format("{} on key {}", name_of(anomaly), key)};
  for (const std::string& sentence : sentences) violation.lines.push_back("  " + sentence);
  violation.lines.push_back("  When all was over:");
  for (const ReplicaRecord& record : records) {
    violation.lines.push_back(fmt::format("    {} held {}", record.node, held(record)));
  }
  return violation;
}

class Convergence {
 public:
  Convergence(const History& history, bool writes_last)
      : history_(history), keys_(history), writes_last_(writes_last) {
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      ordinals_.emplace(history.text(keys_.key(i)), i);
    }
  }

  CheckResult judge();

 private:
  void judge_polls();
  void check_nodes();
  void check_listed(const std::map<std::string, Records>& last);
  void judge_key(const std::string& key, Records last, Records before);
  void judge_change(const std::string& key, Records last, Records before);
  void judge_value(const std::string& key, Records last);
  bool written_since(const std::string& key, Position position) const;
  std::span<const OpIndex> ops_of(const std::string& key) const;
  void report(const std::string& key, Anomaly anomaly, std::vector<OpIndex> ops, Records records,
              const std::vector<std::string>& sentences);
  std::vector<OpIndex> writes_of(const std::string& key, Records records) const;
  Json measures() const;
  void tell_times(Json* json) const;

  const History& history_;
  const KeyIndex keys_;
  const bool writes_last_;
  std::map<std::string_view, std::size_t> ordinals_;
  std::vector<ReplicaPoll> polls_;
  std::uint64_t divergent_ = 0;
  ViolationList found_;
};

CheckResult Convergence::judge() {
  Result<std::vector<ReplicaPoll>> polls = replica_polls(history_);
  if (!polls) {
    found_.undecided(polls.error().context);
  } else {
    polls_ = std::move(*polls);
    judge_polls();
  }
  const Json numbers = measures();
  CheckResult result = found_.take_result(Property::kConverges);
  result.measures = numbers;
  return result;
}

void Convergence::judge_polls() {
  if (polls_.empty()) {
    found_.undecided("the replicas were never polled");
    return;
  }
  if (polls_.size() == 1) found_.undecided("the replicas were polled only once");
  check_nodes();
  const auto last = by_key(polls_.back());
  check_listed(last);
  const auto before = polls_.size() > 1 ? by_key(polls_[polls_.size() - 2]) : last;
  for (const auto& [key, records] : last) {
    const auto earlier = before.find(key);
    judge_key(key, records, earlier == before.end() ? Records() : earlier->second);
  }
}

// A node that was polled once must be in the last two polls.
void Convergence::check_nodes() {
  std::vector<std::string> all;
  for (const ReplicaPoll& poll : polls_) {
    all.insert(all.end(), poll.nodes.begin(), poll.nodes.end());
  }
  for (std::size_t i = polls_.size() - std::min<std::size_t>(2, polls_.size()); i < polls_.size();
       ++i) {
    for (const std::string& node : all) {
      if (std::binary_search(polls_[i].nodes.begin(), polls_[i].nodes.end(), node)) continue;
      found_.undecided(fmt::format("{} did not answer poll {}", node, polls_[i].number));
    }
  }
}

// A key that was written must be listed, if only as nothing.
void Convergence::check_listed(const std::map<std::string, Records>& last) {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    const auto ops = keys_.ops(i);
    const bool owes = std::any_of(ops.begin(), ops.end(), [this](OpIndex index) {
      const Op& op = history_.ops()[index];
      return op.function != Function::kRead && op.outcome == Outcome::kOk;
    });
    if (!owes || last.contains(std::string(history_.text(keys_.key(i))))) continue;
    found_.undecided(fmt::format("key {} is listed by no replica in the last poll",
                                 history_.text(keys_.key(i))));
  }
}

void Convergence::judge_key(const std::string& key, Records last, Records before) {
  found_.next_key();
  if (!agree(last)) {
    ++divergent_;
    report(key, Anomaly::kDivergence, writes_of(key, last), last,
           {"Every fault was healed and no client wrote any more, yet the replicas still differ."});
    return;
  }
  if (before.empty() || !agree(before)) {
    found_.undecided(fmt::format("key {}: the replicas agreed only in the last poll", key));
  } else if (!same_state(last.front(), before.front())) {
    judge_change(key, last, before);
    return;
  }
  judge_value(key, last);
}

// The replicas agree in both polls, and not on the same.
void Convergence::judge_change(const std::string& key, Records last, Records before) {
  const std::string& now = last.front().version;
  const std::string& then = before.front().version;
  const bool back = !then.empty() && (now.empty() || compare_versions(now, then) < 0);
  if (back && !written_since(key, polls_[polls_.size() - 2].position)) {
    report(key, Anomaly::kResurrection, writes_of(key, before), last,
           {fmt::format("In the poll before, all of them held {},", held(before.front())),
            "which is newer; nobody wrote in between."});
    return;
  }
  found_.undecided(fmt::format("key {}: the replicas still changed before the last poll", key));
}

bool Convergence::written_since(const std::string& key, Position position) const {
  const auto ops = ops_of(key);
  return std::any_of(ops.begin(), ops.end(), [&](OpIndex index) {
    const Op& op = history_.ops()[index];
    const bool writes = op.function != Function::kRead && op.outcome != Outcome::kFail;
    return writes && op.completed > position;
  });
}

std::span<const OpIndex> Convergence::ops_of(const std::string& key) const {
  const auto found = ordinals_.find(key);
  return found == ordinals_.end() ? std::span<const OpIndex>() : keys_.ops(found->second);
}

void Convergence::judge_value(const std::string& key, Records last) {
  using Kind = RestingValue::Kind;
  const RestingValue value = judge_resting_value(history_, ops_of(key), last.front().value);
  std::vector<OpIndex> ops;
  for (const OpIndex op : {value.write, value.newer}) {
    if (op != kNoOp) ops.push_back(op);
  }
  switch (value.kind) {
    case Kind::kLegal:
    case Kind::kNotJudged:
      return;
    case Kind::kOverwritten:
      if (!writes_last_) return;
      report(
          key, Anomaly::kLostWrite, ops, last,
          {fmt::format("All replicas agree on {}, {} before the write of {} began,",
                       held(last.front()), value.write == kNoOp ? "as" : "whose write was complete",
                       history_.text(history_.ops()[value.newer].value)),
           "which was acknowledged and is on none of them."});
      return;
    case Kind::kFailed:
      report(key, Anomaly::kDirtyRead, ops, last,
             {"The write of that value failed for certain, so it must never take effect."});
      return;
    case Kind::kUnwritten:
      report(key, Anomaly::kThinAirRead, ops, last, {"Nobody ever wrote that value to this key."});
  }
}

std::vector<OpIndex> Convergence::writes_of(const std::string& key, Records records) const {
  std::vector<OpIndex> writes;
  for (const ReplicaRecord& record : records) {
    const RestingValue value = judge_resting_value(history_, ops_of(key), record.value);
    if (value.write == kNoOp) continue;
    if (std::find(writes.begin(), writes.end(), value.write) == writes.end()) {
      writes.push_back(value.write);
    }
  }
  return writes;
}

// A story lists what each replica held; where no operation of the history is part of it, this does.
void Convergence::report(const std::string& key, Anomaly anomaly, std::vector<OpIndex> ops,
                         Records records, const std::vector<std::string>& sentences) {
  found_.count();
  if (!found_.wants(0)) return;
  if (ops.empty()) {
    found_.keep(0, without_operations(key, anomaly, records, sentences));
    return;
  }
  Story story(history_, std::move(ops));
  if (anomaly == Anomaly::kLostWrite && story.ops().size() == 2) {
    story.edge(story.ops()[0], story.ops()[1], because::kEndedBefore);
  }
  for (const std::string& sentence : sentences) story.sentence("{}", sentence);
  found_.keep(0, story.tell(Property::kConverges, anomaly));
}

Json Convergence::measures() const {
  Json json = Json::object();
  json["polls"] = polls_.size();
  json["keys"] = polls_.empty() ? 0 : by_key(polls_.back()).size();
  json["replicas"] = polls_.empty() ? 0 : polls_.back().nodes.size();
  json["divergent_keys"] = divergent_;
  tell_times(&json);
  if (polls_.empty()) return json;
  json["under_replicated_first"] = to_json(history_, under_replicated(history_, polls_.front()));
  json["under_replicated_last"] = to_json(history_, under_replicated(history_, polls_.back()));
  return json;
}

void Convergence::tell_times(Json* json) const {
  std::int64_t divergent_ns = -1;
  std::int64_t converged_ns = -1;
  for (const ReplicaPoll& poll : polls_) {
    const auto keys = by_key(poll);
    const bool all = std::all_of(keys.begin(), keys.end(),
                                 [](const auto& entry) { return agree(entry.second); });
    if (!all) divergent_ns = poll.time_ns;
    if (!all) converged_ns = -1;
    if (all && converged_ns < 0) converged_ns = poll.time_ns;
  }
  std::int64_t healed_ns = -1;
  for (const Mark& mark : history_.marks()) {
    if (mark.f == "phase" && mark.value == "\"heal\"") healed_ns = mark.time_ns;
  }
  (*json)["last_divergent_ns"] = divergent_ns;
  (*json)["converged_by_ns"] = converged_ns;
  const bool known = healed_ns >= 0 && converged_ns >= 0;
  (*json)["convergence_ms"] = known ? static_cast<double>(converged_ns - healed_ns) / 1e6 : -1.0;
}

class ConvergenceChecker : public Checker {
 public:
  explicit ConvergenceChecker(bool writes_last) : writes_last_(writes_last) {}
  Property property() const override { return Property::kConverges; }
  CheckResult check(const History& history, const Budget&) const override {
    return Convergence(history, writes_last_).judge();
  }

 private:
  const bool writes_last_;
};

}  // namespace

std::unique_ptr<Checker> convergence_checker(bool writes_last) {
  return std::make_unique<ConvergenceChecker>(writes_last);
}

}  // namespace quorate
