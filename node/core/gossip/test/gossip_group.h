// GossipGroup: nodes that gossip in virtual time, over links that delay, lose and cut.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "node/core/gossip/gossip.h"

namespace quorate::node {

class GossipGroup {
 public:
  GossipGroup(ReplicaIndex size, GossipOptions options, std::uint64_t seed)
      : size_(size), options_(options), seed_(seed), random_(seed, "network") {
    nodes_.resize(size);
    starts_.resize(size);
    for (ReplicaIndex node = 0; node < size; ++node) start(node, 1);
  }

  // Also a restart: what it knew is gone.
  void start(ReplicaIndex node, std::uint64_t incarnation) {
    const RandomStream random(seed_, fmt::format("node {} start {}", node, ++starts_[node]));
    nodes_[node] = std::make_unique<Gossip>(options_, node, size_, incarnation, now_, random);
    plan_round(node);
  }
  void stop(ReplicaIndex node) {
    nodes_[node].reset();
    ++starts_[node];
  }

  void run(Duration duration) {
    const Instant end = now_ + duration;
    while (!events_.empty() && events_.begin()->first <= end) {
      auto event = events_.extract(events_.begin());
      now_ = event.key();
      event.mapped()();
    }
    now_ = end;
  }

  Gossip& operator[](ReplicaIndex node) { return *nodes_[node]; }
  bool suspects(ReplicaIndex who, ReplicaIndex whom) const {
    return nodes_[who]->suspects(whom, now_);
  }
  bool all_know_all() const {
    for (const auto& node : nodes_) {
      for (ReplicaIndex other = 0; other < size_; ++other) {
        if (!node->state_of(other).is_known()) return false;
      }
    }
    return true;
  }
  Instant now() const { return now_; }
  const std::string& trace() const { return trace_; }

  std::function<bool(ReplicaIndex from, ReplicaIndex to)> cut = [](auto, auto) { return false; };
  std::function<void()> after_round = [] {};
  double loss = 0;
  Duration max_delay = std::chrono::milliseconds(1);  // of a message
  Duration max_late = Duration::zero();               // of a round
  Duration stall = Duration::zero();                  // of one round in 50

 private:
  Duration up_to(Duration limit) {
    return Duration(random_.below(static_cast<std::uint64_t>(limit.count()) + 1));
  }
  // Does `what` later, unless the node has stopped or started again by then.
  void at(Instant when, ReplicaIndex node, std::function<void()> what) {
    events_.emplace(when, [this, node, start = starts_[node], what = std::move(what)] {
      if (nodes_[node] && starts_[node] == start) what();
    });
  }
  void plan_round(ReplicaIndex node) {
    const auto due = nodes_[node]->next_round();
    if (!due) return;
    const Duration late = up_to(max_late) + (random_.chance(0.02) ? stall : Duration::zero());
    at(std::max(*due + late, now_), node, [this, node] { round(node); });
  }
  void round(ReplicaIndex node) {
    const auto request = nodes_[node]->round(now_);
    plan_round(node);
    if (request) send(node, request->to, request->payload, false);
    after_round();
  }
  void send(ReplicaIndex from, ReplicaIndex to, const std::string& payload, bool is_reply) {
    trace_ += fmt::format("{} {}>{} {} {}\n", now_.time_since_epoch().count(), from, to,
                          is_reply ? "reply" : "request", std::hash<std::string>()(payload));
    if (cut(from, to) || random_.chance(loss) || !nodes_[to]) return;
    at(now_ + up_to(max_delay), to,
       [this, from, to, payload, is_reply] { receive(from, to, payload, is_reply); });
  }
  void receive(ReplicaIndex from, ReplicaIndex to, const std::string& payload, bool is_reply) {
    if (is_reply) {
      nodes_[to]->on_reply(from, payload, now_).value();
      return;
    }
    send(to, from, nodes_[to]->on_request(from, payload, now_).value(), true);
  }

  const ReplicaIndex size_;
  const GossipOptions options_;
  const std::uint64_t seed_;
  RandomStream random_;
  Instant now_{std::chrono::seconds(1000)};
  std::vector<std::unique_ptr<Gossip>> nodes_;  // null while stopped
  std::vector<int> starts_;
  std::multimap<Instant, std::function<void()>> events_;
  std::string trace_;
};

}  // namespace quorate::node
