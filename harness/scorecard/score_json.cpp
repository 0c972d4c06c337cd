// The form in which a scorecard is saved, and compared.
#include <utility>

#include "harness/scorecard/score.h"

namespace quorate {
namespace {

Json first_json(const Tried& tried) {
  if (!tried.first) return nullptr;
  return {{"runs", tried.first->runs},
          {"load-s", tried.first->load_s},
          {"seed", tried.first->seed},
          {"run", tried.first->run}};
}

Json way_json(const Tried& tried) {
  const Interval rate = tried.hit_rate();
  const auto needed = tried.runs_needed();
  return {{"aim", tried.what.aim},
          {"command", command_of(tried.what)},
          {"runs", tried.runs},
          {"caught", tried.hits},
          {"named", tried.named},
          {"preferred", tried.preferred},
          {"unknown", tried.unknown},
          {"names", tried.names},
          {"first", first_json(tried)},
          {"detected-s", tried.detected_s},
          {"hit-rate", {{"at-least", rate.low}, {"at-most", rate.high}}},
          {"runs-needed", needed ? Json(*needed) : Json(nullptr)},
          {"failed", tried.failed}};
}

Json bug_json(const BugScore& bug) {
  Json ways = Json::array();
  for (const Tried* way : bug.ways) ways.push_back(way_json(*way));
  const auto median = bug.median_s();
  return {{"bug", bug.bug},
          {"caught", bug.caught()},
          {"named", bug.named()},
          {"counts", bug.ways.front()->what.names},
          {"median-s", median ? Json(*median) : Json(nullptr)},
          {"ways", std::move(ways)}};
}

Json controls_json(const Score& score) {
  Json alarms = Json::array();
  Json rows = Json::object();
  std::int64_t unknown = 0;
  for (const Tried* tried : score.of(CaseKind::kControl)) {
    unknown += tried->unknown;
    const std::string& row = tried->what.subject;
    rows[row] = rows.value(row, std::int64_t{0}) + tried->runs;
    if (tried->hits == 0) continue;
    alarms.push_back({{"row", row},
                      {"nemesis", tried->what.aim},
                      {"command", command_of(tried->what)},
                      {"runs", tried->runs},
                      {"alarms", tried->hits},
                      {"names", tried->names},
                      {"first", first_json(*tried)},
                      {"failed", tried->failed}});
  }
  return {{"runs", score.runs(CaseKind::kControl)},
          {"false-alarms", score.false_alarms()},
          {"unknown", unknown},
          {"rows", std::move(rows)},
          {"alarms", std::move(alarms)}};
}

Json shown_json(const Tried& tried) {
  Json cells = Json::object();
  for (const Property cell : tried.what.cells) {
    const auto found = tried.names.find(std::string(name_of(cell)));
    cells[std::string(name_of(cell))] = found == tried.names.end() ? 0 : found->second;
  }
  return {{"row", tried.what.subject}, {"aim", tried.what.aim}, {"command", command_of(tried.what)},
          {"runs", tried.runs},        {"shown", tried.hits},   {"cells", std::move(cells)},
          {"first", first_json(tried)}};
}

}  // namespace

Json to_json(const Score& score) {
  Json bugs = Json::array();
  for (const BugScore& bug : score.bugs()) bugs.push_back(bug_json(bug));
  Json shown = Json::array();
  for (const Tried* row : score.of(CaseKind::kShown)) shown.push_back(shown_json(*row));
  return {{"sentence", score.sentence()},     {"exit-code", score.exit_code()},
          {"missed", score.missed()},         {"misnamed", score.misnamed()},
          {"errors", score.errors()},         {"bugs", std::move(bugs)},
          {"controls", controls_json(score)}, {"shown", std::move(shown)}};
}

}  // namespace quorate
