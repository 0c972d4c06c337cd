// Brute-force oracles for sessions and causality: the definitions of theory 4.2 and 4.3, word for
// word, on histories of a handful of operations. They share no code with the checkers.
#pragma once

#include "checker/sessions/sessions.h"
#include "checker/sessions/test/session_notation.h"

namespace quorate::oracle {

struct Answer {
  bool violated = false;
  bool undecided = false;  // something could not be judged
  bool cyclic = false;     // something is its own cause
  // Of session_guarantee(): later operations that tell a smaller version than their session had
  // before; -1 where not every key is judged by versions.
  int broken_by_versions = 0;
  int uncausal_reads = 0;  // of causal(): reads with a bad pattern; -1 where causality is cyclic
};

// What orders the writes of a key: as KnownOrder, with the choice that kBest makes.
enum class Flavour { kVersions, kRealTime, kCausal };
Flavour flavour_of(const SessionOps& ops, char key, KnownOrder order);

// Whether for some key no arbitration order of its writes extends the known order and lets every
// read return the last write of what must be visible to it.
Answer session_guarantee(Property property, const SessionOps& ops, KnownOrder order);
// With one flavour for every key.
bool violates(Property property, const SessionOps& ops, Flavour flavour);

// kCausal: every read is explained by some order of the writes in its past. kCausalConvergence:
// one order of all writes explains them all.
Answer causal(Property property, const SessionOps& ops);

}  // namespace quorate::oracle
