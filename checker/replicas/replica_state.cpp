#include "checker/replicas/replica_state.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/check.h"
#include "results/json_text.h"

namespace quorate {
namespace {

Json parsed(const std::string& text) {
  if (text.empty()) return nullptr;
  Json value = Json::parse(text, nullptr, false);
  QUORATE_CHECK(!value.is_discarded(), "{} is no JSON text", text);
  return value;
}

std::string text_of(const Json& value) {
  return value.is_null() ? std::string() : canonical_json(value.dump());
}

Error malformed(const Mark& mark, std::string_view what) {
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("event {}: {} of a \"{}\" mark", mark.index, what, kReplicaStateMark)};
}

Result<ReplicaRecord> record_of(const Mark& mark, const std::string& node, const Json& json) {
  const bool triple = json.is_array() && json.size() == 3;
  if (!triple) return malformed(mark, "expected [key, value, version] in the records");
  if (!json[2].is_null() && !json[2].is_string()) {
    return malformed(mark, "expected a string or null as version");
  }
  return ReplicaRecord{node, text_of(json[0]), text_of(json[1]),
                       json[2].is_null() ? "" : json[2].get<std::string>()};
}

Result<void> take(const Mark& mark, std::map<std::int64_t, ReplicaPoll>* polls) {
  const Result<Json> json = parse_json(mark.value, kReplicaStateMark);
  if (!json || !json->is_object()) return malformed(mark, "expected an object as the value");
  const bool whole = json->contains("poll") && (*json)["poll"].is_number_integer() &&
                     json->contains("node") && (*json)["node"].is_string() &&
                     json->contains("records") && (*json)["records"].is_array();
  if (!whole) return malformed(mark, "expected poll, node and records");
  const auto [found, is_new] = polls->try_emplace((*json)["poll"].get<std::int64_t>());
  ReplicaPoll& poll = found->second;
  poll.number = found->first;
  if (is_new) poll.position = mark.index;
  poll.time_ns = mark.time_ns;
  const auto node = (*json)["node"].get<std::string>();
  poll.nodes.push_back(node);
  for (const Json& entry : (*json)["records"]) {
    Result<ReplicaRecord> record = record_of(mark, node, entry);
    if (!record) return record.error();
    poll.records.push_back(std::move(*record));
  }
  return {};
}

}  // namespace

Json replica_state_mark(std::int64_t poll, std::string_view node,
                        const std::vector<ReplicaRecord>& records) {
  Json list = Json::array();
  for (const ReplicaRecord& record : records) {
    QUORATE_CHECK(record.node == node);
    list.push_back({parsed(record.key), parsed(record.value),
                    record.version.empty() ? Json() : Json(record.version)});
  }
  return {{"poll", poll}, {"node", node}, {"records", std::move(list)}};
}

Result<std::vector<ReplicaPoll>> replica_polls(const History& history) {
  std::map<std::int64_t, ReplicaPoll> polls;
  for (const Mark& mark : history.marks()) {
    if (mark.process != "harness" || mark.f != kReplicaStateMark) continue;
    if (auto taken = take(mark, &polls); !taken) return taken.error();
  }
  std::vector<ReplicaPoll> sorted;
  for (auto& [number, poll] : polls) {
    std::sort(poll.nodes.begin(), poll.nodes.end());
    std::sort(poll.records.begin(), poll.records.end(),
              [](const ReplicaRecord& a, const ReplicaRecord& b) {
                return std::tie(a.key, a.node) < std::tie(b.key, b.node);
              });
    sorted.push_back(std::move(poll));
  }
  return sorted;
}

}  // namespace quorate
