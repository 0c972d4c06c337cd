// RespConnection: one TCP connection to a node, out of a given network namespace, speaking RESP2.
//
// Always held by a shared_ptr; the owner calls close() before it lets go. Handlers run on the
// loop's thread, never within connect() or send(), and may call close(). What is sent in one turn
// of the loop leaves in one write.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "harness/run/event_loop.h"
#include "harness/systems/address_book.h"
#include "node/core/resp_reply.h"

namespace quorate {

class RespConnection : public std::enable_shared_from_this<RespConnection> {
 public:
  enum class State { kDown, kConnecting, kUp };

  struct Handlers {
    std::function<void()> on_up;
    std::function<void(node::RespValue)> on_reply;
    // Connecting failed (was_up false: nothing was ever sent), or the connection broke.
    std::function<void(bool was_up, const std::string& why)> on_down;
  };

  RespConnection(EventLoop& loop, int namespace_fd, Handlers handlers);

  // REQUIRES: state() is kDown.
  void connect(const NodeAddress& address, Duration timeout);
  // REQUIRES: state() is kUp.
  void send(std::string_view bytes);
  // Silent and final: no handler is called any more.
  void close();
  State state() const { return state_; }

 private:
  void connected(boost::system::error_code error);
  void read();
  void received(boost::system::error_code error, std::size_t bytes);
  void schedule_write();
  void write();
  void go_down(const std::string& why);

  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer timer_;
  int namespace_fd_;
  Handlers handlers_;
  State state_ = State::kDown;
  bool closed_ = false;
  bool write_scheduled_ = false;  // a write is posted or under way
  unsigned attempt_ = 0;          // callbacks of an earlier connection are ignored
  std::string outgoing_;
  std::string writing_;
  std::array<char, 16384> incoming_;
  node::RespReplyReader replies_;
};

}  // namespace quorate
