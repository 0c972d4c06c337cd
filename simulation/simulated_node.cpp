#include "simulation/simulated_node.h"

#include <utility>

#include "base/check.h"

namespace quorate::simulation {

namespace {

constexpr std::int64_t kWallAtZeroMs = 1'700'000'000'000;
constexpr std::uint16_t kVirtualNodes = 1;

node::Membership membership_of(const ClusterSetup& setup, Endpoint self) {
  node::Membership membership;
  for (Endpoint i = 0; i < setup.nodes; ++i) {
    membership.names.push_back(std::string(1, static_cast<char>('A' + i)));
  }
  membership.self = self;
  membership.n = setup.quorum.n;
  membership.virtual_nodes = kVirtualNodes;
  membership.r = setup.quorum.r;
  return membership;
}

void set_background(const ClusterSetup& setup, node::EngineOptions* options) {
  options->hints.enabled = setup.background || setup.sloppy;
  options->gossip.interval = std::chrono::milliseconds(setup.background ? 50 : 0);
  options->rumours.interval = std::chrono::milliseconds(setup.background ? 50 : 0);
  options->anti_entropy.interval = std::chrono::milliseconds(setup.background ? 100 : 0);
  if (setup.purge_after == Duration::zero()) return;
  options->purge.mode = node::PurgeMode::kByTime;
  options->purge.grace = setup.purge_after;
}

}  // namespace

SimulatedNode::SimulatedNode(Endpoint self, const ClusterSetup* setup, RandomStream random,
                             Surroundings* surroundings)
    : self_(self), setup_(setup), random_(random), surroundings_(surroundings) {
  disk_.set_id(random_.next());
}

node::EngineOptions SimulatedNode::options_of_this_start() {
  node::EngineOptions options;
  options.incarnation = random_.next();
  options.start = {disk_.id(), disk_.raise_generation(), options.incarnation};
  options.wall_at_zero_ms = kWallAtZeroMs;
  options.version_scheme = setup_->scheme;
  options.fan_out = setup_->fan_out;
  options.read_mode = setup_->read_mode;
  options.rejoin = setup_->rejoin;
  options.sloppy_quorum = setup_->sloppy;
  options.clock.base_us = kWallAtZeroMs * 1000;
  options.clock.offset = clock_offset_;
  set_background(*setup_, &options);
  return options;
}

void SimulatedNode::start(Instant now) {
  QUORATE_CHECK(!is_up());
  ++life_;
  written_ = 0;
  armed.reset();
  const auto purged = node::load_purged_counter(&disk_);
  QUORATE_CHECK(purged, "{}", purged.error().to_string());
  engine_ = std::make_unique<node::Engine>(&disk_, options_of_this_start(), *purged, this);
  const auto joined = engine_->join(membership_of(*setup_, self_), now);
  QUORATE_CHECK(joined, "{}", joined.error().to_string());
}

void SimulatedNode::kill() {
  engine_.reset();
  queue_.clear();
}

void SimulatedNode::cut_power() {
  kill();
  disk_.cut_power();
}

void SimulatedNode::wipe() {
  kill();
  disk_.wipe(random_.next());
}

void SimulatedNode::set_clock_offset(Duration offset, Instant now) {
  clock_offset_ = offset;
  if (is_up()) engine_->set_clock(offset, 0, now);
}

std::uint64_t SimulatedNode::write(std::size_t count, bool durable) {
  for (; count > 0 && !queue_.empty(); --count) {
    const auto written = disk_.write(queue_.front());
    QUORATE_CHECK(written, "{}", written.error().to_string());
    queue_.pop_front();
    ++written_;
  }
  if (durable) (void)disk_.sync();
  return written_;
}

void SimulatedNode::persist(std::vector<node::StoreChange> changes) {
  queue_.push_back(std::move(changes));
  surroundings_->want_sync(self_);
}

bool SimulatedNode::send(node::ReplicaIndex to, const node::ReplicaRequest& request) {
  return surroundings_->send(self_, to, request);
}

void SimulatedNode::reply(node::ReplyAddress to, const node::ReplicaReply& reply) {
  surroundings_->reply(self_, to, reply);
}

void SimulatedNode::finish(node::ClientToken client, const node::OperationResult& result) {
  surroundings_->finish(client, result);
}

void SimulatedNode::report_violation(const std::string& violation) {
  surroundings_->report_broken(self_, violation);
}

void SimulatedNode::stop_for(const Error& error) {
  surroundings_->report_broken(self_, "stopped: " + error.to_string());
}

}  // namespace quorate::simulation
