#include "results/report/fault_bands.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "base/json.h"
#include "results/report/saved_run.h"

namespace quorate {
namespace {

constexpr std::string_view kInject = "inject-";
constexpr std::string_view kHeal = "heal-";

std::vector<std::string> nodes_of(const std::string& value) {
  std::vector<std::string> nodes;
  const Result<Json> did = parse_json(value, "mark");
  if (!did) return nodes;
  for (const Json& node : part_of(*did, "nodes")) {
    if (node.is_string()) nodes.push_back(node.get<std::string>());
  }
  return nodes;
}

}  // namespace

std::vector<FaultBand> fault_bands(const History& history) {
  std::vector<FaultBand> bands;
  std::map<std::string, std::size_t, std::less<>> open;  // fault: its place in `bands`
  const std::int64_t end = end_ns(history);
  for (const Mark& mark : history.marks()) {
    const std::string_view f = mark.f;
    if (f.starts_with(kInject) && mark.type == EventType::kOk) {
      const std::string fault(f.substr(kInject.size()));
      open[fault] = bands.size();
      bands.push_back({fault, mark.time_ns, end, nodes_of(mark.value), mark.value});
    } else if (f.starts_with(kHeal) && mark.type == EventType::kInvoke) {
      const auto found = open.find(f.substr(kHeal.size()));
      if (found == open.end()) continue;
      bands[found->second].to_ns = mark.time_ns;
      open.erase(found);
    }
  }
  return bands;
}

std::int64_t end_ns(const History& history) {
  std::int64_t end = history.marks().empty() ? 0 : history.marks().back().time_ns;
  for (const Op& op : history.ops()) end = std::max({end, op.invoked_ns, op.completed_ns});
  return end;
}

}  // namespace quorate
