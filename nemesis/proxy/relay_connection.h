// RelayConnection: one TCP connection through the proxy, in two halves: from who opened it to the
// relay, and from the relay to who was called. Each direction obeys its own StreamLink.
//
// Everything runs on the proxy's thread. It lives as long as one of its sockets.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "nemesis/proxy/stream_link.h"

namespace quorate {

class RelayConnection : public std::enable_shared_from_this<RelayConnection> {
 public:
  using Tcp = boost::asio::ip::tcp;

  // `caller` has been accepted; `called` is where the other half goes. The links outlive the
  // connection.
  RelayConnection(Tcp::socket caller, const Tcp::endpoint& called, StreamLink* there,
                  StreamLink* back);
  // Both links must let it through before the other half is opened.
  void start();
  // Either link may have changed.
  void links_changed();
  void reset();  // both ends are told so (RST)
  bool closed() const { return !caller_.is_open() && !called_.is_open(); }

 private:
  // What waits to leave in one direction.
  struct Piece {
    enum class Kind { kBytes, kEnd, kReset } kind = Kind::kBytes;
    std::string bytes;
    Instant arrived{};
    Instant leaves{};
  };
  struct Direction {
    Direction(Tcp::socket* from, Tcp::socket* to, StreamLink* over)
        : source(from), sink(to), link(over), timer(from->get_executor()) {}
    Tcp::socket* source;
    Tcp::socket* sink;
    StreamLink* link;
    boost::asio::steady_timer timer;
    std::deque<Piece> pieces;
    std::size_t waiting_bytes = 0;
    std::string buffer;   // being read into
    std::string leaving;  // being written
    bool reading = false;
    bool writing = false;
    bool ended = false;    // the source sends no more
    bool told_so = false;  // and the sink knows
  };

  void try_to_connect();
  void connected(boost::system::error_code error);
  void pump(Direction& direction);
  void read(Direction& direction);
  void on_read(Direction& direction, boost::system::error_code error, std::size_t size);
  void push(Direction& direction, Piece piece);
  void write(Direction& direction);
  void deliver(Direction& direction, Piece piece);
  void on_written(Direction& direction, boost::system::error_code error);
  void source_died(Direction& direction);
  void wait(Direction& direction);
  std::optional<Instant> gives_up_at(const Direction& direction) const;
  void on_time(Direction& direction);
  static void drop_pieces(Direction& direction);
  Direction& other(const Direction& direction) { return &direction == &there_ ? back_ : there_; }

  Tcp::socket caller_;
  Tcp::socket called_;
  const Tcp::endpoint target_;
  const Instant began_ = monotonic_now();
  enum class State { kWaiting, kConnecting, kUp } state_ = State::kWaiting;
  Direction there_;
  Direction back_;
};

}  // namespace quorate
