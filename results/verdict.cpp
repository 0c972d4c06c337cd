#include "results/verdict.h"

#include <utility>

#include "base/check.h"

namespace quorate {

Json to_json(const Violation& violation) {
  Json json = Json::object();
  json["property"] = name_of(violation.property);
  json["anomaly"] = violation.anomaly;
  json["key"] = violation.key;
  json["ops"] = violation.ops;
  json["lines"] = violation.lines;
  Json edges = Json::array();
  for (const Edge& edge : violation.edges) {
    edges.push_back({{"before", edge.before}, {"after", edge.after}, {"reason", edge.reason}});
  }
  json["edges"] = std::move(edges);
  return json;
}

namespace {

Json to_json(const PropertyVerdict& verdict) {
  Json json = Json::object();
  json["property"] = name_of(verdict.property);
  json["promised"] = verdict.promised;
  json["standing"] = name_of(verdict.standing);
  if (verdict.standing == Standing::kNotChecked) return json;
  const CheckResult& result = verdict.result;
  if (!result.reason.empty()) json["reason"] = result.reason;
  json["violation_count"] = result.violation_count;
  Json violations = Json::array();
  for (const Violation& violation : result.violations) violations.push_back(to_json(violation));
  json["violations"] = std::move(violations);
  json["measures"] = result.measures;
  return json;
}

}  // namespace

int exit_code(RunOutcome outcome) {
  switch (outcome) {
    case RunOutcome::kPass:
      return 0;
    case RunOutcome::kViolation:
      return 1;
    case RunOutcome::kUnknown:
      return 2;
    case RunOutcome::kHarnessError:
      return kExitHarnessError;
  }
  check_failed("the outcome has an exit code", __FILE__, __LINE__, "");
}

Json to_json(const Verdict& verdict) {
  Json json = Json::object();
  json["outcome"] = name_of(verdict.outcome);
  json["sentence"] = verdict.sentence;
  Json properties = Json::array();
  for (const PropertyVerdict& property : verdict.properties) {
    properties.push_back(to_json(property));
  }
  json["properties"] = std::move(properties);
  if (!verdict.inside.empty()) {
    Json inside = Json::array();
    for (const Violation& violation : verdict.inside) inside.push_back(to_json(violation));
    json["inside"] = std::move(inside);
  }
  json["measures"] = verdict.measures;
  return json;
}

}  // namespace quorate
