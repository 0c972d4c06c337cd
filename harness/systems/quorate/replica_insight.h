// What the store's nodes tell of themselves at the end of a run: the records that each replica
// holds, and how long their messages to each other took. Blocking, with deadlines.
#pragma once

#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "checker/replicas/replica_state.h"
#include "harness/run/run_config.h"
#include "harness/systems/quorate/disguise.h"
#include "harness/systems/system.h"
#include "node/core/ring.h"
#include "node/core/round_trips.h"

namespace quorate {

// A node with more records than this is not polled: the history would grow by as many.
inline constexpr std::size_t kMostPolledRecords = 5000;

// Where the run's nodes put keys.
node::Ring ring_of(const RunConfig& config);

// As System::replica_records. `disguise`: that clients wear; null: none. Errors: kIo; kLimit.
Result<std::vector<std::vector<ReplicaRecord>>> records_of_replicas(
    const RunConfig& config, const std::vector<NodeAccess>& nodes, const Disguise* disguise);

// As System::round_trips: what each node, as a coordinator, measured.
Result<Json> round_trips_of_nodes(const std::vector<NodeAccess>& nodes);
// {NODE: {"reads_ns": […], "writes_ns": […]}}
Json to_json(const node::RoundTrips& trips);

}  // namespace quorate
