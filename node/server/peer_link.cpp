#include "node/server/peer_link.h"

#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "node/core/resp_writer.h"
#include "node/core/wire.h"

namespace quorate::node {
namespace {

using std::chrono::milliseconds;

constexpr Duration kConnectTimeout = milliseconds(250);
constexpr Duration kGreetingTimeout = milliseconds(400);
constexpr Duration kRetryEvery = milliseconds(100);
constexpr std::size_t kQueueBytes = std::size_t{16} << 20U;
// Beyond this no request is queued; the rest of the room is for the one that crosses the line.
constexpr std::size_t kRefuseBytes = std::size_t{8} << 20U;

}  // namespace

PeerLink::PeerLink(boost::asio::io_context* loop, TurnEnd* turn_end, Names names, Events events)
    : loop_(loop),
      turn_end_(turn_end),
      names_(std::move(names)),
      events_(std::move(events)),
      timer_(*loop) {}

PeerLink::~PeerLink() {
  if (channel_) channel_->detach();
}

void PeerLink::connect_to(const Address& address) {
  if (address_ == address) return;
  address_ = address;
  drop("the peer has a new address");
  connect();
}

bool PeerLink::send(const ReplicaRequest& request) {
  if (state_ != State::kUp || channel_->backlog() > kRefuseBytes) {
    ++refused_;
    return false;
  }
  encode_request(request, channel_->output());
  channel_->flush_soon();
  return true;
}

void PeerLink::connect() {
  state_ = State::kConnecting;
  connecting_ = std::make_unique<Tcp::socket>(*loop_);
  plan(kConnectTimeout, &PeerLink::give_up_connecting);
  connecting_->async_connect(endpoint_of(*address_),
                             [this, mine = plan_](const boost::system::error_code& failed) {
                               if (mine == plan_) on_connected(failed);
                             });
}

void PeerLink::on_connected(const boost::system::error_code& failed) {
  if (failed) return retry_later(failed.message());
  boost::system::error_code unknown;
  // A port of this machine that nobody listens on can connect to itself.
  if (connecting_->local_endpoint(unknown) == connecting_->remote_endpoint(unknown)) {
    return retry_later("connected to itself");
  }
  greet();
}

void PeerLink::greet() {
  state_ = State::kGreeting;
  replies_ = RespReplyReader();
  const auto channel =
      std::make_shared<Channel>(std::move(*connecting_), turn_end_, ChannelLimits{kQueueBytes});
  channel_ = channel;
  connecting_.reset();
  plan(kGreetingTimeout, &PeerLink::give_up_connecting);
  append_request(
      {"REPLICA.HELLO", kProtocolVersion, names_.cluster, names_.self, names_.peer, epoch_},
      channel->output());
  channel->start(this);
  channel->flush_soon();
}

void PeerLink::give_up_connecting() {
  drop("no answer in time");
  retry_later("no answer in time");
}

void PeerLink::on_bytes(std::string_view bytes) {
  replies_.feed(bytes);
  while (channel_) {
    Result<std::optional<RespValue>> value = replies_.next();
    if (!value) return channel_->close(value.error().to_string());
    if (!*value) return;
    on_value(std::move(**value));
  }
}

void PeerLink::on_value(RespValue value) {
  if (state_ == State::kGreeting) {
    if (value.kind == RespValue::Kind::kError) {
      if (last_error_ != value.text) {
        spdlog::warn("refused by peer={} why=\"{}\"", names_.peer, value.text);
      }
      return channel_->close(value.text);
    }
    state_ = State::kUp;
    ++plan_;  // the time to answer the greeting does not run any more
    last_error_.clear();
    spdlog::info("link up peer={} address={}", names_.peer, to_string(*address_));
    events_.on_up();
    return;
  }
  Result<ReplicaReply> reply = decode_reply(std::move(value));
  if (!reply) return channel_->close(reply.error().to_string());
  events_.on_reply(std::move(*reply));
}

void PeerLink::on_closed(std::string_view why) {
  if (state_ == State::kUp) spdlog::warn("link down peer={} why=\"{}\"", names_.peer, why);
  channel_.reset();
  retry_later(why);
}

void PeerLink::drop(std::string_view why) {
  ++plan_;
  if (state_ == State::kUp) spdlog::warn("link down peer={} why=\"{}\"", names_.peer, why);
  state_ = State::kDown;
  connecting_.reset();
  if (channel_) std::exchange(channel_, nullptr)->detach();
}

void PeerLink::retry_later(std::string_view why) {
  if (last_error_ != why) spdlog::debug("cannot connect peer={} why=\"{}\"", names_.peer, why);
  last_error_ = why;
  state_ = State::kDown;
  connecting_.reset();
  plan(kRetryEvery, &PeerLink::connect);
}

void PeerLink::plan(Duration delay, void (PeerLink::*action)()) {
  timer_.expires_after(delay);
  timer_.async_wait([this, mine = ++plan_, action](const boost::system::error_code& cancelled) {
    if (!cancelled && mine == plan_) (this->*action)();
  });
}

}  // namespace quorate::node
