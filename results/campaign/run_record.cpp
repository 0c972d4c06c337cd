#include "results/campaign/run_record.h"

#include <array>

#include <fmt/core.h>

namespace quorate {
namespace {

constexpr std::array kKinds{RunKind::kPlanned, RunKind::kRepeat, RunKind::kCanary};
constexpr std::array kOutcomes{RunOutcome::kPass, RunOutcome::kViolation, RunOutcome::kUnknown,
                               RunOutcome::kHarnessError};

template <typename T, std::size_t kSize>
Result<T> named(const std::array<T, kSize>& all, std::string_view name) {
  for (const T one : all) {
    if (name_of(one) == name) return one;
  }
  return Error{ErrorCode::kCorrupt, fmt::format("\"{}\" is unknown", name)};
}

RunRecord read(const Json& json) {
  RunRecord record;
  json.at("run").get_to(record.name);
  json.at("number").get_to(record.number);
  json.at("combination").get_to(record.combination);
  json.at("seed").get_to(record.seed);
  json.at("exit-code").get_to(record.exit_code);
  json.at("sentence").get_to(record.sentence);
  if (json.contains("signature")) {
    const Json& signature = json.at("signature");
    record.signature = Signature{signature.at("anomaly").get<std::string>(),
                                 signature.at("promised").get<std::string>(),
                                 signature.at("faults").get<std::string>()};
  }
  json.at("flagged").get_to(record.flagged);
  record.anomalies = json.value("anomalies", record.anomalies);
  if (json.contains("detected-s")) record.detected_s = json.at("detected-s").get<double>();
  json.at("operations").get_to(record.operations);
  json.at("load-s").get_to(record.load_s);
  json.at("total-s").get_to(record.total_s);
  json.at("ended").get_to(record.ended);
  return record;
}

}  // namespace

std::string_view name_of(RunKind kind) {
  switch (kind) {
    case RunKind::kPlanned:
      return "planned";
    case RunKind::kRepeat:
      return "repeat";
    case RunKind::kCanary:
      return "canary";
  }
  return "planned";
}

Json to_json(const RunRecord& record) {
  Json json{{"run", record.name},
            {"kind", name_of(record.kind)},
            {"number", record.number},
            {"combination", record.combination},
            {"seed", record.seed},
            {"outcome", name_of(record.outcome)},
            {"exit-code", record.exit_code},
            {"sentence", record.sentence}};
  if (record.signature) {
    json["signature"] = {{"anomaly", record.signature->anomaly},
                         {"promised", record.signature->promised},
                         {"faults", record.signature->faults}};
  }
  json["flagged"] = record.flagged;
  if (!record.anomalies.empty()) json["anomalies"] = record.anomalies;
  if (record.detected_s) json["detected-s"] = *record.detected_s;
  json["operations"] = record.operations;
  json["load-s"] = record.load_s;
  json["total-s"] = record.total_s;
  json["ended"] = record.ended;
  return json;
}

Result<RunRecord> run_record_from_json(const Json& json) {
  try {
    RunRecord record = read(json);
    const auto kind = named(kKinds, json.at("kind").get<std::string>());
    const auto outcome = named(kOutcomes, json.at("outcome").get<std::string>());
    if (!kind) return kind.error();
    if (!outcome) return outcome.error();
    record.kind = *kind;
    record.outcome = *outcome;
    return record;
  } catch (const nlohmann::json::exception& wrong) {
    return Error{ErrorCode::kCorrupt, fmt::format("no record of a run: {}", wrong.what())};
  }
}

}  // namespace quorate
