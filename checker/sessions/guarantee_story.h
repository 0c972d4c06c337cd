// Violations of session guarantees: made minimal, and told.
#pragma once

#include <cstdint>

#include "checker/sessions/guarantees.h"
#include "checker/sessions/shown_evidence.h"
#include "results/verdict.h"

namespace quorate {

// What orders the values of a key.
enum class KeyOrder : std::uint8_t { kVersions, kRealTime, kCausal };

// The operations on which a broken demand of the key last judged rests, not yet minimal.
EvidenceOps evidence_of(const SessionSteps& steps, const Demand& demand,
                        const std::vector<Hop>& cycle, KeyOrder order);

// Judges the operations alone, drops what is not needed, and tells the rest. REQUIRES: they violate
// the guarantee by that order.
Violation tell_guarantee(const History& history, const ReadSources& sources,
                         const GuaranteeRule& rule, KeyOrder order, EvidenceOps ops);

}  // namespace quorate
