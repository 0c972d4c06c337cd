// Negative controls: configurations that must keep what they promise, whatever goes wrong. Each row
// of guarantees 2.4 that promises something and that the store can be configured as, under each
// nemesis. What they find in a sound store is a false alarm; in another one it is the point.
#include <algorithm>
#include <array>

#include "harness/scorecard/case.h"
#include "nemesis/fault_catalogue.h"

namespace quorate {
namespace {

struct ControlRow {
  const char* name;
  Json options;
};
struct Nemesis {
  std::string name;
  Json options;
};

// Of every control; rows and nemeses go over it. Few keys and operations that time out soon: what
// goes wrong is to be met. The load is short, as there are many of them.
const Json kOfAll{{"time", "2s"},
                  {"nodes", 3},
                  {"keys", 3},
                  {"workload", "sessions"},
                  {"timeout", "250ms"},
                  {"nemesis-interval", "500ms"},
                  {"stop-on-violation", true}};

const Json kOneWriter{{"mode", "client"},
                      {"version-scheme", "local-counter"},
                      {"writers", "one-per-key"},
                      {"workload", "register"}};
constexpr int kOneWritersKeys = 10;

Json with(Json options, const Json& more) {
  options.update(more);
  return options;
}

// Anti-entropy and hints, and deletes: what else moves records about.
const Json kBackground{{"workload", "delete"},
                       {"hinted-handoff", true},
                       {"anti-entropy-interval", "100ms"},
                       {"node-option", {"rumour-interval=50ms", "gossip-interval=100ms"}}};

const std::vector<ControlRow>& good_rows() {
  static const std::vector<ControlRow> kRows{
      {"C1 322 none", with(kOneWriter, {{"read-mode", "none"}})},
      {"C1 313 async", with(kOneWriter, {{"r", 1}, {"w", 3}, {"read-mode", "async"}})},
      {"C2 322 write-back", kOneWriter},
      {"C3 322 blocking", {{"read-mode", "blocking"}}},
      {"C3 322 blocking, one writer", with(kOneWriter, {{"read-mode", "blocking"}})},
      {"C4 313 blocking", {{"r", 1}, {"w", 3}, {"read-mode", "blocking"}}},
      {"C5 331 none", {{"r", 3}, {"w", 1}, {"read-mode", "none"}}},
      {"C6 322 none", {{"read-mode", "none"}}},
      {"C6 322 none, background", with(kBackground, {{"read-mode", "none"}})},
      {"C6 533 async", {{"nodes", 5}, {"read-mode", "async"}}},
      {"C8 322 write-back", Json::object()},
      {"C8 322 write-back, background", kBackground},
      {"C8 322 write-back, deletes", {{"workload", "delete"}}},
      {"C8 313 write-back", {{"r", 1}, {"w", 3}}},
      {"C8 542 write-back", {{"nodes", 5}, {"r", 4}, {"w", 2}}},
      {"C8 322 write-back of 5 nodes", with(kBackground, {{"nodes", 5}, {"n", 3}})},
      {"C8 322 write-back, exact", {{"fan-out", "exact"}}},
      // What is not synced is lost with the power, and not with the process.
      {"C8 322 write-back, never synced", {{"durability", "none"}}},
      {"C8 313 write-back, synced later", {{"durability", "periodic"}, {"r", 1}, {"w", 3}}},
      {"C8 322 write-back, clients", {{"mode", "client"}, {"workload", "register"}}},
      {"C12 313 none",
       {{"version-scheme", "local-counter"}, {"r", 1}, {"w", 3}, {"read-mode", "none"}}},
      {"C12 313 write-back", {{"version-scheme", "local-counter"}, {"r", 1}, {"w", 3}}},
      {"C12 313 write-back of 5 nodes",
       with(kBackground,
            {{"version-scheme", "local-counter"}, {"nodes", 5}, {"n", 3}, {"r", 1}, {"w", 3}})},
      {"C16 322 none", {{"version-scheme", "clock"}, {"read-mode", "none"}}},
      {"C16 322 write-back", {{"version-scheme", "clock"}}},
      {"C16 331 write-back of 5 nodes",
       with(kBackground,
            {{"version-scheme", "clock"}, {"nodes", 5}, {"n", 3}, {"r", 3}, {"w", 1}})},
      {"C19 323 write-back, votes at once",
       {{"r", 2}, {"w", 3}, {"node-option", {"rejoin=vote"}}}}};
  return kRows;
}

// Rows that promise no order, and still that replicas come to agree, that what failed never shows,
// and that a healed cluster serves.
const std::vector<ControlRow>& loose_rows() {
  static const Json kCompared{{"anti-entropy-interval", "100ms"}};
  static const std::vector<ControlRow> kRows{
      {"C11 322 write-back", with(kCompared, {{"version-scheme", "local-counter"}})},
      {"C14 322 write-back",
       with(kCompared,
            {{"version-scheme", "local-counter"}, {"mode", "client"}, {"workload", "register"}})},
      {"C20 322 write-back", with(kCompared, {{"nodes", 5},
                                              {"n", 3},
                                              {"hinted-handoff", true},
                                              {"node-option", {"sloppy-quorum=on"}}})},
      {"C21 311 none", with(kCompared, {{"r", 1}, {"w", 1}, {"read-mode", "none"}})}};
  return kRows;
}

// What only matters where a part of the store is switched on.
Json switched_on_for(const std::string& fault) {
  if (fault.starts_with("hints:")) return {{"hinted-handoff", true}};
  if (fault.starts_with("anti-entropy:")) return {{"anti-entropy-interval", "100ms"}};
  if (fault == "disk-wipe") return {{"nemesis", "disk-wipe:nodes=1"}};
  return Json::object();
}

// Every fault alone; then those that find more together, or aimed at writes half done.
std::vector<Nemesis> all_nemeses() {
  std::vector<Nemesis> all{{"none", Json::object()}, {"none, ten keys", {{"keys", 10}}}};
  for (const FaultType& fault : all_faults()) {
    all.push_back({std::string(fault.name), with(Json{{"nemesis", std::string(fault.name)}},
                                                 switched_on_for(std::string(fault.name)))});
  }
  const auto add = [&all](const char* name, const char* faults, const Json& more) {
    all.push_back({name, with(Json{{"nemesis", faults}}, more)});
  };
  add("slow links all the time", "slow-links:delay=exponential(4ms):links=all:overtaking=yes",
      {{"keys", 1}, {"nemesis-interval", "60s"}});
  add("slow links of clients", "slow-links:delay=exponential(4ms):links=clients:overtaking=yes",
      {{"keys", 1}, {"nemesis-interval", "60s"}});
  add("mixture", "kill,pause,partition,held-links,slow-links", {{"nemesis-at-once", 2}});
  add("wipes and cuts", "disk-wipe:nodes=1,partition:one-node", {{"nemesis-at-once", 2}});
  add("power of all", "power-loss:nodes=3:tear=always", Json::object());
  // What bugs that nobody had listed needed to be seen.
  add("kills and slow links",
      "kill:nodes=1,slow-links:delay=exponential(15ms):links=all:overtaking=yes",
      {{"keys", 1}, {"nemesis-at-once", 2}, {"timeout", "400ms"}, {"time", "4s"}});
  add("slow links and time-outs", "slow-links:delay=exponential(15ms):links=all:overtaking=yes",
      {{"keys", 1}, {"nemesis-interval", "60s"}, {"timeout", "60ms"}, {"time", "4s"}});
  add("resets and slow links",
      "reset-connections:links=all:every=40ms,slow-links:delay=exponential(10ms):links=all",
      {{"keys", 1}, {"nemesis-at-once", 2}, {"nemesis-interval", "1s"}, {"time", "4s"}});
  add("kill of all", "kill:nodes=3", Json::object());
  add("kills and cuts", "kill,partition",
      {{"keys", 2}, {"nemesis-interval", "700ms"}, {"time", "4s"}});
  add("power and slow disks", "power-loss:nodes=3,slow-disk:nodes=3:delay=20ms",
      {{"keys", 2}, {"nemesis-at-once", 2}, {"time", "4s"}});
  add("slow disks and slow links",
      "slow-disk:nodes=3:delay=10ms,slow-links:delay=exponential(4ms):links=all:overtaking=yes",
      {{"keys", 1},
       {"concurrency", 30},
       {"nemesis-at-once", 2},
       {"nemesis-interval", "60s"},
       {"time", "4s"}});
  // Links go down 0.8 s after the last answer: shorter cuts only delay.
  add("long cuts", "partition", {{"keys", 2}, {"nemesis-interval", "2s"}, {"time", "5s"}});
  // Until the load is over, and of keys that are seldom written: nothing but comparing mends them.
  add("cuts, many keys", "partition:one-node", {{"keys", 100}, {"time", "3s"}});
  add("full disks, failing syncs", "failing-sync:nodes=2,full-disk:nodes=2", {{"keys", 5}});
  add("wipes and cuts, many keys", "disk-wipe:nodes=1,partition",
      {{"keys", 300}, {"nemesis-at-once", 2}, {"nemesis-interval", "700ms"}, {"time", "5s"}});
  // A node that lost its disk dies once more before it has caught up: what it is to refuse until
  // then outlives its process. Nothing else fills so many keys meanwhile.
  add("wiped, held and killed, many keys",
      "disk-wipe:nodes=1,anti-entropy:hold:nodes=1,kill:nodes=1",
      {{"keys", 3000},
       {"anti-entropy-interval", "100ms"},
       {"nemesis-nodes", {"n1"}},
       {"nemesis-at-once", 3},
       {"nemesis-interval", "600ms"},
       {"time", "6s"}});
  add("resets of clients", "reset-connections:links=clients:every=20ms",
      {{"concurrency", 50}, {"nemesis-interval", "60s"}, {"time", "4s"}});
  add("kill at first-ack", "kill:when=first-ack", Json::object());
  add("kill who has it", "kill:when=first-ack:who=have", Json::object());
  add("power of who lacks it", "power-loss:when=first-ack:who=lack", Json::object());
  add("pause at fan-out", "pause:when=fan-out", Json::object());
  add("cut at hand-over", "partition:one-node,kill:when=hand-over:who=have",
      {{"hinted-handoff", true}, {"nemesis-at-once", 2}});
  add("resets everywhere", "reset-connections:links=all:every=50ms", Json::object());
  return all;
}

// Keys of one's own need as many as there are clients.
void keep_enough_keys(Json* options) {
  if (options->value("writers", "") != "one-per-key") return;
  (*options)["keys"] =
      std::max({options->value("keys", 0), options->value("concurrency", 0), kOneWritersKeys});
}

// Who votes at once never catches up: more than one disk that is lost, in all of the run, is more
// than the row withstands.
void lose_one_disk_only(Json* options) {
  const auto told = options->find("node-option");
  if (told == options->end() || *told != Json::array({"rejoin=vote"})) return;
  const std::string faults = options->value("nemesis", "");
  for (const char* fault : {"disk-wipe", "corrupt-file", "truncate-file"}) {
    if (faults.find(fault) != std::string::npos) (*options)["nemesis-nodes"] = {"n1"};
  }
}

}  // namespace

std::vector<Case> control_cases(int one_in, std::uint64_t seed) {
  std::vector<ControlRow> rows = good_rows();
  rows.insert(rows.end(), loose_rows().begin(), loose_rows().end());
  const std::vector<Nemesis> nemeses = all_nemeses();
  std::vector<Case> cases;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t i = 0; i < nemeses.size(); ++i) {
      // A lattice: along each row and each column one in so many.
      if ((row + i + seed) % static_cast<std::uint64_t>(one_in) != 0) continue;
      Case tried;
      tried.kind = CaseKind::kControl;
      tried.subject = rows[row].name;
      tried.aim = nemeses[i].name;
      tried.options = with(with(kOfAll, rows[row].options), nemeses[i].options);
      keep_enough_keys(&tried.options);
      lose_one_disk_only(&tried.options);
      cases.push_back(std::move(tried));
    }
  }
  return cases;
}

}  // namespace quorate
