// Comparisons of replicas that are blind (B10 of docs/guarantees.md): what anti-entropy should see,
// and does not, stays apart for ever.
#include "harness/scenario/script.h"

namespace quorate {
namespace {

using enum Property;
using enum Role;

void with_bugs(RunConfig* config, std::initializer_list<const char*> bugs) {
  config->anti_entropy_interval = std::chrono::milliseconds(50);
  if (bugs.size() > 0) config->node_program = "quorate-node-buggy";
  for (const char* const bug : bugs) {
    config->node_options.emplace_back(std::string("bug=") + bug);
  }
}

void sound(RunConfig* config) { with_bugs(config, {}); }
void keys_only(RunConfig* config) { with_bugs(config, {"merkle_keys_only"}); }
// With a writer in each version no two records of different keys are alike, and no two of one
// version differ: these bugs need another one that takes it away.
void no_writer(RunConfig* config) { with_bugs(config, {"no_tiebreak"}); }
void hashes_cancel(RunConfig* config) { with_bugs(config, {"no_tiebreak", "merkle_xor"}); }
void versions_only(RunConfig* config) { with_bugs(config, {"no_tiebreak", "merkle_version_only"}); }

void one_is_behind(Script& script) {
  script.write(1, kA);
  for (const Role role : {kA, kB, kC}) script.await_value(role, "1");
  script.part({kA, kB}, {kC});
  script.write(1, kA);
  script.await_value(kB, "2");
  script.join({kA, kB}, {kC});
}

void two_alike(Script& script) {
  script.part({kA, kB}, {kC});
  script.write_twice(1, kA);
  script.await_value(kB, "1");
  script.join({kA, kB}, {kC});
}

void one_version_of_two(Script& script) {
  script.hold_writes(kA, {kB, kC});
  script.begin_write(1, kA, {.has = {kA}, .held_from = {kB, kC}});
  script.hold(kB, {kA});
  script.hold_writes(kB, {kC});
  script.begin_write(2, kB, {.has = {kB}, .held_from = {kA, kC}});
  script.heal();
  script.await(1);
  script.await(2);
  script.compare(kA);
}

}  // namespace

std::vector<Scenario> scenarios_of_comparisons() {
  return {
      {.id = "B10",
       .name = "Replicas are compared, and what differs is not seen: only keys are looked at",
       .order = "",
       .breaking = {"only keys are compared", keys_only, one_is_behind, "ok, ok", {kConverges}, {}},
       .withstanding =
           Variant{
               "versions and values are, too", sound, one_is_behind, "ok, ok", {}, {kConverges}}},
      {.id = "B10b",
       .name = "Two records that are alike cancel each other where many are compared at once",
       .order = "",
       .breaking = {"hashes without keys, joined by XOR",
                    hashes_cancel,
                    two_alike,
                    "ok, ok",
                    {kConverges},
                    {}},
       .withstanding =
           Variant{"hashes with keys, added", no_writer, two_alike, "ok, ok", {}, {kConverges}}},
      {.id = "B10c",
       .name = "One version with two values, and nobody notices",
       .order = "",
       .breaking = {"only versions are compared",
                    versions_only,
                    one_version_of_two,
                    "ok, ok, no conflict",
                    {kConverges},
                    {}},
       .withstanding = Variant{"values are, too",
                               no_writer,
                               one_version_of_two,
                               "ok, ok, conflict",
                               {kConverges},
                               {}}},
  };
}

}  // namespace quorate
