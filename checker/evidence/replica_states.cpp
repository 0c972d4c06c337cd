#include "checker/evidence/replica_states.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "base/json.h"
#include "results/json_text.h"

namespace quorate {
namespace {

struct Poll {
  std::int64_t number = 0;
  std::string node;
  Json records;
};

std::optional<Poll> poll_of(const Mark& mark) {
  if (mark.f != "replica-state") return std::nullopt;
  auto value = parse_json(mark.value, "replica-state");
  if (!value || !value->is_object()) return std::nullopt;
  Json& json = *value;
  const bool whole = json.contains("poll") && json["poll"].is_number_integer() &&
                     json.contains("node") && json["node"].is_string() &&
                     json.contains("records") && json["records"].is_array();
  if (!whole) return std::nullopt;
  return Poll{json["poll"].get<std::int64_t>(), json["node"].get<std::string>(),
              std::move(json["records"])};
}

std::string text_of(const Json& json) {
  return json.is_null() ? std::string() : canonical_json(json.dump());
}

void note_record(const Json& records, std::string_view key, ReplicaState* state) {
  for (const Json& record : records) {
    if (!record.is_array() || record.size() < 2 || text_of(record[0]) != key) continue;
    state->has_record = true;
    state->value = text_of(record[1]);
    if (record.size() > 2 && record[2].is_string()) state->version = record[2].get<std::string>();
  }
}

}  // namespace

std::vector<ReplicaState> replica_states(const History& history, Symbol key) {
  std::map<std::string, ReplicaState> by_node;
  std::optional<std::int64_t> newest;
  const std::vector<Mark>& marks = history.marks();
  for (auto mark = marks.rbegin(); mark != marks.rend(); ++mark) {
    const auto poll = poll_of(*mark);
    if (!poll) continue;
    if (newest && poll->number < *newest) break;
    newest = poll->number;
    ReplicaState& state = by_node[poll->node];
    state.node = poll->node;
    note_record(poll->records, history.text(key), &state);
  }
  std::vector<ReplicaState> states;
  bool any = false;
  for (auto& [node, state] : by_node) {
    any |= state.has_record;
    states.push_back(std::move(state));
  }
  return any ? states : std::vector<ReplicaState>();
}

}  // namespace quorate
