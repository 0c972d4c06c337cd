// Interleavings about how writes come by their versions: I3, I3b, I4, I9, I13, I17.
#include "harness/scenario/script.h"

namespace quorate {
namespace {

using enum Property;
using enum Role;
using std::chrono::milliseconds;

constexpr Duration kShort = milliseconds(300);  // for what is to time out

// Compares replicas in the background once the script is over: whether they come to agree.
void compared(RunConfig* config) { config->anti_entropy_interval = milliseconds(50); }

void local_counters(RunConfig* config) {
  compared(config);
  config->version_scheme = "local-counter";
}

void no_tiebreak(RunConfig* config) {
  compared(config);
  config->node_program = "quorate-node-buggy";
  config->node_options = {"bug=no_tiebreak"};
}

void clocks(RunConfig* config) {
  compared(config);
  config->version_scheme = "clock";
}

void halves(RunConfig* config) {
  compared(config);
  config->nodes = 4;
  config->n = 4;
  config->r = 3;
  config->w = 2;
  config->read_mode = "none";
}
void halves_without_tiebreak(RunConfig* config) {
  halves(config);
  no_tiebreak(config);
}

// The replicas A, B and C, and D, which coordinates only.
void coordinator_apart(RunConfig* config) {
  compared(config);
  config->nodes = 4;
  config->n = 3;
}
void reused_version(RunConfig* config) {
  coordinator_apart(config);
  config->node_program = "quorate-node-buggy";
  config->node_options = {"bug=reuse_version"};
}

void write_all(RunConfig* config) {
  local_counters(config);
  config->r = 1;
  config->w = 3;
}
void write_all_without_tiebreak(RunConfig* config) {
  write_all(config);
  no_tiebreak(config);
}

void counters_collide(Script& script) {
  script.hold(kC, {kA});
  script.write(1, kC);
  script.await_value(kB, "1");
  script.hold(kA, {kC});
  script.write(1, kA);
  script.read(1, kC);
}

void same_version(Script& script) {
  script.hold_writes(kA, {kB, kC});
  script.begin_write(1, kA, {.has = {kA}, .held_from = {kB, kC}});
  script.hold(kB, {kA});
  script.hold_writes(kB, {kC});
  script.begin_write(2, kB, {.has = {kB}, .held_from = {kA, kC}});
}

void ahead(Script& script) {
  script.set_clock(kA, std::chrono::seconds(5));
  script.write(1, kA);
  for (const Role role : {kA, kB, kC}) script.await_value(role, "1");
  script.write(2, kB);
  script.read(2, kB);
}
void together(Script& script) {
  script.write(1, kA);
  for (const Role role : {kA, kB, kC}) script.await_value(role, "1");
  script.write(2, kB);
  script.read(2, kB);
}

void half_each(Script& script) {
  script.hold(kA, {kC});
  script.hold(kC, {kA});
  script.hold_writes(kA, {kB, kD});
  script.hold_writes(kC, {kB, kD});
  script.begin_write(1, kA, {.has = {kA}, .held_from = {kB, kD}});
  script.begin_write(2, kC, {.has = {kC}, .held_from = {kB, kD}});
  script.release(kA, {kB});
  script.release(kC, {kD});
  script.await(1);
  script.await(2);
  for (int i = 0; i < 2; ++i) {
    script.hold(kB, {kD});
    script.read(3, kB);
    script.hold(kD, {kA});
    script.read(3, kD);
  }
}

void reused(Script& script) {
  script.hold_writes(kD, {kB, kC});
  script.write(1, kD, kShort);
  script.await_value(kA, "1");
  script.forget(kD, {kB, kC});
  script.hold(kD, {kA});
  script.write(1, kD);
}

void issued_twice(Script& script) {
  script.hold_writes(kA, {kC});
  script.begin_write(1, kA, {.has = {kA, kB}, .held_from = {kC}}, kShort);
  script.write(2, kC);
}

}  // namespace

// In I3 and I4 the client reads what by its version is newer than its own write: that write
// counted, so read-your-writes holds, whatever the clients think of it.
std::vector<Scenario> scenarios_of_versions() {
  return {
      {.id = "I3",
       .name = "The counters of two coordinators collide",
       .order = "AC",
       .breaking = {"each coordinator counts for itself",
                    local_counters,
                    counters_collide,
                    "ok, ok, 1",
                    {kLatest, kMonotonicWrites, kNoLostWrite},
                    {kReadYourWrites}},
       .withstanding = Variant{"r replicas are asked for a version first",
                               compared,
                               counters_collide,
                               "ok, ok, 2",
                               {},
                               {kConverges}}},
      {.id = "I3b",
       .name = "One version for two values: replicas never agree",
       .order = "",
       .breaking = {"versions have no writer", no_tiebreak, same_version, "", {kConverges}, {}},
       .withstanding = Variant{"they have one", compared, same_version, "", {}, {kConverges}}},
      {.id = "I4",
       .name = "A clock that is ahead wins over the last write",
       .order = "",
       .breaking = {"the greatest clock wins",
                    clocks,
                    ahead,
                    "ok, ok, 1",
                    {kLatest, kNoLostWrite},
                    {kReadYourWrites}},
       .withstanding = Variant{"clocks agree", clocks, together, "ok, ok, 2", {}, {kConverges}}},
      {.id = "I9",
       .name = "Two writes on half of the replicas each",
       .order = "AC",
       .breaking = {"versions have no writer",
                    halves_without_tiebreak,
                    half_each,
                    "ok, ok, 1, 2, 1, 2",
                    {kLinearizable, kConverges},
                    {}},
       .withstanding =
           Variant{"they have one", halves, half_each, "ok, ok, 2, 2, 2, 2", {}, {kConverges}}},
      {.id = "I13",
       .name = "A version that is used again after a time-out",
       .order = "",
       .breaking = {"the next write takes the same version",
                    reused_version,
                    reused,
                    "unknown, ok",
                    {kConverges},
                    {}},
       .withstanding = Variant{"each write has a version of its own",
                               coordinator_apart,
                               reused,
                               "unknown, ok",
                               {},
                               {kConverges}}},
      {.id = "I17",
       .name = "A counter that two coordinators give in turn",
       .order = "",
       .breaking = {"versions have no writer",
                    write_all_without_tiebreak,
                    issued_twice,
                    "ok",
                    {kConverges},
                    {}},
       .withstanding = Variant{"they have one", write_all, issued_twice, "ok", {}, {kConverges}}},
  };
}

}  // namespace quorate
