// What a configuration of the Quorate store owes: the table of guarantees 2.4, in code.
#pragma once

#include <string_view>
#include <vector>

#include "harness/run/run_config.h"
#include "results/property.h"

namespace quorate {

// A row of the table that runs can be configured as, and what it promises in this run.
struct PromiseRow {
  std::string_view id;           // "C8"
  std::string_view description;  // when it applies
  std::vector<Property> promised;
};

// The row that a configuration falls under, the faults that it asks for included. REQUIRES: the
// configuration is one that QuorateSystem::validate accepts.
PromiseRow promise_row(const RunConfig& config);

// Whether each replica keeps what it showed: unless a fault takes disks, or what was not synced.
bool replicas_keep(const RunConfig& config);

}  // namespace quorate
