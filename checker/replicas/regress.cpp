#include "checker/replicas/regress.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "checker/evidence/story.h"
#include "checker/evidence/version_names.h"
#include "checker/key_index.h"
#include "checker/versions/version_order.h"
#include "results/anomaly.h"
#include "results/json_text.h"

namespace quorate {
namespace {

constexpr std::size_t kMostShown = 8;

Json triple_of(const ReplicaRecord& record) {
  const auto parsed = [](const std::string& text) {
    return text.empty() ? Json() : Json::parse(text, nullptr, false);
  };
  return {parsed(record.key), parsed(record.value),
          record.version.empty() ? Json() : Json(record.version)};
}

std::optional<ReplicaRecord> record_of(const std::string& node, const Json& triple) {
  if (!triple.is_array() || triple.size() != 3) return std::nullopt;
  const auto text = [](const Json& value) {
    return value.is_null() ? std::string() : canonical_json(value.dump());
  };
  ReplicaRecord record{
      .node = node, .key = text(triple[0]), .value = text(triple[1]), .version = {}};
  if (triple[2].is_string()) record.version = triple[2].get<std::string>();
  return record;
}

using Step = std::pair<ReplicaRecord, ReplicaRecord>;  // had, has

std::optional<Step> step_of(const Mark& mark) {
  if (mark.process != "harness" || mark.f != kReplicaRegressMark) return std::nullopt;
  const Json json = Json::parse(mark.value, nullptr, false);
  if (!json.is_object() || !json.contains("node") || !json["node"].is_string()) return std::nullopt;
  const std::string node = json["node"].get<std::string>();
  const auto had = record_of(node, json.value("had", Json()));
  const auto has = record_of(node, json.value("has", Json()));
  // What was noted is looked at once more: the mark is evidence, not a verdict.
  if (!had || !has || had->key != has->key || !went_back(*had, *has)) return std::nullopt;
  return Step{*had, *has};
}

std::string held(const ReplicaRecord& record, const VersionNames& names) {
  if (record.version.empty()) return "nothing";
  const std::string value = record.value.empty() ? "a tombstone" : shown_json(record.value);
  return fmt::format("{} (version {})", value, names.shown(record.version));
}

// The write of this value to this key, where the history has it.
OpIndex write_of(const History& history, const ReplicaRecord& record) {
  if (record.value.empty()) return kNoOp;
  for (OpIndex i = 0; i < history.ops().size(); ++i) {
    const Op& op = history.ops()[i];
    if (op.function != Function::kWrite || history.text(op.key) != record.key) continue;
    if (history.text(op.value) == record.value) return i;
  }
  return kNoOp;
}

Violation tell(const History& history, const Step& step, std::int64_t time_ns) {
  const auto& [had, has] = step;
  VersionNames names;
  for (const ReplicaRecord* record : {&had, &has}) names.add(record->version);
  const std::vector<std::string> sentences{
      fmt::format("The replica of {} held {}, durably,", had.node, held(had, names)),
      fmt::format("and at {:.3f} s it held {}: it went back.", static_cast<double>(time_ns) / 1e9,
                  held(has, names))};
  std::vector<OpIndex> ops;
  for (const OpIndex op : {write_of(history, has), write_of(history, had)}) {
    if (op != kNoOp && (ops.empty() || ops.front() != op)) ops.push_back(op);
  }
  std::sort(ops.begin(), ops.end());
  if (!ops.empty()) {
    Story story(history, ops);
    for (const std::string& sentence : sentences) story.sentence("{}", sentence);
    return story.tell(Property::kConverges, Anomaly::kReplicaRegress);
  }
  Violation violation;
  violation.property = Property::kConverges;
  violation.anomaly = name_of(Anomaly::kReplicaRegress);
  const bool quoted = had.key.size() >= 2 && had.key.front() == '"';
  violation.key = quoted ? had.key.substr(1, had.key.size() - 2) : had.key;
  violation.lines = {fmt::format("{} on key {}", violation.anomaly, had.key)};
  for (const std::string& sentence : sentences) violation.lines.push_back("  " + sentence);
  return violation;
}

}  // namespace

bool went_back(const ReplicaRecord& had, const ReplicaRecord& has) {
  if (had.version.empty()) return false;
  if (has.version.empty()) return !had.value.empty();
  return compare_versions(has.version, had.version) < 0;
}

Json replica_regress_mark(const ReplicaRecord& had, const ReplicaRecord& has) {
  return {{"node", had.node}, {"had", triple_of(had)}, {"has", triple_of(has)}};
}

Regressions replica_regressions(const History& history) {
  Regressions found;
  std::set<std::pair<std::string, std::string>> told;  // node, key
  for (const Mark& mark : history.marks()) {
    const auto step = step_of(mark);
    if (!step) continue;
    ++found.count;
    if (found.shown.size() == kMostShown) continue;
    if (!told.emplace(step->first.node, step->first.key).second) continue;
    found.shown.push_back(tell(history, *step, mark.time_ns));
  }
  return found;
}

}  // namespace quorate
