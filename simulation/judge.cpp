#include "simulation/judge.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"

namespace quorate::simulation {

namespace {

// One value: the write and the reads that returned it (theory: section 0.3).
struct Cluster {
  bool exists = false;  // it may have taken effect; or it is what was there at first
  Position write_start = kBefore;
  Position write_end = kBefore;
  Position first_end = kBefore;
  Position last_start = kBefore;
  std::size_t reads = 0;
  node::Version version;

  // A write of unknown outcome that nobody read asks nothing of any order.
  bool counts() const { return exists && (write_end != kNever || reads > 0); }
};

// By value. A read of a value that nobody wrote, or that failed, or was written later, is `absurd`.
struct Clusters {
  std::vector<Cluster> all;
  bool absurd = false;
};

void add_writes(const SmallHistory& history, Clusters* clusters) {
  clusters->all.resize(1);
  clusters->all.front().exists = true;
  for (const Operation& operation : history.operations) {
    if (!operation.is_write()) continue;
    if (clusters->all.size() <= operation.value) clusters->all.resize(operation.value + 1);
    if (operation.outcome == Outcome::kFail) continue;
    Cluster& cluster = clusters->all[operation.value];
    cluster.exists = true;
    cluster.write_start = operation.invoked;
    cluster.write_end = operation.completed;
    cluster.first_end = operation.completed;
    cluster.last_start = operation.invoked;
    cluster.version = operation.version;
  }
}

Clusters clusters_of(const SmallHistory& history) {
  Clusters clusters;
  add_writes(history, &clusters);
  for (const Operation& read : history.operations) {
    if (!read.is_ok_read()) continue;
    if (read.value >= clusters.all.size() || !clusters.all[read.value].exists) {
      clusters.absurd = true;
      continue;
    }
    Cluster& cluster = clusters.all[read.value];
    if (read.completed < cluster.write_start) clusters.absurd = true;
    cluster.first_end = std::min(cluster.first_end, read.completed);
    cluster.last_start = std::max(cluster.last_start, read.invoked);
    ++cluster.reads;
  }
  return clusters;
}

// A write of another value lies wholly between the write of the value and the read.
bool is_stale(const Operation& read, const std::vector<Cluster>& clusters) {
  for (Value u = 1; u < clusters.size(); ++u) {
    const bool between = clusters[u].exists && u != read.value &&
                         clusters[read.value].write_end < clusters[u].write_start &&
                         clusters[u].write_end < read.invoked;
    if (between) return true;
  }
  return false;
}

bool breaks_latest(const SmallHistory& history, const std::vector<Cluster>& clusters) {
  for (const Operation& read : history.operations) {
    if (read.is_ok_read() && is_stale(read, clusters)) return true;
  }
  return false;
}

// Two values of which each has to be before the other: X before Y iff end(X) < last_start(Y).
bool breaks_order(const std::vector<Cluster>& clusters, Position Cluster::*end) {
  for (std::size_t x = 0; x < clusters.size(); ++x) {
    if (!clusters[x].counts()) continue;
    for (std::size_t y = x + 1; y < clusters.size(); ++y) {
      if (!clusters[y].counts()) continue;
      if (clusters[x].*end < clusters[y].last_start && clusters[y].*end < clusters[x].last_start) {
        return true;
      }
    }
  }
  return false;
}

bool comes_before(const Cluster& x, const Cluster& y) {
  return x.write_end < y.last_start || x.first_end < y.write_start;
}

// Takes away what nothing has to come before, until nothing is left; or there is a cycle.
bool breaks_single_order(const std::vector<Cluster>& clusters) {
  std::vector<const Cluster*> left;
  for (const Cluster& cluster : clusters) {
    if (cluster.counts()) left.push_back(&cluster);
  }
  while (!left.empty()) {
    const auto is_first = [&left](const Cluster* candidate) {
      return std::none_of(left.begin(), left.end(), [candidate](const Cluster* other) {
        return other != candidate && comes_before(*other, *candidate);
      });
    };
    const auto first = std::find_if(left.begin(), left.end(), is_first);
    if (first == left.end()) return true;
    left.erase(first);
  }
  return false;
}

// The value of `later` is older than that of `earlier`, by version or by real time.
bool goes_back(const Operation& earlier, const Operation& later,
               const std::vector<Cluster>& clusters) {
  if (later.value == earlier.value) return false;
  if (later.value == 0) return true;
  if (later.version < earlier.version) return true;
  return clusters[later.value].write_end < clusters[earlier.value].write_start;
}

// What one pair of operations of a session breaks.
void judge_pair(const Operation& earlier, const Operation& later,
                const std::vector<Cluster>& clusters, Broken* broken) {
  const bool known = !earlier.version.is_none() && !later.version.is_none();
  const bool by_version = known && later.value != earlier.value && later.version < earlier.version;
  if (later.is_write()) {
    const bool follows = earlier.is_write() ? later.outcome == Outcome::kOk : true;
    if (!follows || !by_version) return;
    broken->set(
        column_of(earlier.is_write() ? Property::kMonotonicWrites : Property::kWritesFollowReads));
  } else if (goes_back(earlier, later, clusters)) {
    broken->set(
        column_of(earlier.is_write() ? Property::kReadYourWrites : Property::kMonotonicReads));
  }
}

void judge_sessions(const SmallHistory& history, const std::vector<Cluster>& clusters,
                    Broken* broken) {
  const auto& operations = history.operations;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    if (operations[i].outcome != Outcome::kOk) continue;
    for (std::size_t j = i + 1; j < operations.size(); ++j) {
      const Operation& later = operations[j];
      if (later.process != operations[i].process || later.outcome == Outcome::kFail) continue;
      if (later.is_write() || later.is_ok_read()) {
        judge_pair(operations[i], later, clusters, broken);
      }
    }
  }
}

// The final read's value was written before an acknowledged write began.
bool loses_a_write(const SmallHistory& history, const std::vector<Cluster>& clusters) {
  for (const Operation& read : history.operations) {
    if (!read.final_read || !read.is_ok_read()) continue;
    for (Value u = 1; u < clusters.size(); ++u) {
      const Cluster& write = clusters[u];
      const bool acknowledged = write.exists && write.write_end != kNever;
      if (acknowledged && clusters[read.value].write_end < write.write_start) return true;
    }
  }
  return false;
}

bool all_equal(const std::vector<node::Record>& replicas) {
  return std::all_of(replicas.begin(), replicas.end(), [&replicas](const node::Record& record) {
    return record == replicas.front();
  });
}

}  // namespace

std::size_t column_of(Property property) {
  const auto* const found = std::find(kJudged.begin(), kJudged.end(), property);
  QUORATE_CHECK(found != kJudged.end());
  return static_cast<std::size_t>(found - kJudged.begin());
}

Broken judge(const SmallHistory& history) {
  Broken broken;
  const Clusters clusters = clusters_of(history);
  if (clusters.absurd) {
    broken.set();
    return broken;
  }
  const auto set = [&broken](Property property, bool is) { broken.set(column_of(property), is); };
  set(Property::kLatest, breaks_latest(history, clusters.all));
  set(Property::kWriteOrder, breaks_order(clusters.all, &Cluster::write_end));
  set(Property::kSingleOrder, breaks_single_order(clusters.all));
  set(Property::kLinearizable, breaks_order(clusters.all, &Cluster::first_end));
  judge_sessions(history, clusters.all, &broken);
  set(Property::kConverges, !all_equal(history.replicas));
  set(Property::kNoLostWrite, loses_a_write(history, clusters.all));
  return broken;
}

std::string to_string(const SmallHistory& history) {
  std::string text;
  for (const Operation& one : history.operations) {
    const std::string end = one.completed == kNever ? "∞" : std::to_string(one.completed);
    text +=
        fmt::format("  process {:<3} [{:>2}, {:>2}] {} v{} {} {}{}\n", one.process, one.invoked,
                    end, one.is_write() ? one.tombstone ? "DEL" : "SET" : "GET", one.value,
                    name_of(one.outcome), to_string(one.version), one.final_read ? " (final)" : "");
  }
  for (std::size_t i = 0; i < history.replicas.size(); ++i) {
    const node::Record& record = history.replicas[i];
    text += fmt::format("  replica {}: {} {}\n", i, to_string(record.version),
                        record.tombstone ? "deleted" : record.value);
  }
  return text;
}

}  // namespace quorate::simulation
