#include "node/core/planted_bugs.h"

#ifndef QUORATE_PLANTED_BUGS
#error "only binaries with planted bugs are linked with this"
#endif

#include <array>
#include <bitset>

namespace quorate::node {

namespace {

constexpr std::array<std::string_view, 22> kNames{
    "ack_w_minus_1",       "read_r_minus_1",   "rr_async",           "no_writeback",
    "wb_read_set_only",    "skip_wb_if_agree", "no_tiebreak",        "reuse_version",
    "coord_local_counter", "apply_always",     "repair_blind",       "sloppy_counts",
    "ack_before_fsync",    "wal_tail_skip",    "rejoin_empty_votes", "tombstone_gc_early",
    "delete_hard",         "fail_not_info",    "merkle_keys_only",   "merkle_xor",
    "merkle_version_only", "lww_skew"};
static_assert(kNames.size() == static_cast<std::size_t>(Bug::kLwwSkew));

// Nodes ask it at every turn, from rules that get nothing handed in for it on purpose: production
// code must not carry it around.
std::bitset<kNames.size() + 1> the_planted_bugs;

}  // namespace

void plant(Bug bug) {
  if (bug == Bug::kNone) {
    the_planted_bugs.reset();
  } else {
    the_planted_bugs.set(static_cast<std::size_t>(bug));
  }
}

bool planted(Bug bug) { return the_planted_bugs.test(static_cast<std::size_t>(bug)); }

std::vector<std::string_view> names_of_bugs() { return {kNames.begin(), kNames.end()}; }

std::optional<Bug> bug_named(std::string_view name) {
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<Bug>(i + 1);
  }
  return std::nullopt;
}

}  // namespace quorate::node
