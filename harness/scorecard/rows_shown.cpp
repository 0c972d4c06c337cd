// What a configuration may break, shown: for each row of guarantees 2.4 with a V that real nodes
// can be configured as, runs that find one of its cells broken, as the row says they may. Of C9,
// C10, C17 and C23 only planted bugs are (no_tiebreak, reuse_version, apply_always,
// tombstone_gc_early).
#include <utility>

#include "harness/scorecard/case.h"

namespace quorate {
namespace {

using enum Property;

const std::vector<Property> kRegularOnly{kLinearizable, kMonotonicReads};  // of C1, C16
const std::vector<Property> kManyWriters{kSingleOrder, kLinearizable, kMonotonicReads,
                                         kWritesFollowReads};
const std::vector<Property> kAnything{kLatest,          kWriteOrder,        kSingleOrder,
                                      kLinearizable,    kMonotonicReads,    kReadYourWrites,
                                      kMonotonicWrites, kWritesFollowReads, kNoLostWrite};

Case shown(std::string row, std::string aim, Json options, std::vector<Property> cells) {
  Json all{{"time", "3s"}, {"nodes", 3}, {"keys", 1}, {"workload", "sessions"}};
  all.update(options);
  return {.kind = CaseKind::kShown,
          .subject = std::move(row),
          .aim = std::move(aim),
          .options = std::move(all),
          .cells = std::move(cells)};
}

Json slow(Json options) {
  options.update(Json{{"nemesis", "slow-links:delay=exponential(4ms):links=all:overtaking=yes"},
                      {"nemesis-interval", "60s"}});
  return options;
}

// Who drives the quorums itself has its own links to all replicas.
Json slow_clients(Json options) {
  options = slow(std::move(options));
  options["nemesis"] = "slow-links:delay=exponential(4ms):links=clients:overtaking=yes";
  return options;
}

Json cut(Json options) {
  options.update(
      Json{{"nemesis", "partition:halves"}, {"nemesis-interval", "600ms"}, {"timeout", "200ms"}});
  return options;
}

}  // namespace

std::vector<Case> shown_cases() {
  const Json one_writer{{"mode", "client"},         {"version-scheme", "local-counter"},
                        {"writers", "one-per-key"}, {"workload", "register"},
                        {"concurrency", 3},         {"keys", 3},
                        {"read-mode", "none"}};
  return {
      shown("C1", "slow links of clients", slow_clients(one_writer), kRegularOnly),
      shown("C4", "slow links", slow({{"r", 1}, {"w", 3}, {"read-mode", "blocking"}}),
            kManyWriters),
      shown("C6", "slow links", slow({{"read-mode", "none"}}), kManyWriters),
      shown("C11", "cuts", cut({{"version-scheme", "local-counter"}, {"nodes", 5}}), kAnything),
      shown("C12", "slow links",
            slow({{"version-scheme", "local-counter"}, {"r", 1}, {"w", 3}, {"read-mode", "none"}}),
            kManyWriters),
      shown(
          "C14", "slow links",
          slow({{"version-scheme", "local-counter"}, {"mode", "client"}, {"workload", "register"}}),
          kAnything),
      shown("C15", "clocks apart",
            {{"version-scheme", "clock"}, {"nemesis", "clock:offset"}, {"nemesis-interval", "1s"}},
            kAnything),
      shown("C16", "slow links", slow({{"version-scheme", "clock"}, {"read-mode", "none"}}),
            kRegularOnly),
      shown("C18", "power lost, not synced",
            {{"durability", "none"},
             {"workload", "durability"},
             {"keys", 1000},
             {"node-option", {"rejoin=vote"}},
             {"nemesis", "power-loss:nodes=3"},
             {"nemesis-interval", "600ms"}},
            kAnything),
      shown("C20", "cuts",
            cut({{"nodes", 5}, {"n", 3}, {"keys", 3}, {"node-option", {"sloppy-quorum=on"}}}),
            kAnything),
      shown("C21", "cuts", cut({{"nodes", 5}, {"r", 2}, {"w", 2}}), kAnything),
  };
}

}  // namespace quorate
