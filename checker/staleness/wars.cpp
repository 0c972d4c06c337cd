#include "checker/staleness/wars.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "base/random.h"

namespace quorate {
namespace {

using Samples = std::vector<std::int64_t>;

// One message, for each replica the samples to draw from. Borrows them.
class Message {
 public:
  Message(const MessageDelays& delays, Samples ReplicaDelays::*member) {
    for (const ReplicaDelays& replica : delays.replicas) {
      const Samples& own = replica.*member;
      all_.insert(all_.end(), own.begin(), own.end());
    }
    for (const ReplicaDelays& replica : delays.replicas) {
      const Samples& own = replica.*member;
      sources_.push_back(own.empty() ? nullptr : &own);
    }
  }
  bool known() const { return !all_.empty(); }
  std::int64_t draw(std::size_t replica, RandomStream* random) const {
    const Samples* own = sources_[replica];
    return random->pick(own == nullptr ? all_ : *own);
  }

 private:
  Samples all_;
  std::vector<const Samples*> sources_;
};

class Simulation {
 public:
  Simulation(const MessageDelays& delays, const WarsOptions& options)
      : options_(options),
        write_(delays, &ReplicaDelays::write),
        acknowledge_(delays, &ReplicaDelays::acknowledge),
        read_(delays, &ReplicaDelays::read),
        respond_(delays, &ReplicaDelays::respond),
        random_(options.seed, "wars"),
        nodes_(delays.replicas.size()),
        replicas_(options.sizes.n) {
    std::iota(nodes_.begin(), nodes_.end(), std::size_t{0});
  }

  bool possible() const {
    return write_.known() && acknowledge_.known() && read_.known() && respond_.known();
  }

  // From which t on the read is fresh.
  std::int64_t trial() {
    if (nodes_.size() > replicas_.size()) random_.shuffle(&nodes_);
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
      replicas_[i].node = nodes_[i % nodes_.size()];
    }
    const std::int64_t committed = write();
    return read(committed);
  }

 private:
  struct Replica {
    std::size_t node = 0;
    std::int64_t arrives = kNever;  // the write, after its coordinator sent it
    std::int64_t acknowledged = kNever;
    std::int64_t looks = 0;  // the read, after its coordinator sent it
    std::int64_t answers = 0;
  };

  // When the w-th acknowledgement is back.
  std::int64_t write() {
    const QuorumSizes& sizes = options_.sizes;
    const std::size_t reached = options_.write_to_all ? sizes.n : sizes.w;
    if (reached < replicas_.size()) random_.shuffle(&replicas_);
    for (std::size_t i = 0; i < replicas_.size(); ++i) {
      Replica& replica = replicas_[i];
      replica.arrives = replica.acknowledged = kNever;
      if (i >= reached) continue;
      replica.arrives = write_.draw(replica.node, &random_);
      replica.acknowledged = replica.arrives + acknowledge_.draw(replica.node, &random_);
    }
    const auto nth = replicas_.begin() + static_cast<std::ptrdiff_t>(sizes.w - 1);
    std::nth_element(
        replicas_.begin(), nth, replicas_.end(),
        [](const Replica& a, const Replica& b) { return a.acknowledged < b.acknowledged; });
    return nth->acknowledged;
  }

  std::int64_t read(std::int64_t committed) {
    const std::size_t r = options_.sizes.r;
    random_.shuffle(&replicas_);  // equal answers come in any order
    const std::size_t asked = options_.read_from_all ? replicas_.size() : r;
    for (std::size_t i = 0; i < asked; ++i) {
      Replica& replica = replicas_[i];
      replica.looks = read_.draw(replica.node, &random_);
      replica.answers = replica.looks + respond_.draw(replica.node, &random_);
    }
    const auto end = replicas_.begin() + static_cast<std::ptrdiff_t>(asked);
    std::stable_sort(replicas_.begin(), end,
                     [](const Replica& a, const Replica& b) { return a.answers < b.answers; });
    std::int64_t fresh_from = kNever;
    for (std::size_t i = 0; i < r; ++i) {
      const Replica& replica = replicas_[i];
      if (replica.arrives == kNever) continue;
      fresh_from = std::min(fresh_from, replica.arrives - committed - replica.looks);
    }
    return fresh_from;
  }

  const WarsOptions& options_;
  Message write_;
  Message acknowledge_;
  Message read_;
  Message respond_;
  RandomStream random_;
  std::vector<std::size_t> nodes_;
  std::vector<Replica> replicas_;
};

}  // namespace

FreshnessCurve::FreshnessCurve(std::vector<std::int64_t> fresh_from)
    : fresh_from_(std::move(fresh_from)) {
  std::sort(fresh_from_.begin(), fresh_from_.end());
}

double FreshnessCurve::at(std::int64_t t_ns) const {
  if (fresh_from_.empty()) return 0;
  const auto fresh = std::upper_bound(fresh_from_.begin(), fresh_from_.end(), t_ns);
  return static_cast<double>(fresh - fresh_from_.begin()) / static_cast<double>(fresh_from_.size());
}

FreshnessCurve FreshnessCurve::seen_by_clients(Duration hop) const {
  FreshnessCurve curve(*this);
  for (std::int64_t& t : curve.fresh_from_) {
    if (t != kNever) t -= 2 * hop.count();
  }
  return curve;
}

double FreshnessCurve::limit() const { return at(kNever - 1); }

Result<FreshnessCurve> simulate_wars(const MessageDelays& delays, const WarsOptions& options) {
  const QuorumSizes& sizes = options.sizes;
  if (!sizes.valid()) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("no quorum sizes: n = {}, r = {}, w = {}", sizes.n, sizes.r, sizes.w)};
  }
  if (delays.empty()) {
    return Error{ErrorCode::kInvalidArgument, "no message delays to predict from"};
  }
  Simulation simulation(delays, options);
  if (!simulation.possible()) {
    return Error{ErrorCode::kInvalidArgument,
                 "no replica has a sample of every message: W, A, R and S"};
  }
  std::vector<std::int64_t> fresh_from(options.trials);
  for (std::int64_t& t : fresh_from) t = simulation.trial();
  return FreshnessCurve(std::move(fresh_from));
}

}  // namespace quorate
