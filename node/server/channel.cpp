#include "node/server/channel.h"

#include <array>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace quorate::node {
namespace {

constexpr std::size_t kReadBytes = 64U << 10U;
// Between the second and third time that TCP sends again (0.2 s, 0.6 s, 1.4 s): whenever a cut
// ends, bytes arrive or a new connection is tried within about 0.4 s.
constexpr int kUnansweredMs = 800;
// Buffers that a burst made larger than this are given back.
constexpr std::size_t kKeptBytes = 64U << 10U;

void clear(std::string* buffer) {
  if (buffer->capacity() > kKeptBytes) {
    std::string().swap(*buffer);
  } else {
    buffer->clear();
  }
}

}  // namespace

void TurnEnd::add(std::shared_ptr<Channel> channel) {
  waiting_.push_back(std::move(channel));
  if (std::exchange(posted_, true)) return;
  boost::asio::post(*loop_, [this] { run(); });
}

void TurnEnd::run() {
  posted_ = false;
  running_.swap(waiting_);
  for (const std::shared_ptr<Channel>& channel : running_) channel->flush();
  running_.clear();
}

Channel::Channel(Tcp::socket socket, TurnEnd* turn_end, ChannelLimits limits)
    : socket_(std::move(socket)), turn_end_(turn_end), limits_(limits) {}

void Channel::start(ChannelUser* user) {
  user_ = user;
  boost::system::error_code failed;
  socket_.non_blocking(true, failed);
  if (failed) return close(failed.message());
  tune(&socket_);
  wait_readable();
}

void Channel::detach() {
  user_ = nullptr;
  if (is_open()) finish("detached");
}

void Channel::wait_readable() {
  if (waiting_readable_ || paused_ || !is_open() || !finishing_.empty()) return;
  waiting_readable_ = true;
  socket_.async_wait(Tcp::socket::wait_read,
                     [self = shared_from_this()](const boost::system::error_code& failed) {
                       self->waiting_readable_ = false;
                       if (failed) return self->close(failed.message());
                       self->read();
                     });
}

void Channel::read() {
  if (paused_ || !is_open() || !finishing_.empty()) return;
  // One for all channels: only bytes that are not consumed at once are kept per connection.
  thread_local std::array<char, kReadBytes> scratch;
  boost::system::error_code failed;
  const std::size_t got = socket_.read_some(boost::asio::buffer(scratch), failed);
  if (failed == boost::asio::error::would_block) return wait_readable();
  if (failed) return close(failed.message());
  if (user_ != nullptr) user_->on_bytes(std::string_view(scratch.data(), got));
  wait_readable();
}

void Channel::resume() {
  if (!std::exchange(paused_, false)) return;
  wait_readable();
}

void Channel::flush_soon() {
  if (!is_open() || std::exchange(flush_planned_, true)) return;
  turn_end_->add(shared_from_this());
}

void Channel::flush() {
  flush_planned_ = false;
  if (!is_open()) return;
  if (backlog() > limits_.output_bytes) return close("its output queue is full");
  while (!waiting_writable_) {
    if (sent_ == sending_.size()) {
      sent_ = 0;
      clear(&sending_);
      sending_.swap(gathering_);
      if (sending_.empty()) break;
    }
    boost::system::error_code failed;
    sent_ += socket_.write_some(
        boost::asio::buffer(sending_.data() + sent_, sending_.size() - sent_), failed);
    if (failed == boost::asio::error::would_block) return wait_writable();
    if (failed) return close(failed.message());
  }
  if (!finishing_.empty() && backlog() == 0) close(finishing_);
}

void Channel::wait_writable() {
  waiting_writable_ = true;
  socket_.async_wait(Tcp::socket::wait_write,
                     [self = shared_from_this()](const boost::system::error_code& failed) {
                       self->waiting_writable_ = false;
                       if (failed) return self->close(failed.message());
                       self->flush();
                     });
}

void Channel::finish(std::string_view why) {
  if (!finishing_.empty()) return;
  finishing_ = why;
  flush_soon();
}

void Channel::close(std::string_view why) {
  if (!is_open()) return;
  const std::string reason(why);  // `why` may live in what on_closed() frees
  boost::system::error_code ignored;
  socket_.close(ignored);
  if (ChannelUser* user = std::exchange(user_, nullptr); user != nullptr) user->on_closed(reason);
}

void tune(Tcp::socket* socket) {
  const int fd = socket->native_handle();
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &kUnansweredMs, sizeof kUnansweredMs);
}

Tcp::endpoint endpoint_of(const Address& address) {
  return {boost::asio::ip::make_address(address.host), address.port};
}

Address address_of(const Tcp::endpoint& endpoint) {
  return {endpoint.address().to_string(), endpoint.port()};
}

}  // namespace quorate::node
