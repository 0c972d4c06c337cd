// WARS: how fresh reads are, by Monte-Carlo simulation of the messages of a quorum store (Bailis
// and others, VLDB 2012, section 5; theory: section 6.1).
//
// A trial draws the delays of one write (W out, A back) and of one read (R out, S back) for each
// replica. The write is committed when the w-th acknowledgement is back; a read that begins t later
// takes the first r answers, and is fresh iff the write had reached one of them when the read did.
// So each trial has a least t from which on it is fresh, and their distribution is the whole curve.
// (The authors' predictor draws S from the samples of W; here S is S.) Outside the model: read
// repair, hints, a coordinator that is a replica, writes closer together than they spread.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "checker/staleness/message_delays.h"
#include "checker/staleness/pbs.h"

namespace quorate {

struct WarsOptions {
  QuorumSizes sizes;
  // Else the write goes to w random replicas only, and the read to r random ones.
  bool write_to_all = true;
  bool read_from_all = true;
  std::uint64_t trials = 100'000;
  std::uint64_t seed = 1;
};

// P_fresh(t), t in nanoseconds since the commit.
class FreshnessCurve {
 public:
  // `fresh_from`: per trial. kNever of operation.h: never fresh.
  explicit FreshnessCurve(std::vector<std::int64_t> fresh_from);

  double at(std::int64_t t_ns) const;
  // The same by the time that a client sees between its operations: the write was committed one hop
  // before its answer, and the read is sent out one hop after its request.
  FreshnessCurve seen_by_clients(Duration hop) const;
  // The largest share that any t reaches.
  double limit() const;
  std::uint64_t trials() const { return fresh_from_.size(); }

 private:
  std::vector<std::int64_t> fresh_from_;  // ascending
};

// Deterministic in delays and options. Replicas without samples of a message borrow those of all.
// More replicas than n: each trial draws n of them; fewer: they are used again in turn. Fails where
// the sizes are not valid or no replica has a sample of some message. O(trials * n log n).
Result<FreshnessCurve> simulate_wars(const MessageDelays& delays, const WarsOptions& options);

}  // namespace quorate
