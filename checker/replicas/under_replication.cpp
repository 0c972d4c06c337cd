#include "checker/replicas/under_replication.h"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "checker/versions/version_order.h"

namespace quorate {
namespace {

constexpr std::size_t kListed = 8;

bool is_acknowledged_write(const Op& op) {
  const bool writes = op.function == Function::kWrite || op.function == Function::kDelete;
  return writes && op.outcome == Outcome::kOk;
}

// Of each key, the versions that its replicas hold, oldest first; "" for none.
std::map<std::string_view, std::vector<std::string_view>> versions_by_key(const ReplicaPoll& poll) {
  std::map<std::string_view, std::vector<std::string_view>> versions;
  for (const ReplicaRecord& record : poll.records) versions[record.key].push_back(record.version);
  for (auto& [key, of_key] : versions) {
    std::sort(of_key.begin(), of_key.end(), [](std::string_view a, std::string_view b) {
      if (a.empty() || b.empty()) return a.empty() && !b.empty();
      return compare_versions(a, b) < 0;
    });
  }
  return versions;
}

std::uint64_t copies_of(const std::vector<std::string_view>& held, std::string_view version) {
  return static_cast<std::uint64_t>(std::count_if(
      held.begin(), held.end(),
      [version](std::string_view v) { return !v.empty() && compare_versions(v, version) >= 0; }));
}

}  // namespace

UnderReplicated under_replicated(const History& history, const ReplicaPoll& poll) {
  UnderReplicated under;
  const auto versions = versions_by_key(poll);
  for (std::size_t i = 0; i < history.ops().size(); ++i) {
    const Op& op = history.ops()[i];
    if (!is_acknowledged_write(op) || op.completed > poll.position) continue;
    const auto held = versions.find(history.text(op.key));
    if (held == versions.end()) continue;
    if (op.version == kAbsent || op.w == 0) {
      ++under.without_version;
      continue;
    }
    const std::uint64_t copies = copies_of(held->second, history.text(op.version));
    if (copies < op.w) under.writes.push_back({static_cast<OpIndex>(i), copies, op.w});
  }
  return under;
}

Json to_json(const History& history, const UnderReplicated& under) {
  Json listed = Json::array();
  for (const UnderReplicated::Write& write : under.writes) {
    if (listed.size() == kListed) break;
    listed.push_back({{"key", history.plain(history.ops()[write.op].key)},
                      {"op", write.op},
                      {"copies", write.copies},
                      {"w", write.w}});
  }
  return {{"writes", under.writes.size()},
          {"writes_without_version", under.without_version},
          {"listed", std::move(listed)}};
}

}  // namespace quorate
