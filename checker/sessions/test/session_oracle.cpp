#include "checker/sessions/test/session_oracle.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <set>
#include <vector>

#include "base/check.h"

namespace quorate::oracle {
namespace {

constexpr int kFirst = -1;    // the initial value
constexpr int kLeftOut = -2;  // no source, or does not count

using Order = std::vector<int>;
using Relation = std::vector<std::vector<bool>>;

bool is_read(const SessionOp& op) { return op.function == Function::kRead; }

// The history with every read's write.
struct Paired {
  SessionOps ops;
  std::vector<int> source;   // by op; of writes kLeftOut
  std::vector<bool> counts;  // by op
  std::vector<int> version;  // by op, of writes: as anybody told it; 0: nobody
  std::set<char> keys;
  std::set<char> disagree;  // keys that tell two versions of one value, or one of two
  bool unpaired = false;

  int value(int op) const { return is_read(at(op)) ? source[index(op)] : op; }
  const SessionOp& at(int op) const { return ops[index(op)]; }
  int size() const { return static_cast<int>(ops.size()); }
  static std::size_t index(int op) { return static_cast<std::size_t>(op); }
  std::vector<int> writes(char key) const {
    std::vector<int> found;
    for (int i = 0; i < size(); ++i) {
      if (counts[index(i)] && !is_read(at(i)) && at(i).key == key) found.push_back(i);
    }
    return found;
  }
};

// Which write a read returned the value of, by value, and where several fit by version.
int find_source(const SessionOps& ops, const SessionOp& read, bool* unpaired) {
  std::vector<int> fits;
  std::vector<int> same_version;
  std::vector<int> silent;
  int acknowledged = 0;
  bool all_tell = true;
  for (int i = 0; i < static_cast<int>(ops.size()); ++i) {
    const SessionOp& op = ops[static_cast<std::size_t>(i)];
    if (is_read(op) || op.key != read.key || op.outcome == Outcome::kFail) continue;
    if (op.outcome == Outcome::kOk) ++acknowledged;
    if (op.outcome == Outcome::kOk && op.version == 0) all_tell = false;
    if (op.value != read.value) continue;
    fits.push_back(i);
    if (op.version == 0) silent.push_back(i);
    if (op.version != 0 && op.version == read.version) same_version.push_back(i);
  }
  const bool may_be_first = read.value == 0;
  if (fits.empty()) return may_be_first ? kFirst : kLeftOut;
  if (fits.size() == 1 && !may_be_first) return fits[0];
  if (read.version == 0 && may_be_first && all_tell && acknowledged > 0) return kFirst;
  if (read.version != 0 && same_version.size() == 1) return same_version[0];
  if (read.version != 0 && same_version.empty() && silent.size() == 1) return silent[0];
  *unpaired = true;
  return kLeftOut;
}

void learn_versions(Paired* paired) {
  for (int i = 0; i < paired->size(); ++i) {
    const SessionOp& op = paired->at(i);
    if (!paired->counts[Paired::index(i)] || paired->value(i) == kFirst || op.version == 0)
      continue;
    int& version = paired->version[Paired::index(paired->value(i))];
    if (version != 0 && version != op.version) paired->disagree.insert(op.key);
    if (version == 0) version = op.version;
  }
  for (const char key : paired->keys) {
    std::set<int> versions;
    for (const int write : paired->writes(key)) {
      const int version = paired->version[Paired::index(write)];
      if (version != 0 && !versions.insert(version).second) paired->disagree.insert(key);
    }
  }
}

Paired pair(const SessionOps& ops) {
  Paired paired;
  paired.ops = ops;
  paired.source.assign(ops.size(), kLeftOut);
  paired.counts.assign(ops.size(), false);
  paired.version.assign(ops.size(), 0);
  for (std::size_t i = 0; i < ops.size(); ++i) {
    paired.keys.insert(ops[i].key);
    if (!is_read(ops[i])) {
      if (ops[i].outcome == Outcome::kOk) paired.counts[i] = true;
    } else if (ops[i].outcome == Outcome::kOk) {
      paired.source[i] = find_source(ops, ops[i], &paired.unpaired);
      paired.counts[i] = paired.source[i] != kLeftOut;
      if (paired.source[i] >= 0) paired.counts[Paired::index(paired.source[i])] = true;
    }
  }
  learn_versions(&paired);
  return paired;
}

// co = (po + wr)^+; an info write has nothing after it in its session.
Relation causal_order(const Paired& paired) {
  const std::size_t n = paired.ops.size();
  Relation co(n, std::vector<bool>(n, false));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      if (!paired.counts[i] || !paired.counts[j]) continue;
      const bool po = i < j && paired.ops[i].process == paired.ops[j].process &&
                      paired.ops[i].outcome == Outcome::kOk;
      const bool wr = paired.source[j] == static_cast<int>(i);
      if (po || wr) co[i][j] = true;
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (co[i][k] && co[k][j]) co[i][j] = true;
      }
    }
  }
  return co;
}

bool related(const Relation& relation, int a, int b) {
  return relation[Paired::index(a)][Paired::index(b)];
}

// Whether some order of `items` has a before b wherever before(a, b), and satisfies `fits`.
bool some_order(std::vector<int> items, const std::function<bool(int, int)>& before,
                const std::function<bool(const Order&)>& fits) {
  std::sort(items.begin(), items.end());
  do {
    bool extends = true;
    for (std::size_t i = 0; i < items.size() && extends; ++i) {
      for (std::size_t j = i + 1; j < items.size() && extends; ++j) {
        extends = !before(items[j], items[i]);
      }
    }
    if (extends && fits(items)) return true;
  } while (std::next_permutation(items.begin(), items.end()));
  return false;
}

// Place of a value in an order; the initial one is before all.
int place(const Order& order, int value) {
  if (value == kFirst) return -1;
  return static_cast<int>(std::find(order.begin(), order.end(), value) - order.begin());
}

struct Demand {
  int older;
  int newer;
  int later;  // the operation that makes it
};

// What must not be newer than what, as values.
std::vector<Demand> demands_of(Property property, const Paired& paired, char key) {
  const bool from_write =
      property == Property::kReadYourWrites || property == Property::kMonotonicWrites;
  const bool to_write =
      property == Property::kMonotonicWrites || property == Property::kWritesFollowReads;
  std::vector<Demand> demands;
  for (int i = 0; i < paired.size(); ++i) {
    for (int j = i + 1; j < paired.size(); ++j) {
      const SessionOp& a = paired.at(i);
      const SessionOp& b = paired.at(j);
      if (!paired.counts[Paired::index(i)] || !paired.counts[Paired::index(j)]) continue;
      if (a.process != b.process || a.key != key || b.key != key) continue;
      if (is_read(a) == from_write || is_read(b) == to_write) continue;
      if (paired.value(i) == kFirst || paired.value(i) == paired.value(j)) continue;
      demands.push_back({paired.value(i), paired.value(j), j});
    }
  }
  return demands;
}

// All arbitration orders: does one extend the known order and keep every demand?
bool violated_on(const Paired& paired, char key, const std::vector<Demand>& demands,
                 Flavour flavour) {
  const Relation co = causal_order(paired);
  const auto known = [&](int a, int b) {
    if (flavour == Flavour::kCausal) return related(co, a, b);
    if (flavour == Flavour::kVersions) {
      const int version_a = paired.version[Paired::index(a)];
      const int version_b = paired.version[Paired::index(b)];
      return version_a != 0 && version_b != 0 && version_a < version_b;
    }
    return paired.at(a).outcome == Outcome::kOk && paired.at(a).end < paired.at(b).start;
  };
  return !some_order(paired.writes(key), known, [&](const Order& order) {
    return std::all_of(demands.begin(), demands.end(), [&](const Demand& demand) {
      return place(order, demand.older) < place(order, demand.newer);
    });
  });
}

bool needs_versions(Property property) {
  return property == Property::kMonotonicWrites || property == Property::kWritesFollowReads;
}

int broken_by_versions(const Paired& paired, const std::vector<Demand>& demands) {
  std::set<int> broken;
  for (const Demand& demand : demands) {
    const int older = paired.version[Paired::index(demand.older)];
    const bool first = demand.newer == kFirst;
    const int newer = first ? 0 : paired.version[Paired::index(demand.newer)];
    if (first || (older != 0 && newer != 0 && newer < older)) broken.insert(demand.later);
  }
  return static_cast<int>(broken.size());
}

// Where versions are told of some writes only: each two that a session relates, alone.
Answer by_told_versions(const Paired& paired, const std::vector<Demand>& demands) {
  Answer answer;
  for (const Demand& demand : demands) {
    const int older = paired.version[Paired::index(demand.older)];
    const int newer = paired.version[Paired::index(demand.newer)];
    if (older == 0 || newer == 0) {
      answer.undecided = true;
    } else if (older > newer) {
      answer.violated = true;
    }
  }
  return answer;
}

Flavour flavour_of_key(const Paired& paired, char key, KnownOrder order) {
  if (order == KnownOrder::kCausal) return Flavour::kCausal;
  const std::vector<int> writes = paired.writes(key);
  const bool told = std::all_of(writes.begin(), writes.end(), [&](int write) {
    return paired.version[Paired::index(write)] != 0;
  });
  return order == KnownOrder::kBest && told && !paired.disagree.contains(key) ? Flavour::kVersions
                                                                              : Flavour::kRealTime;
}

}  // namespace

Flavour flavour_of(const SessionOps& ops, char key, KnownOrder order) {
  return flavour_of_key(pair(ops), key, order);
}

Answer session_guarantee(Property property, const SessionOps& ops, KnownOrder order) {
  const Paired paired = pair(ops);
  Answer answer;
  answer.undecided = paired.unpaired;
  bool any_write = false;
  bool any_version = false;
  bool all_by_versions = true;
  int broken = 0;
  for (const char key : paired.keys) {
    for (const int write : paired.writes(key)) {
      any_write = true;
      any_version |= paired.version[Paired::index(write)] != 0;
    }
    const std::vector<Demand> demands = demands_of(property, paired, key);
    if (!needs_versions(property)) {
      const Flavour flavour = flavour_of_key(paired, key, order);
      if (flavour != Flavour::kVersions) all_by_versions = false;
      broken += broken_by_versions(paired, demands);
      answer.violated |= violated_on(paired, key, demands, flavour);
    } else if (paired.disagree.contains(key)) {
      answer.undecided = true;
    } else {
      const Answer told = by_told_versions(paired, demands);
      broken += broken_by_versions(paired, demands);
      answer.violated |= told.violated;
      answer.undecided |= told.undecided;
    }
  }
  if (needs_versions(property) && any_write && !any_version) answer.undecided = true;
  answer.broken_by_versions = all_by_versions ? broken : -1;
  const Relation co = causal_order(paired);
  for (std::size_t i = 0; i < co.size(); ++i) answer.cyclic |= co[i][i];
  return answer;
}

bool violates(Property property, const SessionOps& ops, Flavour flavour) {
  const Paired paired = pair(ops);
  return std::any_of(paired.keys.begin(), paired.keys.end(), [&](char key) {
    return violated_on(paired, key, demands_of(property, paired, key), flavour);
  });
}

namespace {

std::vector<int> counted(const Paired& paired, bool reads) {
  std::vector<int> found;
  for (int i = 0; i < paired.size(); ++i) {
    if (paired.counts[Paired::index(i)] && is_read(paired.at(i)) == reads) found.push_back(i);
  }
  return found;
}

// The last write of the read's key in its past, in an order; kFirst where there is none.
int last_in_past(const Paired& paired, const Relation& co, const Order& order, int read) {
  int last = kFirst;
  for (const int write : order) {
    if (paired.at(write).key == paired.at(read).key && related(co, write, read)) last = write;
  }
  return last;
}

bool bad_pattern(const Paired& paired, const Relation& co, int read) {
  const int source = paired.value(read);
  for (const int write : paired.writes(paired.at(read).key)) {
    if (write == source || !related(co, write, read)) continue;
    if (source == kFirst || related(co, source, write)) return true;
  }
  return false;
}

}  // namespace

Answer causal(Property property, const SessionOps& ops) {
  const Paired paired = pair(ops);
  const Relation co = causal_order(paired);
  Answer answer;
  answer.undecided = paired.unpaired;
  for (std::size_t i = 0; i < co.size(); ++i) {
    if (!co[i][i]) continue;
    answer.violated = true;
    answer.uncausal_reads = -1;
    return answer;
  }
  const auto before = [&co](int a, int b) { return related(co, a, b); };
  const std::vector<int> writes = counted(paired, false);
  const std::vector<int> reads = counted(paired, true);
  for (const int read : reads) {
    if (bad_pattern(paired, co, read)) ++answer.uncausal_reads;
  }
  const auto explains = [&](const Order& order, int read) {
    return last_in_past(paired, co, order, read) == paired.value(read);
  };
  if (property == Property::kCausalConvergence) {
    answer.violated = !some_order(writes, before, [&](const Order& order) {
      return std::all_of(reads.begin(), reads.end(),
                         [&](int read) { return explains(order, read); });
    });
    return answer;
  }
  for (const int read : reads) {
    answer.violated |=
        !some_order(writes, before, [&](const Order& order) { return explains(order, read); });
  }
  return answer;
}

}  // namespace quorate::oracle
