#include "checker/replicas/replica_state.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
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

bool is_poll(const Mark& mark) { return mark.process == "harness" && mark.f == kReplicaStateMark; }

// What one mark says: a poll of one node.
Result<ReplicaPoll> poll_of(const Mark& mark) {
  const Result<Json> json = parse_json(mark.value, kReplicaStateMark);
  if (!json || !json->is_object()) return malformed(mark, "expected an object as the value");
  const bool whole = json->contains("poll") && (*json)["poll"].is_number_integer() &&
                     json->contains("node") && (*json)["node"].is_string() &&
                     json->contains("records") && (*json)["records"].is_array();
  if (!whole) return malformed(mark, "expected poll, node and records");
  ReplicaPoll poll;
  poll.number = (*json)["poll"].get<std::int64_t>();
  poll.position = mark.index;
  poll.time_ns = mark.time_ns;
  poll.nodes = {(*json)["node"].get<std::string>()};
  for (const Json& entry : (*json)["records"]) {
    Result<ReplicaRecord> record = record_of(mark, poll.nodes.front(), entry);
    if (!record) return record.error();
    poll.records.push_back(std::move(*record));
  }
  return poll;
}

// `more` is of a later mark.
void append(ReplicaPoll more, ReplicaPoll* poll) {
  poll->time_ns = more.time_ns;
  std::move(more.nodes.begin(), more.nodes.end(), std::back_inserter(poll->nodes));
  std::move(more.records.begin(), more.records.end(), std::back_inserter(poll->records));
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
    if (!is_poll(mark)) continue;
    Result<ReplicaPoll> poll = poll_of(mark);
    if (!poll) return poll.error();
    const auto found = polls.find(poll->number);
    if (found == polls.end()) {
      polls.emplace(poll->number, std::move(*poll));
    } else {
      append(std::move(*poll), &found->second);
    }
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

std::vector<ReplicaRecord> newest_records(const History& history, std::string_view key) {
  std::map<std::string, ReplicaRecord> by_node;
  std::optional<std::int64_t> newest;
  const std::vector<Mark>& marks = history.marks();
  for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark) {
    if (!is_poll(*mark)) continue;
    Result<ReplicaPoll> poll = poll_of(*mark);
    if (!poll) continue;
    if (newest && poll->number < *newest) break;
    newest = poll->number;
    for (ReplicaRecord& record : poll->records) {
      if (record.key == key) by_node.emplace(record.node, std::move(record));
    }
  }
  std::vector<ReplicaRecord> records;
  for (auto& [node, record] : by_node) records.push_back(std::move(record));
  return records;
}

}  // namespace quorate
