// Channel: one TCP connection as bytes in and bytes out, on the event loop's thread.
//
// Replies and requests are appended to output() and leave together at the end of the loop's turn.
// One thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/result.h"
#include "node/server/address.h"

namespace quorate::node {

class Channel;

using Tcp = boost::asio::ip::tcp;

// TurnEnd: sends what the channels gathered, once every handler that was ready has run.
class TurnEnd {
 public:
  explicit TurnEnd(boost::asio::io_context* loop) : loop_(loop) {}
  void add(std::shared_ptr<Channel> channel);

 private:
  void run();

  boost::asio::io_context* const loop_;
  std::vector<std::shared_ptr<Channel>> waiting_;
  std::vector<std::shared_ptr<Channel>> running_;
  bool posted_ = false;
};

// Whoever understands the bytes. Outlives its channel, or detaches from it first.
class ChannelUser {
 public:
  virtual ~ChannelUser() = default;
  // Bytes that came in; the view ends with the call. May append output, pause and close.
  virtual void on_bytes(std::string_view bytes) = 0;
  // Once, when the connection is gone, unless detach() came before. The user may release the
  // channel, and itself only where it kept itself alive in on_bytes().
  virtual void on_closed(std::string_view why) = 0;
};

struct ChannelLimits {
  std::size_t output_bytes = 0;  // waiting to be sent; more closes the connection
};

class Channel : public std::enable_shared_from_this<Channel> {
 public:
  Channel(Tcp::socket socket, TurnEnd* turn_end, ChannelLimits limits);
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  // Begins to read. REQUIRES: called once; `user` stays until on_closed() or detach().
  void start(ChannelUser* user);
  // The user is not called any more; the connection closes once its output is sent.
  void detach();

  // Append to it, then call flush_soon().
  std::string* output() { return &gathering_; }
  void flush_soon();
  // Bytes waiting to be sent.
  std::size_t backlog() const { return gathering_.size() + sending_.size() - sent_; }

  // While paused nothing is read.
  void pause() { paused_ = true; }
  void resume();

  void close(std::string_view why);
  // Reads no more, sends what was gathered, then closes.
  void finish(std::string_view why);
  bool is_open() const { return socket_.is_open(); }
  boost::asio::any_io_executor executor() { return socket_.get_executor(); }

 private:
  friend class TurnEnd;

  void wait_readable();
  void read();
  void flush();
  void wait_writable();

  Tcp::socket socket_;
  TurnEnd* const turn_end_;
  const ChannelLimits limits_;
  ChannelUser* user_ = nullptr;
  std::string gathering_;  // output of this turn
  std::string sending_;    // output handed to the socket from `sent_` on
  std::size_t sent_ = 0;
  bool flush_planned_ = false;
  bool waiting_readable_ = false;
  bool waiting_writable_ = false;
  bool paused_ = false;
  std::string finishing_;  // not empty: why it closes once all is sent
};

// The sockets' options: no delay, and unanswered bytes give the connection up after 0.8 s.
void tune(Tcp::socket* socket);

// REQUIRES: the address came from parse_address().
Tcp::endpoint endpoint_of(const Address& address);
Address address_of(const Tcp::endpoint& endpoint);

}  // namespace quorate::node
