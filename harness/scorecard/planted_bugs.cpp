// How each planted bug of quorate-node-buggy is looked for, and under which names it counts as
// caught: those of guarantees 5.1, the preferred one first.
#include <utility>

#include "harness/scorecard/case.h"

namespace quorate {
namespace {

using Names = std::vector<std::string>;

constexpr const char* kStale = "stale read";
constexpr const char* kInversion = "new-old inversion";
constexpr const char* kLost = "lost acknowledged write";
constexpr const char* kOrder = "write-order disagreement";
constexpr const char* kDivergence = "divergence";
constexpr const char* kResurrection = "resurrection";

Json merged(Json options, const Json& more) {
  options.update(more);
  return options;
}

// Answers overtake each other all the time, on few keys: what a quorum of one too few, or a repair
// that nobody waited for, leaves open for milliseconds is met within a second.
const Json kSlowLinks{{"nodes", 3},
                      {"keys", 1},
                      {"workload", "sessions"},
                      {"nemesis", "slow-links:delay=exponential(4ms):links=all:overtaking=yes"},
                      {"nemesis-interval", "60s"}};
// The same where reads ask one replica and writes all: only write-back keeps their order.
const Json kSlowLinksReadOne = merged(kSlowLinks, {{"r", 1}, {"w", 3}});
// Time-outs and half-done writes.
const Json kMixture{{"nodes", 3},
                    {"keys", 2},
                    {"nemesis", "kill,pause,partition,held-links,slow-links"},
                    {"nemesis-interval", "600ms"},
                    {"nemesis-at-once", 2},
                    {"timeout", "200ms"}};
// A node that was cut off has old counters; so have its first writes when it is back, and reads
// come before the next ones. Not every cut shows it, so there are many.
const Json kCutOff{{"time", "15s"},
                   {"nodes", 3},
                   {"keys", 5},
                   {"read-share", 0.8},
                   {"workload", "sessions"},
                   {"nemesis", "partition:one-node"},
                   {"nemesis-interval", "400ms"},
                   {"timeout", "200ms"}};
// A stand-in lies on the other side of every cut.
const Json kHalves{{"nodes", 5},
                   {"n", 3},
                   {"keys", 3},
                   {"workload", "sessions"},
                   {"nemesis", "partition:halves"},
                   {"nemesis-interval", "600ms"},
                   {"timeout", "200ms"}};
// All nodes at once, or a node with the record answers for it.
const Json kPower{{"nodes", 3},
                  {"workload", "durability"},
                  {"nemesis", "power-loss:nodes=3"},
                  {"nemesis-interval", "500ms"},
                  {"time", "3s"}};
// Reads ask one replica: one that lost its records and answers all the same shows it at once.
const Json kWipes{{"nodes", 3},
                  {"r", 1},
                  {"w", 3},
                  {"keys", 20},
                  {"nemesis", "disk-wipe:nodes=1"},
                  {"nemesis-interval", "600ms"},
                  {"timeout", "300ms"}};
const Json kDeletes{{"nodes", 3},
                    {"keys", 40},
                    {"read-share", 0.6},
                    {"workload", "delete"},
                    {"nemesis", "partition:one-node,kill"},
                    {"nemesis-interval", "400ms"},
                    {"timeout", "200ms"},
                    {"time", "4s"},
                    {"stop-on-violation", false}};
// Old records come late, where newer ones have been for long.
const Json kHints{{"nodes", 3},
                  {"keys", 30},
                  {"read-share", 0.8},
                  {"hinted-handoff", true},
                  {"anti-entropy-interval", "100ms"},
                  {"nemesis", "partition:one-node,kill"},
                  {"nemesis-interval", "400ms"},
                  {"timeout", "200ms"}};
const Json kRumours{{"nodes", 3},
                    {"keys", 30},
                    {"read-share", 0.8},
                    {"read-mode", "none"},
                    {"node-option", {"rumour-interval=20ms"}},
                    {"nemesis", "partition:one-node,slow-links:links=all"},
                    {"nemesis-interval", "400ms"},
                    {"timeout", "200ms"}};
// Nobody reads what replicas missed: only comparing them mends it.
const Json kUnread{{"nodes", 3},
                   {"keys", 100},
                   {"read-mode", "none"},
                   {"anti-entropy-interval", "100ms"},
                   {"nemesis", "partition:one-node"},
                   {"nemesis-interval", "500ms"},
                   {"timeout", "200ms"},
                   {"time", "3s"}};
const Json kClocks{{"nodes", 3}, {"keys", 2}, {"version-scheme", "clock"}};

class Table {
 public:
  Table& bug(std::string name, Names names) {
    bug_ = std::move(name);
    names_ = std::move(names);
    quick_ = true;
    return *this;
  }
  // The first way of each bug is that of the quick scorecard.
  Table& run(std::string aim, const Json& options) {
    Json all{{"time", "8s"}, {"stop-on-violation", true}};
    all.update(options);
    all["node-program"] = "quorate-node-buggy";
    Json told = all.value("node-option", Json::array());
    told.push_back("bug=" + bug_);
    all["node-option"] = std::move(told);
    return add({.aim = std::move(aim), .options = std::move(all)});
  }
  Table& scenario(std::string id) {
    Case tried;
    tried.aim = "scenario " + id;
    tried.scenario = std::move(id) + "/breaks";
    return add(std::move(tried));
  }
  std::vector<Case> take() { return std::move(cases_); }

 private:
  Table& add(Case tried) {
    tried.kind = CaseKind::kPlanted;
    tried.subject = bug_;
    tried.names = names_;
    tried.quick = std::exchange(quick_, false);
    cases_.push_back(std::move(tried));
    return *this;
  }
  std::vector<Case> cases_;
  std::string bug_;
  Names names_;
  bool quick_ = false;
};

void add_quorums(Table* table) {
  const Names not_linearizable{kStale, "not linearizable", kInversion, kOrder};
  table->bug("ack_w_minus_1", not_linearizable).run("slow links", kSlowLinks).scenario("I18");
  table->bug("read_r_minus_1", {kStale}).run("slow links", kSlowLinks);
  table->bug("rr_async", {kInversion, "non-monotonic read"})
      .run("slow links, r = 1", kSlowLinksReadOne);
  table->bug("no_writeback", {kInversion, "writes-follow-reads violation"})
      .run("slow links, r = 1", kSlowLinksReadOne)
      .run("slow links", kSlowLinks);
  table->bug("wb_read_set_only", {kInversion}).run("slow links, r = 1", kSlowLinksReadOne);
  table->bug("skip_wb_if_agree", {kInversion}).run("slow links, r = 1", kSlowLinksReadOne);
  table->bug("sloppy_counts", {kStale}).run("halves", kHalves);
}

void add_versions(Table* table) {
  table->bug("no_tiebreak", {kOrder, kDivergence}).run("slow links", kSlowLinks).scenario("I3b");
  table->bug("reuse_version", {kOrder, "version mismatch", kDivergence}).scenario("I13");
  table->bug("coord_local_counter", {kStale, kLost})
      .run("cut off", kCutOff)
      .run("mixture", kMixture);
  table->bug("apply_always", {"read-your-writes violation", kStale}).run("slow links", kSlowLinks);
  table->bug("repair_blind", {"replica regress", kLost})
      .run("rumours", kRumours)
      .run("hints", kHints)
      .scenario("I10");
  table->bug("lww_skew", {kStale, "read-your-writes violation", kLost}).run("clocks", kClocks);
}

void add_what_lasts(Table* table) {
  table->bug("ack_before_fsync", {kLost, kStale}).run("power", kPower);
  table->bug("wal_tail_skip", {kLost, "thin-air read"}).run("power", kPower).scenario("I20");
  table->bug("rejoin_empty_votes", {kStale, kLost}).run("wipes", kWipes);
  table->bug("tombstone_gc_early", {kResurrection}).run("deletes", kDeletes).scenario("I11");
  table->bug("delete_hard", {kResurrection, kLost}).run("deletes", kDeletes).scenario("I11b");
  table->bug("fail_not_info", {"dirty read"}).scenario("I5").run("mixture", kMixture);
}

void add_comparisons(Table* table) {
  table->bug("merkle_keys_only", {kDivergence}).scenario("B10").run("unread keys", kUnread);
  table->bug("merkle_xor", {kDivergence}).scenario("B10b");
  table->bug("merkle_version_only", {kDivergence}).scenario("B10c");
}

}  // namespace

std::vector<Case> planted_cases() {
  Table table;
  add_quorums(&table);
  add_versions(&table);
  add_what_lasts(&table);
  add_comparisons(&table);
  return table.take();
}

}  // namespace quorate
