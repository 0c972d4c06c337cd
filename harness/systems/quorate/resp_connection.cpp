#include "harness/systems/quorate/resp_connection.h"

#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include "base/check.h"
#include "nemesis/network.h"

namespace quorate {
namespace {

using boost::asio::ip::tcp;
// Sent data that nobody acknowledges for so long means that the connection is dead: a healed link
// needs a new one.
using TcpUserTimeout = boost::asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
constexpr int kUserTimeoutMs = 1000;

}  // namespace

RespConnection::RespConnection(EventLoop& loop, int namespace_fd, Handlers handlers)
    : socket_(loop.io()),
      timer_(loop.io()),
      namespace_fd_(namespace_fd),
      handlers_(std::move(handlers)) {}

void RespConnection::connect(const NodeAddress& address, Duration timeout) {
  QUORATE_CHECK(state_ == State::kDown && !closed_);
  state_ = State::kConnecting;
  replies_ = node::RespReplyReader();
  outgoing_.clear();
  write_scheduled_ = false;
  boost::system::error_code error;
  {
    const ScopedNamespace inside(namespace_fd_);
    socket_ = tcp::socket(socket_.get_executor());
    socket_.open(tcp::v4(), error);
  }
  const auto self = shared_from_this();
  const unsigned attempt = ++attempt_;
  const auto finish = [self, attempt](boost::system::error_code result) {
    if (attempt == self->attempt_) self->connected(result);
  };
  if (error) {
    boost::asio::post(socket_.get_executor(), [finish, error] { finish(error); });
    return;
  }
  const auto host = boost::asio::ip::make_address_v4(address.host, error);
  QUORATE_CHECK(!error, "{} is no IPv4 address", address.host);
  timer_.expires_after(timeout);
  timer_.async_wait([self, attempt](boost::system::error_code cancelled) {
    if (cancelled || attempt != self->attempt_ || self->state_ != State::kConnecting) return;
    self->connected(boost::asio::error::timed_out);
  });
  socket_.async_connect(tcp::endpoint(host, address.port), finish);
}

void RespConnection::connected(boost::system::error_code error) {
  if (closed_ || state_ != State::kConnecting) return;
  timer_.cancel();
  if (error) return go_down(error.message());
  boost::system::error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.set_option(TcpUserTimeout(kUserTimeoutMs), ignored);
  state_ = State::kUp;
  read();
  handlers_.on_up();
}

void RespConnection::send(std::string_view bytes) {
  QUORATE_CHECK(state_ == State::kUp);
  outgoing_.append(bytes);
  schedule_write();
}

void RespConnection::schedule_write() {
  if (write_scheduled_ || outgoing_.empty()) return;
  write_scheduled_ = true;
  boost::asio::post(socket_.get_executor(), [self = shared_from_this(), attempt = attempt_] {
    if (attempt == self->attempt_) self->write();
  });
}

void RespConnection::write() {
  if (closed_ || state_ != State::kUp) return;
  writing_.swap(outgoing_);
  outgoing_.clear();
  boost::asio::async_write(
      socket_, boost::asio::buffer(writing_),
      [self = shared_from_this(), attempt = attempt_](boost::system::error_code error,
                                                      std::size_t) {
        if (attempt != self->attempt_ || self->closed_ || self->state_ != State::kUp) return;
        self->write_scheduled_ = false;
        if (error) return self->go_down(error.message());
        self->schedule_write();
      });
}

void RespConnection::read() {
  socket_.async_read_some(boost::asio::buffer(incoming_),
                          [self = shared_from_this(), attempt = attempt_](
                              boost::system::error_code error, std::size_t bytes) {
                            if (attempt == self->attempt_) self->received(error, bytes);
                          });
}

void RespConnection::received(boost::system::error_code error, std::size_t bytes) {
  if (closed_ || state_ != State::kUp) return;
  if (error) return go_down(error.message());
  const unsigned attempt = attempt_;
  replies_.feed(std::string_view(incoming_.data(), bytes));
  for (;;) {
    Result<std::optional<node::RespValue>> reply = replies_.next();
    if (!reply) return go_down(reply.error().context);
    if (!*reply) break;
    handlers_.on_reply(std::move(**reply));
    if (closed_ || attempt != attempt_ || state_ != State::kUp) return;
  }
  read();
}

void RespConnection::go_down(const std::string& why) {
  const bool was_up = state_ == State::kUp;
  state_ = State::kDown;
  ++attempt_;
  timer_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
  const auto self = shared_from_this();
  handlers_.on_down(was_up, why);
}

void RespConnection::close() {
  if (closed_) return;
  closed_ = true;
  state_ = State::kDown;
  ++attempt_;
  timer_.cancel();
  boost::system::error_code ignored;
  socket_.close(ignored);
  // The handlers may own this object's owner; they are dropped when no handler can be running.
  boost::asio::post(socket_.get_executor(), [self = shared_from_this()] { self->handlers_ = {}; });
}

}  // namespace quorate
