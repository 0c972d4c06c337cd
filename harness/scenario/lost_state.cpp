// Interleavings in which replicas miss, or lose, what others acknowledged: I6, I7, I8, I10, I11,
// I11b, I20.
#include <utility>

#include "harness/scenario/script.h"

namespace quorate {
namespace {

using enum Property;
using enum Role;

void with_bug(RunConfig* config, const char* bug) {
  config->node_program = "quorate-node-buggy";
  config->node_options.emplace_back(std::string("bug=") + bug);
}

void five_nodes(RunConfig* config) {
  config->nodes = 5;
  config->n = 3;
  config->hinted_handoff = true;
  config->anti_entropy_interval = std::chrono::milliseconds(50);
}
void stand_ins_count(RunConfig* config) {
  five_nodes(config);
  config->node_options = {"sloppy-quorum=on"};
}

void unsynced(RunConfig* config) {
  config->durability = "none";
  config->node_options = {"rejoin=vote"};
}
void votes_at_once(RunConfig* config) { config->node_options = {"rejoin=vote"}; }
void catches_up(RunConfig* config) { config->node_options = {"rejoin=catch-up"}; }

void with_hints(RunConfig* config) { config->hinted_handoff = true; }
void with_blind_hints(RunConfig* config) {
  with_hints(config);
  with_bug(config, "repair_blind");
}

void soft_deletes(RunConfig* config) { config->workload = "delete"; }
void forgetful_deletes(RunConfig* config) {
  soft_deletes(config);
  with_bug(config, "tombstone_gc_early");
}
void hard_deletes(RunConfig* config) {
  soft_deletes(config);
  with_bug(config, "delete_hard");
}

void tail_is_skipped(RunConfig* config) {
  with_bug(config, "wal_tail_skip");
  config->node_options.emplace_back("rejoin=vote");
}

void stand_in(Script& script) {
  script.part({kA, kD}, {kB, kC, kE});
  script.write(1, kA, std::chrono::milliseconds(500));
  script.read(2, kB);
}

// A and B acknowledge it, and C never hears of it.
void write_past_c(Script& script) {
  script.hold(kA, {kC});
  script.write(1, kA);
  script.await_value(kA, "1");
  script.await_value(kB, "1");
}

void power_cut(Script& script) {
  write_past_c(script);
  script.lose_power(kA);
  script.hold(kC, {kB});
  script.read(2, kC);
}

void torn_tail(Script& script) {
  write_past_c(script);
  script.lose_power(kA, true);
  script.hold(kC, {kB});
  script.read(2, kC);
}

void empty_disk(Script& script) {
  write_past_c(script);
  script.wipe(kA);
  script.await_whole(kA);
  script.hold(kC, {kB});
  script.read(2, kC);
}

void late_hint(Script& script) {
  script.part({kC}, {kA, kB});
  script.write(1, kA);
  script.join({kC}, {kB});
  script.hold(kB, {kA});
  script.write(2, kB);
  script.await_value(kC, "2");
  script.join({kC}, {kA});
  script.await_acknowledgement(kA, kC);
  script.hold(kC, {kB});
  script.read(3, kC);
}

void comes_back(Script& script) {
  script.write(1, kA);
  for (const Role role : {kA, kB, kC}) script.await_value(role, "1");
  script.part({kC}, {kA, kB});
  script.erase(1, kA);
  script.heal();
  script.hold(kC, {kB});
  script.read(2, kC);
}

void deleted_and_written_again(Script& script) {
  script.write(1, kA);
  script.write(1, kA);
  for (const Role role : {kA, kB, kC}) script.await_value(role, "2");
  script.part({kC}, {kA, kB});
  script.erase(1, kA);
  script.write(1, kA);
  script.heal();
  script.hold(kC, {kB});
  script.read(2, kC);
}

// What was acknowledged is not there any more.
std::vector<Scenario> scenarios_of_lost_records() {
  return {
      {.id = "I6",
       .name = "A stand-in does not meet the readers of the other side",
       .order = "",
       .breaking = {"stand-ins count towards w",
                    stand_ins_count,
                    stand_in,
                    "ok, nothing",
                    {kLatest},
                    {kConverges, kNoLostWrite}},
       .withstanding =
           Variant{"only replicas count", five_nodes, stand_in, "failed, nothing", {}, {}}},
      {.id = "I7",
       .name = "A power cut takes back what was acknowledged and not synced",
       .order = "",
       .breaking = {"writes are acknowledged before they are synced",
                    unsynced,
                    power_cut,
                    "ok, nothing",
                    {kLatest},
                    {}},
       .withstanding = Variant{"they are synced first", votes_at_once, power_cut, "ok, 1", {}, {}}},
      {.id = "I8",
       .name = "A node that lost its disk answers as if nothing had ever been there",
       .order = "",
       .breaking = {"it votes at once", votes_at_once, empty_disk, "ok, nothing", {kLatest}, {}},
       .withstanding = Variant{"it abstains until it has what others hold",
                               catches_up,
                               empty_disk,
                               "ok, 1",
                               {},
                               {}}},
      {.id = "I20",
       .name = "Recovery drops the last record of a log with a torn tail",
       .order = "",
       .breaking = {"the last valid record is dropped",
                    tail_is_skipped,
                    torn_tail,
                    "ok, nothing",
                    {kLatest},
                    {}},
       .withstanding =
           Variant{"all valid records are kept", votes_at_once, torn_tail, "ok, 1", {}, {}}},
  };
}

// What was overwritten or deleted comes back.
std::vector<Scenario> scenarios_of_old_records() {
  return {
      {.id = "I10",
       .name = "A late hint brings an old record back",
       .order = "",
       .breaking = {"hints are applied without a look at the version",
                    with_blind_hints,
                    late_hint,
                    "ok, ok, 1",
                    {kLatest},
                    {}},
       .withstanding =
           Variant{"the greater version stays", with_hints, late_hint, "ok, ok, 2", {}, {}}},
      {.id = "I11",
       .name = "A tombstone goes, and the value that it deleted comes back",
       .order = "",
       .breaking =
           {"tombstones go at once", forgetful_deletes, comes_back, "ok, ok, 1", {kLatest}, {}},
       .withstanding = Variant{"they stay until every replica has them",
                               soft_deletes,
                               comes_back,
                               "ok, ok, nothing",
                               {},
                               {}}},
      {.id = "I11b",
       .name = "A write after a delete is less than what was deleted",
       .order = "",
       .breaking = {"a delete forgets the version",
                    hard_deletes,
                    deleted_and_written_again,
                    "ok, ok, ok, ok, 2",
                    {kLatest, kNoLostWrite},
                    {}},
       .withstanding = Variant{"a tombstone keeps it",
                               soft_deletes,
                               deleted_and_written_again,
                               "ok, ok, ok, ok, 3",
                               {},
                               {}}},
  };
}

}  // namespace

std::vector<Scenario> scenarios_of_lost_state() {
  std::vector<Scenario> all = scenarios_of_lost_records();
  for (Scenario& scenario : scenarios_of_old_records()) all.push_back(std::move(scenario));
  return all;
}

}  // namespace quorate
