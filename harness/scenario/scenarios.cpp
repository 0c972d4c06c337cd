#include <algorithm>
#include <charconv>
#include <tuple>

#include "harness/scenario/scenario.h"

namespace quorate {
namespace {

// "I11b" → (0, 11, "b"); the bugs of real stores (B10) come behind the interleavings.
std::tuple<int, int, std::string_view> order_of(std::string_view id) {
  int number = 0;
  const char* const end = id.data() + id.size();
  const char* const rest = std::from_chars(id.data() + 1, end, number).ptr;
  return {id.front() == 'I' ? 0 : 1, number, id.substr(static_cast<std::size_t>(rest - id.data()))};
}

std::vector<Scenario> collect() {
  std::vector<Scenario> all = scenarios_of_writes_in_flight();
  for (auto table :
       {scenarios_of_versions(), scenarios_of_lost_state(), scenarios_of_comparisons()}) {
    all.insert(all.end(), table.begin(), table.end());
  }
  std::sort(all.begin(), all.end(),
            [](const Scenario& a, const Scenario& b) { return order_of(a.id) < order_of(b.id); });
  return all;
}

}  // namespace

const std::vector<Scenario>& all_scenarios() {
  static const std::vector<Scenario> all = collect();
  return all;
}

const Scenario* find_scenario(std::string_view id) {
  for (const Scenario& scenario : all_scenarios()) {
    if (scenario.id == id) return &scenario;
  }
  return nullptr;
}

const std::vector<AbsentScenario>& absent_scenarios() {
  static const std::vector<AbsentScenario> absent{
      {"I4b", "Ties of one millisecond mix the cells of two writes",
       "a record of this store is one value, and its version names one write"},
      {"I12", "A digest from one replica, the data from another",
       "this store reads whole records: it has no digest reads"},
      {"I16", "The replicas of a key change while it is used",
       "the replicas of a key do not change while this store runs"}};
  return absent;
}

}  // namespace quorate
