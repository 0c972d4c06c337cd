#include "harness/systems/quorate/fan_out_client.h"

#include <boost/asio/post.hpp>
#include <fmt/core.h>

#include "base/random.h"
#include "harness/systems/quorate/outcome.h"
#include "harness/systems/quorate/store_options.h"
#include "node/core/wire.h"

namespace quorate {
namespace {

constexpr auto kConnectTimeout = std::chrono::milliseconds(250);

std::string name_of(std::size_t node) { return fmt::format("n{}", node + 1); }

Completion completion_of(const node::OperationResult& result, bool reads) {
  Completion completion;
  completion.error = result.error;
  completion.outcome = outcome_of(result.outcome);
  if (completion.outcome != Outcome::kOk) return completion;
  completion.has_value = reads && result.record.has_value();
  if (completion.has_value) completion.value = result.record.value;
  if (!result.record.version.is_none()) completion.version = to_string(result.record.version);
  for (const node::ReplicaIndex replica : result.replicas) {
    completion.replicas.push_back(name_of(replica));
  }
  return completion;
}

std::vector<std::string> names_of(int nodes) {
  std::vector<std::string> names;
  for (int i = 0; i < nodes; ++i) names.push_back(name_of(static_cast<std::size_t>(i)));
  return names;
}

// The nodes' clock (--clock-base 0).
std::uint64_t clock_us() {
  const auto now = monotonic_now().time_since_epoch();
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

}  // namespace

FanOutGroup::FanOutGroup(EventLoop& loop, const RunConfig& config, const AddressBook& addresses,
                         int namespace_fd, std::shared_ptr<node::RoundTrips> round_trips)
    : loop_(loop),
      config_(config),
      addresses_(addresses),
      ring_(names_of(config.nodes), static_cast<std::uint16_t>(config.n)),
      round_trips_(std::move(round_trips)),
      epoch_{1, ring_.fingerprint()},
      coordinator_(draw_entropy(), {.version_scheme = version_scheme_of(config.version_scheme),
                                    .fan_out = fan_out_of(config.fan_out),
                                    .read_mode = read_mode_of(config.read_mode)}),
      links_(static_cast<std::size_t>(config.nodes)),
      timer_(loop.io()),
      self_(std::make_shared<FanOutGroup*>(this)) {
  for (std::size_t i = 0; i < links_.size(); ++i) {
    links_[i].connection = std::make_shared<RespConnection>(
        loop, namespace_fd,
        RespConnection::Handlers{
            .on_up = [this, i] { on_up(i); },
            .on_reply = [this, i](node::RespValue reply) { on_reply(i, std::move(reply)); },
            .on_down = [this, i](bool was_up, const std::string&) { on_down(i, was_up); }});
    open(i);
  }
}

FanOutGroup::~FanOutGroup() {
  for (const Link& link : links_) link.connection->close();
}

node::ClientToken FanOutGroup::start(const Invocation& invocation, Duration timeout, Done done) {
  QUORATE_CHECK(invocation.function == Function::kRead || invocation.function == Function::kWrite ||
                    invocation.function == Function::kDelete,
                "the store has no {}", name_of(invocation.function));
  const node::ClientToken token = next_token_++;
  const int r = invocation.r != 0 ? invocation.r : config_.r;
  const node::QuorumSize quorum{.n = static_cast<std::uint16_t>(config_.n),
                                .r = static_cast<std::uint16_t>(r),
                                .w = static_cast<std::uint16_t>(config_.w)};
  const Instant deadline = monotonic_now() + timeout;
  node::CoordinatorEffects effects;
  waiting_.emplace(token, Waiting{invocation.function == Function::kRead, std::move(done)});
  if (invocation.function != Function::kRead) {
    coordinator_.start_write({.client = token,
                              .key = invocation.key,
                              .tombstone = invocation.function == Function::kDelete,
                              .value = invocation.value,
                              .quorum = quorum,
                              .placement = placement_of(invocation.key),
                              .deadline = deadline,
                              .clock = clock_us()},
                             &effects);
  } else {
    coordinator_.start_read({.client = token,
                             .key = invocation.key,
                             .quorum = quorum,
                             .placement = placement_of(invocation.key),
                             .deadline = deadline},
                            &effects);
  }
  carry(std::move(effects));
  return token;
}

void FanOutGroup::open(std::size_t index) {
  links_[index].connection->connect(addresses_.at(index), kConnectTimeout);
}

void FanOutGroup::on_up(std::size_t index) {
  std::string bytes;
  for (const node::ReplicaRequest& request : links_[index].held) encode_request(request, &bytes);
  links_[index].held.clear();
  if (!bytes.empty()) links_[index].connection->send(bytes);
}

void FanOutGroup::on_down(std::size_t index, bool was_up) {
  // Held messages never left; those that were handed to the socket may have arrived, and say
  // nothing.
  QUORATE_CHECK(!was_up || links_[index].held.empty());
  const std::vector<node::ReplicaRequest> held = std::move(links_[index].held);
  links_[index].held.clear();
  node::CoordinatorEffects effects;
  for (const node::ReplicaRequest& request : held) {
    coordinator_.on_not_sent(static_cast<node::ReplicaIndex>(index), request.operation,
                             request.kind, &effects);
  }
  carry(std::move(effects));
}

void FanOutGroup::on_reply(std::size_t index, node::RespValue reply) {
  Result<node::ReplicaReply> decoded = node::decode_reply(std::move(reply));
  if (!decoded) return;  // not a replica's reply: the deadline decides
  const auto from = static_cast<node::ReplicaIndex>(index);
  round_trips_->answered(from, decoded->operation, decoded->kind, monotonic_now());
  node::CoordinatorEffects effects;
  coordinator_.on_reply(from, std::move(*decoded), &effects);
  carry(std::move(effects));
}

void FanOutGroup::carry(node::CoordinatorEffects effects) {
  for (node::Send& message : effects.sends) send(std::move(message));
  arm_timer();
  // Results are told from the loop: a client's callback may start the next operation, or destroy
  // the group.
  for (node::FinishedOperation& finished : effects.finished) {
    boost::asio::post(loop_.io(),
                      [weak = std::weak_ptr<FanOutGroup*>(self_), finished = std::move(finished)] {
                        if (const auto self = weak.lock()) (*self)->finish(finished);
                      });
  }
}

node::Placement FanOutGroup::placement_of(const std::string& key) const {
  node::Placement placement = ring_.placement_of(key);
  placement.fallbacks.clear();
  return placement;
}

void FanOutGroup::send(node::Send message) {
  message.request.epoch = epoch_;
  Link& link = links_[message.to];
  if (link.connection->state() == RespConnection::State::kUp) {
    std::string bytes;
    encode_request(message.request, &bytes);
    round_trips_->sent(message.to, message.request.operation, message.request.kind,
                       monotonic_now());
    return link.connection->send(bytes);
  }
  link.held.push_back(std::move(message.request));
  if (link.connection->state() == RespConnection::State::kDown) open(message.to);
}

void FanOutGroup::finish(const node::FinishedOperation& finished) {
  const auto found = waiting_.find(finished.client);
  if (found == waiting_.end()) return;
  const Waiting waiting = std::move(found->second);
  waiting_.erase(found);
  waiting.done(completion_of(finished.result, waiting.reads));
}

void FanOutGroup::arm_timer() {
  const std::optional<Instant> deadline = coordinator_.next_deadline();
  if (!deadline || (armed_ && *armed_ <= *deadline)) return;
  armed_ = deadline;
  timer_.expires_after(*deadline - monotonic_now());
  timer_.async_wait(
      [this, weak = std::weak_ptr<FanOutGroup*>(self_)](boost::system::error_code cancelled) {
        if (cancelled || weak.expired()) return;
        armed_.reset();
        node::CoordinatorEffects effects;
        coordinator_.on_time(monotonic_now(), &effects);
        carry(std::move(effects));
      });
}

void FanOutClient::invoke(const Invocation& invocation, Duration timeout,
                          std::function<void(Completion)> done) {
  QUORATE_CHECK(token_ == 0, "a client has one operation in flight");
  token_ = group_->start(invocation, timeout, [this, done = std::move(done)](Completion result) {
    token_ = 0;
    done(std::move(result));  // may destroy this
  });
}

void FanOutClient::close() {
  if (token_ != 0) group_->cancel(token_);
  token_ = 0;
}

}  // namespace quorate
