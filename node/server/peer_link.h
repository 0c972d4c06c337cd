// PeerLink: one lasting connection to one peer, carrying this node's requests to that peer's
// replica.
//
// It connects, greets (so that a request never reaches a node of another cluster that took over the
// port), and connects again about every 100 ms for as long as it is down. Requests are pipelined,
// replies come in any order. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/time.h"
#include "node/core/messages.h"
#include "node/core/resp_reply.h"
#include "node/server/channel.h"

namespace quorate::node {

class PeerLink final : public ChannelUser {
 public:
  struct Names {
    std::string cluster;
    std::string self;
    std::string peer;
  };
  struct Events {
    std::function<void()> on_up;  // greeted; requests can be sent
    std::function<void(ReplicaReply reply)> on_reply;
  };

  PeerLink(boost::asio::io_context* loop, TurnEnd* turn_end, Names names, Events events);
  ~PeerLink() override;
  PeerLink(const PeerLink&) = delete;
  PeerLink& operator=(const PeerLink&) = delete;

  // What it greets with; before the first connect_to().
  void set_epoch(std::string epoch) { epoch_ = std::move(epoch); }
  // Begins to connect; a change drops the present connection.
  void connect_to(const Address& address);
  // False: certainly not sent, because the link is down or its queue is full. True: handed to the
  // connection; should that break, nobody knows whether it arrived.
  bool send(const ReplicaRequest& request);

  bool is_up() const { return state_ == State::kUp; }
  const std::string& peer() const { return names_.peer; }
  const std::optional<Address>& address() const { return address_; }
  std::uint64_t refused() const { return refused_; }
  const std::string& last_error() const { return last_error_; }

  void on_bytes(std::string_view bytes) override;
  void on_closed(std::string_view why) override;

 private:
  enum class State : std::uint8_t { kDown, kConnecting, kGreeting, kUp };

  void connect();
  void on_connected(const boost::system::error_code& failed);
  void greet();
  void on_value(RespValue value);
  void drop(std::string_view why);
  void retry_later(std::string_view why);
  // Calls `action` after `delay`, unless something else was planned in the meantime.
  void plan(Duration delay, void (PeerLink::*action)());
  void give_up_connecting();

  boost::asio::io_context* const loop_;
  TurnEnd* const turn_end_;
  const Names names_;
  const Events events_;
  std::string epoch_;
  std::optional<Address> address_;
  State state_ = State::kDown;
  std::unique_ptr<Tcp::socket> connecting_;
  std::shared_ptr<Channel> channel_;
  RespReplyReader replies_;
  boost::asio::steady_timer timer_;
  std::uint64_t plan_ = 0;     // the number of the plan in force
  std::uint64_t refused_ = 0;  // requests not sent
  std::string last_error_;
};

}  // namespace quorate::node
