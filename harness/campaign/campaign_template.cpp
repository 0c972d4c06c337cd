#include "harness/campaign/campaign_spec.h"

namespace quorate {

std::string_view campaign_template() {
  return R"(// A campaign: every combination of what stands in "axes", again and again under other seeds.
//   quorate campaign FILE --out results/campaigns/first --for 8h
// All keys of "options" and "axes" are options of `quorate run`, without their dashes.
{
  "name": "first",
  "seed": 1,                // of everything random: the order of the runs, and theirs
  "seeds": 3,               // runs of each combination, where neither --for nor --count says how many

  "options": {              // of every run
    "nodes": 5,
    "time": "5s"
  },

  "axes": {                 // r = 2 and w = 2 need not meet among five replicas: nothing is promised, and
    "r": [2, 3],            // what breaks is flagged; with r = 3 and w = 3 a broken promise is a failure
    "w": [2, 3],
    "read-mode": ["none", "write-back"],
    "mode": ["coordinator", "client"],
    "nemesis": ["none", "kill,partition", "power-loss,pause"]
  },

  "exclude": [              // every combination for which all of one entry holds
    {"r": 2, "w": 2, "nemesis": "none"}
  ],
  "include": [              // further runs, beside the axes
    {"workload": "set", "nemesis": "kill,partition"}
  ],

  // A run must keep what its configuration promises. Where something must break instead, say so:
  // "expect": [{"where": {"meet": false, "nemesis": "kill,partition"}, "violation": "latest"}],

  "canary": {"every": 25},  // a planted bug, to see that the harness still finds one; false: none
  "repeats": 3,             // of the first failure of each kind: does it fail each time?
  "keep": 3,                // whole run folders of each kind of failure, the smallest ones

  "limits": {
    "disk": "20GiB",        // for run folders
    "fail-fast": false
    // "count": 100, "for": "8h", "jobs": 2, "grace": "60s"
  }
}
)";
}

// A write is acknowledged when two of three replicas have it, though w is 3, and with r = 1 a read
// may ask the third. Slow links make that certain: it was found in 20 of 20 runs.
Json default_canary() {
  return Json{{"nodes", 3},
              {"r", 1},
              {"w", 3},
              {"read-mode", "none"},
              {"node-program", "quorate-node-buggy"},
              {"node-option", {"bug=ack_w_minus_1"}},
              {"nemesis", "slow-links"},
              {"time", "2s"}};
}

}  // namespace quorate
