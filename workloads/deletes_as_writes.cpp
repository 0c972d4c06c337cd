#include "workloads/deletes_as_writes.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include <fmt/core.h>

#include "base/check.h"
#include "results/json_text.h"

namespace quorate {
namespace {

using Index = std::size_t;

// The reads of nothing that saw one version.
struct Sighting {
  std::vector<Index> reads;
  Position first_end = kNever;
  Position last_start = kBefore;
};

struct DeletesOfKey {
  std::set<Symbol> versions;  // of ok deletes
  std::vector<Index> unknown;
  std::vector<Index> failed;
  bool unversioned = false;         // an ok delete told no version
  bool told = false;                // some reply told one
  std::map<Symbol, Sighting> seen;  // by version; kAbsent: none was told
};

bool reads_nothing(const Op& op) {
  return op.function == Function::kRead && op.outcome == Outcome::kOk && op.value == kAbsent;
}

std::map<Symbol, DeletesOfKey> deletes_by_key(const History& history) {
  std::map<Symbol, DeletesOfKey> keys;
  for (Index i = 0; i < history.ops().size(); ++i) {
    const Op& op = history.ops()[i];
    if (op.version != kAbsent) keys[op.key].told = true;
    if (reads_nothing(op)) {
      Sighting& sighting = keys[op.key].seen[op.version];
      sighting.reads.push_back(i);
      sighting.first_end = std::min(sighting.first_end, op.completed);
      sighting.last_start = std::max(sighting.last_start, op.invoked);
    } else if (op.function == Function::kDelete) {
      DeletesOfKey& deletes = keys[op.key];
      if (op.outcome == Outcome::kInfo) deletes.unknown.push_back(i);
      if (op.outcome == Outcome::kFail) deletes.failed.push_back(i);
      if (op.outcome != Outcome::kOk) continue;
      if (op.version == kAbsent) deletes.unversioned = true;
      deletes.versions.insert(op.version);
    }
  }
  return keys;
}

// What operations are told to have written or read, and which are left out.
class Retelling {
 public:
  explicit Retelling(const History& history) : history_(history), values_(history.ops().size()) {
    for (const auto& [key, deletes] : deletes_by_key(history)) retell(key, deletes);
    for (Index i = 0; i < history.ops().size(); ++i) {
      const Op& op = history.ops()[i];
      if (op.function != Function::kDelete || !values_[i].empty()) continue;
      values_[i] = op.version == kAbsent ? quoted(fmt::format("deleted by operation {}", i))
                                         : deleted_at(op.version);
    }
  }

  // Empty: as it is.
  const std::string& value(Index op) const { return values_[op]; }
  bool left_out(Index op) const { return left_out_.contains(op); }
  bool is_final(Index op) const {
    return history_.ops()[op].final_read && !without_finals_.contains(history_.ops()[op].key);
  }

 private:
  static std::string quoted(const std::string& text) {
    std::string json;
    append_json_string(text, &json);
    return json;
  }
  std::string deleted_at(Symbol version) const {
    return quoted(fmt::format("deleted@{}", history_.text(version)));
  }

  void leave_out(Symbol key, const Sighting& sighting) {
    left_out_.insert(sighting.reads.begin(), sighting.reads.end());
    forget_finals(key, sighting);
  }
  // What is lost can be told only where it is known what all final reads saw.
  void forget_finals(Symbol key, const Sighting& sighting) {
    const bool final = std::any_of(sighting.reads.begin(), sighting.reads.end(),
                                   [this](Index read) { return history_.ops()[read].final_read; });
    if (final) without_finals_.insert(key);
  }

  void retell(Symbol key, const DeletesOfKey& deletes) {
    std::vector<std::pair<Symbol, const Sighting*>> strange;  // versions that no ok delete has
    for (const auto& [version, sighting] : deletes.seen) {
      if (deletes.unversioned || (!deletes.told && !deletes.unknown.empty())) {
        leave_out(key, sighting);
      } else if (version != kAbsent) {
        for (const Index read : sighting.reads) values_[read] = deleted_at(version);
        if (!deletes.versions.contains(version)) strange.emplace_back(version, &sighting);
      }
    }
    std::sort(strange.begin(), strange.end(), [](const auto& a, const auto& b) {
      return a.second->first_end < b.second->first_end;
    });
    auto unknown = deletes.unknown.begin();
    auto failed = deletes.failed.begin();
    for (const auto& [version, sighting] : strange) {
      if (unknown != deletes.unknown.end() && start(*unknown) < sighting->first_end) {
        values_[*unknown] = deleted_at(version);
        const bool matters = strange.size() > 1 && start(*unknown) > sighting->last_start;
        if (matters) leave_out(key, *sighting);
        ++unknown;
        continue;
      }
      if (failed != deletes.failed.end()) values_[*failed++] = deleted_at(version);
      if (!deletes.unknown.empty()) forget_finals(key, *sighting);
    }
  }

  Position start(Index op) const { return history_.ops()[op].invoked; }

  const History& history_;
  std::vector<std::string> values_;
  std::set<Index> left_out_;
  std::set<Symbol> without_finals_;  // keys
};

// One event of an operation, as the log had it.
struct Moment {
  Position index = 0;
  Index op = 0;
  bool invokes = false;
};

std::vector<Moment> moments_of(const History& history) {
  std::vector<Moment> moments;
  for (Index i = 0; i < history.ops().size(); ++i) {
    const Op& op = history.ops()[i];
    moments.push_back({op.invoked, i, true});
    if (op.completed != kNever) moments.push_back({op.completed, i, false});
  }
  std::sort(moments.begin(), moments.end(),
            [](const Moment& a, const Moment& b) { return a.index < b.index; });
  return moments;
}

ClientEvent event_of(const History& history, const Retelling& retelling, const Moment& moment) {
  const Op& op = history.ops()[moment.op];
  ClientEvent event;
  event.index = moment.index;
  event.time_ns = moment.invokes ? op.invoked_ns : op.completed_ns;
  event.process = op.process;
  event.function = op.function == Function::kDelete ? Function::kWrite : op.function;
  event.key = history.text(op.key);
  const bool tells = !moment.invokes || event.function != Function::kRead;
  const std::string& value = retelling.value(moment.op);
  if (tells) event.value = value.empty() ? history.text(op.value) : std::string_view(value);
  event.node = history.text(op.node);
  event.version = history.text(op.version);
  event.error = history.text(op.error);
  event.replicas = history.text(op.replicas);
  event.r = op.r;
  event.w = op.w;
  event.final_read = retelling.is_final(moment.op);
  if (moment.invokes) return event;
  const bool failed = op.outcome == Outcome::kFail || retelling.left_out(moment.op);
  event.type = failed ? EventType::kFail : EventType::kOk;
  return event;
}

class JudgingDeletes final : public Checker {
 public:
  explicit JudgingDeletes(std::unique_ptr<Checker> checker) : checker_(std::move(checker)) {}

  Property property() const override { return checker_->property(); }
  CheckResult check(const History& history, const Budget& budget) const override {
    return checker_->check(deletes_as_writes(history), budget);
  }

 private:
  std::unique_ptr<Checker> checker_;
};

}  // namespace

History deletes_as_writes(const History& history) {
  const Retelling retelling(history);
  HistoryBuilder builder;
  builder.reserve(history.ops().size());
  for (const Moment& moment : moments_of(history)) {
    const Result<void> added = builder.add(event_of(history, retelling, moment));
    QUORATE_CHECK(added.has_value(), "{}", added.error().context);
  }
  return builder.build();
}

std::unique_ptr<Checker> judging_deletes(std::unique_ptr<Checker> checker) {
  if (!checker) return nullptr;
  return std::make_unique<JudgingDeletes>(std::move(checker));
}

}  // namespace quorate
