#include "node/core/gossip/gossip.h"

#include <algorithm>

#include "base/check.h"
#include "node/core/limits.h"

namespace quorate::node {
namespace {

// Of the rounds, as long as somebody is suspected and somebody is not.
constexpr double kShareOfSuspected = 0.2;

Error none_here() { return Error{ErrorCode::kUnsupported, "gossip: switched off on this node"}; }

Error no_answer() {
  return Error{ErrorCode::kProtocol, "gossip: gives this node the last incarnation that there is"};
}

// Whether a claim about a node is one that the node itself, being at `own`, has not made.
bool is_foreign(const NodeState& claim, const NodeState& own) {
  const bool same_age = claim.incarnation == own.incarnation && claim.heartbeat == own.heartbeat;
  return claim.is_later_than(own) || (same_age && claim != own);
}

}  // namespace

Gossip::Gossip(GossipOptions options, ReplicaIndex self, ReplicaIndex size,
               std::uint64_t incarnation, Instant now, RandomStream random)
    : options_(options), self_(self), random_(random), states_(size) {
  QUORATE_CHECK(self < size && size <= kMaxReplicas, "node {} of {}", self, size);
  QUORATE_CHECK(incarnation >= 1 && incarnation <= kMaxIncarnation);
  QUORATE_CHECK(options.interval >= Duration::zero());
  QUORATE_CHECK(options.phi_threshold >= 1 && options.phi_threshold < PhiDetector::kMaxPhi);
  states_[self].incarnation = incarnation;
  if (!is_on()) return;
  detectors_.assign(size, PhiDetector(options.interval, now));
  if (size == 1) return;
  // Not all nodes at once, where all start at once.
  const auto interval = static_cast<std::uint64_t>(options.interval.count());
  next_round_ = now + Duration(random_.below(interval));
}

std::optional<GossipRequest> Gossip::round(Instant now) {
  if (!next_round_ || now < *next_round_) return std::nullopt;
  forgive_own_delay(now);
  next_round_ = now + options_.interval;
  ++states_[self_].heartbeat;
  ++counters_.rounds;
  return GossipRequest{pick_peer(now), encode_reports(known())};
}

Instant Gossip::awake_until(Instant now) const {
  return next_round_ ? std::min(now, *next_round_ + options_.interval) : now;
}

void Gossip::forgive_own_delay(Instant now) {
  const Duration slept = now - awake_until(now);
  for (PhiDetector& detector : detectors_) detector.forgive(slept, now);
}

ReplicaIndex Gossip::pick_peer(Instant now) {
  std::vector<ReplicaIndex> suspected;
  for (ReplicaIndex node = 0; node < size(); ++node) {
    if (suspects(node, now)) suspected.push_back(node);
  }
  const bool everyone = suspected.size() + 1 == states_.size();
  if (everyone || (!suspected.empty() && random_.chance(kShareOfSuspected))) {
    return random_.pick(suspected);
  }
  return next_in_turn(now);
}

ReplicaIndex Gossip::next_in_turn(Instant now) {
  for (;;) {  // ends: somebody is not suspected
    if (turns_.empty()) {
      for (ReplicaIndex node = 0; node < size(); ++node) {
        if (node != self_) turns_.push_back(node);
      }
      random_.shuffle(&turns_);
    }
    const ReplicaIndex peer = turns_.back();
    turns_.pop_back();
    if (!suspects(peer, now)) return peer;
  }
}

std::vector<NodeReport> Gossip::known() const {
  std::vector<NodeReport> reports;
  for (ReplicaIndex node = 0; node < size(); ++node) {
    if (states_[node].is_known()) reports.push_back({node, states_[node]});
  }
  return reports;
}

std::vector<NodeReport> Gossip::news_for(const std::vector<NodeReport>& told) const {
  std::vector<NodeState> theirs(states_.size());
  for (const NodeReport& report : told) theirs[report.node] = report.state;
  std::vector<NodeReport> news;
  for (ReplicaIndex node = 0; node < size(); ++node) {
    if (states_[node].is_later_than(theirs[node])) news.push_back({node, states_[node]});
  }
  return news;
}

Result<std::string> Gossip::on_request(ReplicaIndex from, std::string_view payload, Instant now) {
  const auto told = take(from, payload, now);
  if (!told) return told.error();
  ++counters_.answered;
  return encode_reports(news_for(*told));
}

Result<void> Gossip::on_reply(ReplicaIndex from, std::string_view payload, Instant now) {
  const auto told = take(from, payload, now);
  if (!told) return told.error();
  ++counters_.replies;
  return {};
}

Result<std::vector<NodeReport>> Gossip::take(ReplicaIndex from, std::string_view payload,
                                             Instant now) {
  QUORATE_CHECK(from < size() && from != self_, "gossip from node {} of {}", from, size());
  if (!is_on()) return none_here();
  auto told = decode_reports(payload, size());
  if (told && leaves_no_answer(*told)) told = no_answer();
  if (!told) {
    ++counters_.refused;
    return told;
  }
  for (const auto& [node, state] : *told) {
    if (node == self_) {
      if (is_foreign(state, states_[self_])) refute(state);
    } else if (state.is_later_than(states_[node])) {
      states_[node] = state;
      detectors_[node].heartbeat(now);
      ++counters_.advances;
    }
  }
  return told;
}

bool Gossip::leaves_no_answer(const std::vector<NodeReport>& told) const {
  for (const auto& [node, state] : told) {
    if (node != self_ || !is_foreign(state, states_[self_])) continue;
    return state.incarnation == kMaxIncarnation;
  }
  return false;
}

void Gossip::refute(const NodeState& claim) {
  NodeState& own = states_[self_];
  own.incarnation = claim.incarnation + 1;
  own.heartbeat = 0;
  ++counters_.refutations;
}

void Gossip::set_own(bool voting, std::uint64_t generation) {
  NodeState& own = states_[self_];
  if (own.voting == voting && own.generation == generation) return;
  own.voting = voting;
  own.generation = generation;
  ++own.heartbeat;  // or the others would keep the state that they have
}

const NodeState& Gossip::state_of(ReplicaIndex node) const {
  QUORATE_CHECK(node < size(), "node {} of {}", node, size());
  return states_[node];
}

bool Gossip::suspects(ReplicaIndex node, Instant now) const {
  return phi(node, now) > options_.phi_threshold;
}

double Gossip::phi(ReplicaIndex node, Instant now) const {
  QUORATE_CHECK(node < size(), "node {} of {}", node, size());
  if (!is_on() || node == self_) return 0;
  return detectors_[node].phi(awake_until(now));
}

}  // namespace quorate::node
