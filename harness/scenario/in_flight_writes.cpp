// Interleavings in which a write has reached some replicas and not others: I1, I2, I5, I14, I15,
// I18, I19.
#include <utility>

#include "harness/scenario/script.h"

namespace quorate {
namespace {

using enum Property;
using enum Role;
using std::chrono::milliseconds;

constexpr Duration kShort = milliseconds(300);         // for what is to time out
constexpr Duration kLonger = std::chrono::seconds(1);  // for what is to, where it is withstood

void no_repair(RunConfig* config) { config->read_mode = "none"; }
void write_back(RunConfig* config) { config->read_mode = "write-back"; }

void told_as_failure(RunConfig* config) {
  config->node_program = "quorate-node-buggy";
  config->node_options = {"bug=fail_not_info"};
}

// The replicas A, B and C, and D, which coordinates only.
void async_repair(RunConfig* config) {
  config->nodes = 4;
  config->n = 3;
  config->read_mode = "async";
}
void four_write_back(RunConfig* config) {
  async_repair(config);
  config->read_mode = "write-back";
}

void read_one_write_all(RunConfig* config) {
  config->r = 1;
  config->w = 3;
  config->read_mode = "blocking";
}
void read_one_write_back_to_all(RunConfig* config) {
  read_one_write_all(config);
  config->read_mode = "write-back";
}

void acknowledged_early(RunConfig* config) {
  config->node_program = "quorate-node-buggy";
  config->node_options = {"bug=ack_w_minus_1"};
}

void new_then_old(Script& script) {
  script.hold_writes(kA, {kB, kC});
  script.begin_write(1, kA, {.has = {kA}, .held_from = {kB, kC}});
  script.hold(kB, {kC});
  script.read(2, kB);
  script.hold(kC, {kA});
  script.read(2, kC);
}

void shows_later(Script& script) {
  script.hold_writes(kA, {kB, kC});
  script.write(1, kA, kShort);
  script.hold(kC, {kA});
  script.read(2, kC);
  script.hold(kB, {kC});
  script.read(2, kB);
  script.hold(kC, {kA});
  script.read(3, kC);
}

void completed_by_repair(Script& script) {
  script.write(1, kA);
  for (const Role role : {kA, kB, kC}) script.await_value(role, "1");
  script.hold_writes(kA, {kB, kC});
  script.write(1, kA, kShort);
  script.hold(kB, {kA});
  script.write(2, kB);
  script.read(3, kB);
  script.hold(kC, {kB});
  script.read(3, kC);
}

void repair_is_held(Script& script) {
  script.hold_writes(kA, {kB, kC});
  script.begin_write(1, kA, {.has = {kA}, .held_from = {kB, kC}});
  script.hold(kD, {kC});
  script.hold_writes(kD, {kB});
  script.read(2, kD, kLonger);
  script.hold(kC, {kA});
  script.read(2, kC);
}

void one_then_all(Script& script) {
  script.hold_writes(kA, {kB, kC});
  script.begin_write(1, kA, {.has = {kA}, .held_from = {kB, kC}});
  script.read(2, kA, kLonger);
  script.hold(kB, {kA, kC});
  script.read(2, kB);
}

void one_copy(Script& script) {
  script.hold_writes(kA, {kB, kC});
  script.write(1, kA, kShort);
  script.hold(kC, {kA});
  script.read(2, kC);
}

void follows_a_read(Script& script) {
  script.write(1, kA);
  for (const Role role : {kA, kB, kC}) script.await_value(role, "1");
  script.hold_writes(kA, {kB, kC});
  script.begin_write(1, kA, {.has = {kA}, .held_from = {kB, kC}});
  script.hold(kC, {kB});
  script.read(2, kC);
  script.hold(kB, {kA});
  script.write(2, kB);
  script.await_value(kC, "3");
  script.hold(kC, {kB});
  script.read(3, kC);
}

// What reads repair, or do not.
std::vector<Scenario> scenarios_of_repair() {
  return {
      {.id = "I1",
       .name = "New, then old, while the write is in flight",
       .order = "",
       .breaking = {"reads repair nothing",
                    no_repair,
                    new_then_old,
                    "1, nothing",
                    {kLinearizable, kMonotonicReads},
                    {kLatest}},
       .withstanding = Variant{"reads are written back", write_back, new_then_old, "1, 1", {}, {}}},
      {.id = "I2",
       .name = "A write that timed out shows later, and again not",
       .order = "",
       .breaking = {"reads repair nothing",
                    no_repair,
                    shows_later,
                    "unknown, nothing, 1, nothing",
                    {kLinearizable},
                    {kLatest}},
       .withstanding = Variant{"reads are written back",
                               write_back,
                               shows_later,
                               "unknown, nothing, 1, 1",
                               {},
                               {}}},
      {.id = "I5",
       .name = "Read repair completes a write that was told as failed",
       .order = "BA",
       .breaking = {"an unknown outcome is told as a failure",
                    told_as_failure,
                    completed_by_repair,
                    "ok, failed, ok, 3, 2",
                    {kLatest, kNoDirtyRead},
                    {}},
       .withstanding = Variant{"it is told as unknown",
                               write_back,
                               completed_by_repair,
                               "ok, unknown, ok, 3, 2",
                               {},
                               {}}},
      {.id = "I14",
       .name = "A repair that was sent is not one that arrived",
       .order = "",
       .breaking = {"reads do not wait for their repair",
                    async_repair,
                    repair_is_held,
                    "1, nothing",
                    {kLinearizable, kMonotonicReads},
                    {kLatest}},
       .withstanding =
           Variant{
               "they wait for it", four_write_back, repair_is_held, "unknown, nothing", {}, {}}},
  };
}

std::vector<Scenario> scenarios_of_quorums() {
  return {
      {.id = "I15",
       .name = "Read one, write all: new, then old",
       .order = "",
       .breaking = {"only the replicas that were read are repaired",
                    read_one_write_all,
                    one_then_all,
                    "1, nothing",
                    {kLinearizable, kMonotonicReads},
                    {kLatest}},
       .withstanding = Variant{"reads are written back to all",
                               read_one_write_back_to_all,
                               one_then_all,
                               "unknown, nothing",
                               {},
                               {}}},
      {.id = "I18",
       .name = "An acknowledgement too many: one copy counts as two",
       .order = "",
       .breaking = {"a write is acknowledged after w - 1 replicas",
                    acknowledged_early,
                    one_copy,
                    "ok, nothing",
                    {kLatest},
                    {}},
       .withstanding =
           Variant{"it is acknowledged after w", write_back, one_copy, "unknown, nothing", {}, {}}},
      {.id = "I19",
       .name = "A write that follows a read comes before what was read",
       .order = "BA",
       .breaking = {"reads repair nothing",
                    no_repair,
                    follows_a_read,
                    "ok, 2, ok, 2",
                    {kWritesFollowReads, kSingleOrder},
                    {kLatest}},
       .withstanding =
           Variant{"reads are written back", write_back, follows_a_read, "ok, 2, ok, 3", {}, {}}},
  };
}

}  // namespace

std::vector<Scenario> scenarios_of_writes_in_flight() {
  std::vector<Scenario> all = scenarios_of_repair();
  for (Scenario& scenario : scenarios_of_quorums()) all.push_back(std::move(scenario));
  return all;
}

}  // namespace quorate
