#include "nemesis/proxy/relay_connection.h"

#include <algorithm>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

namespace quorate {
namespace {

using Tcp = RelayConnection::Tcp;
using boost::system::error_code;

constexpr std::size_t kMostWaitingBytes = 256 << 10;  // then the sender has to wait

void close_with_reset(Tcp::socket* socket) {
  error_code ignored;
  socket->set_option(boost::asio::socket_base::linger(true, 0), ignored);
  socket->close(ignored);
}

}  // namespace

RelayConnection::RelayConnection(Tcp::socket caller, const Tcp::endpoint& called, StreamLink* there,
                                 StreamLink* back)
    : caller_(std::move(caller)),
      called_(caller_.get_executor()),
      target_(called),
      there_(&caller_, &called_, there),
      back_(&called_, &caller_, back) {}

void RelayConnection::start() {
  error_code ignored;
  caller_.set_option(Tcp::no_delay(true), ignored);
  try_to_connect();
  pump(there_);
}

void RelayConnection::links_changed() {
  if (closed()) return;
  try_to_connect();
  pump(there_);
  pump(back_);
}

void RelayConnection::reset() {
  for (Direction* direction : {&there_, &back_}) {
    drop_pieces(*direction);
    direction->timer.cancel();
  }
  close_with_reset(&caller_);
  close_with_reset(&called_);
}

void RelayConnection::try_to_connect() {
  if (state_ != State::kWaiting || !there_.link->passes() || !back_.link->passes()) return;
  state_ = State::kConnecting;
  called_.async_connect(target_,
                        [self = shared_from_this()](error_code error) { self->connected(error); });
}

void RelayConnection::connected(error_code error) {
  if (error || !caller_.is_open()) return reset();  // nobody listens there, or nobody asks any more
  state_ = State::kUp;
  error_code ignored;
  called_.set_option(Tcp::no_delay(true), ignored);
  pump(there_);
  pump(back_);
}

// Does what can be done now in this direction: takes from the source, gives to the sink, or waits
// for the time when it can.
void RelayConnection::pump(Direction& direction) {
  read(direction);
  write(direction);
  wait(direction);
}

void RelayConnection::read(Direction& direction) {
  if (direction.reading || direction.ended || !direction.source->is_open()) return;
  if (&direction == &back_ && state_ != State::kUp) return;
  if (state_ == State::kUp && !direction.sink->is_open()) return;
  if (direction.waiting_bytes >= kMostWaitingBytes) return;
  direction.reading = true;
  direction.buffer.resize(direction.link->most_at_once());
  direction.source->async_read_some(
      boost::asio::buffer(direction.buffer),
      [self = shared_from_this(), &direction](error_code error, std::size_t size) {
        self->on_read(direction, error, size);
      });
}

void RelayConnection::on_read(Direction& direction, error_code error, std::size_t size) {
  direction.reading = false;
  if (!direction.source->is_open()) return;
  if (error && error != boost::asio::error::eof) return source_died(direction);
  Piece piece;
  if (error) {
    direction.ended = true;
    piece.kind = Piece::Kind::kEnd;
  } else {
    piece.bytes.assign(direction.buffer, 0, size);
  }
  push(direction, std::move(piece));
  pump(direction);
}

void RelayConnection::push(Direction& direction, Piece piece) {
  piece.arrived = monotonic_now();
  piece.leaves = direction.link->leaves_at(piece.bytes.size(), piece.arrived);
  if (!direction.pieces.empty()) {
    piece.leaves = std::max(piece.leaves, direction.pieces.back().leaves);
  }
  direction.waiting_bytes += piece.bytes.size();
  ++direction.link->counters.waiting;
  direction.pieces.push_back(std::move(piece));
}

void RelayConnection::write(Direction& direction) {
  if (state_ != State::kUp) return;
  const Instant now = monotonic_now();
  while (!direction.writing && !direction.pieces.empty() && direction.link->passes() &&
         direction.pieces.front().leaves <= now) {
    Piece piece = std::move(direction.pieces.front());
    direction.pieces.pop_front();
    direction.waiting_bytes -= piece.bytes.size();
    --direction.link->counters.waiting;
    deliver(direction, std::move(piece));
  }
}

void RelayConnection::deliver(Direction& direction, Piece piece) {
  if (!direction.sink->is_open()) return;
  if (piece.kind == Piece::Kind::kReset) {
    drop_pieces(other(direction));
    return close_with_reset(direction.sink);
  }
  error_code ignored;
  if (piece.kind == Piece::Kind::kEnd) {
    direction.sink->shutdown(Tcp::socket::shutdown_send, ignored);
    direction.told_so = true;
    if (!other(direction).told_so) return;
    caller_.close(ignored);
    called_.close(ignored);
    return;
  }
  ++direction.link->counters.forwarded;
  direction.link->counters.bytes += piece.bytes.size();
  direction.leaving = std::move(piece.bytes);
  direction.writing = true;
  boost::asio::async_write(*direction.sink, boost::asio::buffer(direction.leaving),
                           [self = shared_from_this(), &direction](error_code error, std::size_t) {
                             self->on_written(direction, error);
                           });
}

void RelayConnection::on_written(Direction& direction, error_code error) {
  direction.writing = false;
  if (!direction.sink->is_open()) return;
  if (error) return source_died(other(direction));
  pump(direction);
}

// The other end learns of it once the link lets that through.
void RelayConnection::source_died(Direction& direction) {
  if (!direction.source->is_open()) return;
  direction.ended = true;
  close_with_reset(direction.source);
  drop_pieces(other(direction));  // nobody is there any more to take them
  if (state_ != State::kUp) return reset();
  push(direction, {.kind = Piece::Kind::kReset, .bytes = {}});
  pump(direction);
}

std::optional<Instant> RelayConnection::gives_up_at(const Direction& direction) const {
  if (state_ == State::kWaiting) {
    const auto there = there_.link->gives_up_at(began_);
    return there ? there : back_.link->gives_up_at(began_);
  }
  if (direction.pieces.empty() || direction.pieces.front().kind == Piece::Kind::kReset) return {};
  return direction.link->gives_up_at(direction.pieces.front().arrived);
}

void RelayConnection::wait(Direction& direction) {
  std::optional<Instant> until = gives_up_at(direction);
  const bool under_way = state_ == State::kUp && direction.link->passes() && !direction.writing;
  if (under_way && !direction.pieces.empty()) until = direction.pieces.front().leaves;
  direction.timer.cancel();
  if (!until || closed()) return;
  direction.timer.expires_after(*until - monotonic_now());
  direction.timer.async_wait([self = shared_from_this(), &direction](error_code cancelled) {
    if (!cancelled) self->on_time(direction);
  });
}

void RelayConnection::on_time(Direction& direction) {
  const std::optional<Instant> end = gives_up_at(direction);
  if (!end || *end > monotonic_now()) return pump(direction);
  if (state_ == State::kWaiting) return reset();
  direction.link->counters.cut += direction.pieces.size();
  drop_pieces(direction);
  source_died(direction);
}

void RelayConnection::drop_pieces(Direction& direction) {
  direction.link->counters.waiting -= direction.pieces.size();
  direction.pieces.clear();
  direction.waiting_bytes = 0;
}

}  // namespace quorate
