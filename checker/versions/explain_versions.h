// What is wrong with versions, in words.
#pragma once

#include "checker/versions/version_evidence.h"
#include "results/verdict.h"

namespace quorate {

Violation explain_inversion(const History& history, Property property,
                            const VersionEvidence& evidence);
Violation explain_mismatch(const History& history, const Mismatch& mismatch);

}  // namespace quorate
