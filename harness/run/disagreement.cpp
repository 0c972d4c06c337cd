#include "harness/run/disagreement.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace quorate {

Disagreement disagreement_of(const std::vector<std::vector<ReplicaRecord>>& by_node) {
  using Held = std::pair<std::string, std::string>;  // version, value
  std::map<std::string, std::map<Held, std::int64_t>> keys;
  for (const std::vector<ReplicaRecord>& records : by_node) {
    for (const ReplicaRecord& record : records) ++keys[record.key][{record.version, record.value}];
  }
  Disagreement apart;
  for (const auto& [key, held] : keys) {
    if (held.size() == 1) continue;
    ++apart.keys;
    std::int64_t all = 0;
    std::int64_t most = 0;
    for (const auto& [record, replicas] : held) {
      all += replicas;
      most = std::max(most, replicas);
    }
    apart.records += all - most;
  }
  return apart;
}

Json to_json(const Disagreement& apart) {
  return Json{{"keys", apart.keys}, {"records", apart.records}};
}

}  // namespace quorate
