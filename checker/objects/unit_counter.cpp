#include "checker/objects/unit_counter.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <queue>

#include "base/check.h"

namespace quorate {
namespace {

constexpr Amount kNoDeadline = std::numeric_limits<Amount>::max();

struct Job {
  Amount release = 1;
  Amount deadline = kNoDeadline;
};

// Reads in units of the amount.
struct UnitRead {
  Amount value;
  Position at;  // its end or its start
};

std::vector<Job> jobs_of(const CounterHistory& counter, Amount amount) {
  std::vector<UnitRead> ends;
  std::vector<UnitRead> starts;
  for (const CounterRead& read : counter.reads()) {
    ends.push_back({read.value / amount, read.end});
    starts.push_back({read.value / amount, read.start});
  }
  const auto by_place = [](const UnitRead& a, const UnitRead& b) { return a.at < b.at; };
  std::sort(ends.begin(), ends.end(), by_place);
  std::sort(starts.begin(), starts.end(), by_place);
  for (std::size_t i = 1; i < ends.size(); ++i) {  // the largest so far
    ends[i].value = std::max(ends[i].value, ends[i - 1].value);
  }
  for (std::size_t i = starts.size(); i > 1; --i) {  // the least from here on
    starts[i - 2].value = std::min(starts[i - 2].value, starts[i - 1].value);
  }
  std::vector<Job> jobs;
  for (const CounterAdd& add : counter.adds()) {
    if (add.amount == 0) continue;
    Job job;
    const auto over = std::lower_bound(ends.begin(), ends.end(), UnitRead{0, add.start}, by_place);
    if (over != ends.begin()) job.release = std::prev(over)->value + 1;
    const auto next =
        std::upper_bound(starts.begin(), starts.end(), UnitRead{0, add.end}, by_place);
    if (add.end != kNever && next != starts.end()) job.deadline = next->value;
    jobs.push_back(job);
  }
  return jobs;
}

// The places [first, last] that have to hold more jobs than they can.
struct Overfull {
  Amount first = 0;
  Amount last = 0;
};

std::optional<Overfull> schedule(std::vector<Job> jobs, Amount places) {
  std::sort(jobs.begin(), jobs.end(),
            [](const Job& a, const Job& b) { return a.release < b.release; });
  std::priority_queue<Amount, std::vector<Amount>, std::greater<>> waiting;  // deadlines
  std::vector<Amount> taken(static_cast<std::size_t>(places) + 1, 0);  // by place: its deadline
  std::size_t next = 0;
  for (Amount place = 1; place <= places + 1; ++place) {
    for (; next < jobs.size() && jobs[next].release <= place; ++next) {
      waiting.push(jobs[next].deadline);
    }
    if (!waiting.empty() && waiting.top() < place) {
      Overfull overfull{place, waiting.top()};
      overfull.first = overfull.last + 1;
      while (overfull.first > 1 &&
             taken[static_cast<std::size_t>(overfull.first - 1)] <= overfull.last) {
        --overfull.first;
      }
      return overfull;
    }
    if (place > places) break;
    QUORATE_CHECK(!waiting.empty(), "a read is above its bound");
    taken[static_cast<std::size_t>(place)] = waiting.top();
    waiting.pop();
  }
  return std::nullopt;
}

UnitConflict witness(const CounterHistory& counter, Amount amount, const Overfull& overfull) {
  UnitConflict conflict;
  Position ended = kNever;
  Position began = kBefore;
  for (const CounterRead& read : counter.reads()) {
    const Amount value = read.value / amount;
    if (overfull.first > 1 && value >= overfull.first - 1 && read.end < ended) {
      ended = read.end;
      conflict.earlier = read.op;
    }
    if (value <= overfull.last && read.start > began) {
      began = read.start;
      conflict.later = read.op;
    }
  }
  return conflict;
}

}  // namespace

Amount common_amount(const CounterHistory& counter) {
  Amount common = 0;
  for (const CounterAdd& add : counter.adds()) {
    if (add.amount == 0 || add.amount == common) continue;
    if (common != 0 || add.amount < 0) return 0;
    common = add.amount;
  }
  return common;
}

std::optional<UnitConflict> find_unit_conflict(const CounterHistory& counter, Amount amount) {
  Amount places = 0;
  for (const CounterRead& read : counter.reads()) places = std::max(places, read.value / amount);
  const auto overfull = schedule(jobs_of(counter, amount), places);
  if (!overfull) return std::nullopt;
  return witness(counter, amount, *overfull);
}

}  // namespace quorate
