#include "harness/serve/http_server.h"

#include <utility>

#include <boost/asio/write.hpp>
#include <fmt/core.h>

#include "harness/serve/http_session.h"

namespace quorate {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kPause = std::chrono::milliseconds(100);  // after accepting failed

constexpr std::string_view kFull =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nContent-Length: 44\r\n"
    "Retry-After: 1\r\nConnection: close\r\n\r\n"
    "{\"error\":\"too many connections at this time\"}";

Error listen_error(const std::string& address, std::uint16_t port, const error_code& error) {
  if (error == asio::error::address_in_use) {
    return {ErrorCode::kIo,
            fmt::format("port {} is taken: another program (another quorate serve?) listens on {}; "
                        "--port 0 takes one that is free",
                        port, address)};
  }
  return {ErrorCode::kIo, fmt::format("listen on {}, port {}: {}", address, port, error.message())};
}

}  // namespace

bool is_loopback(const std::string& address) {
  error_code error;
  const auto parsed = asio::ip::make_address(address, error);
  return !error && parsed.is_loopback();
}

HttpServer::HttpServer(asio::io_context& io, const std::shared_ptr<ServerState>& state)
    : state_(state), acceptor_(io), pause_(io) {}

Result<std::unique_ptr<HttpServer>> HttpServer::listen(asio::io_context& io,
                                                       const std::string& address,
                                                       std::uint16_t port,
                                                       const std::shared_ptr<ServerState>& state) {
  std::unique_ptr<HttpServer> server(new HttpServer(io, state));
  error_code error;
  server->address_ = asio::ip::make_address(address, error);
  if (error) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("--bind {}: write an address of this machine: 127.0.0.1", address)};
  }
  const tcp::endpoint endpoint(server->address_, port);
  tcp::acceptor& acceptor = server->acceptor_;
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return listen_error(address, port, error);
  server->port_ = acceptor.local_endpoint(error).port();
  server->accept();
  return server;
}

std::string HttpServer::url() const {
  const std::string host =
      address_.is_v6() ? fmt::format("[{}]", address_.to_string()) : address_.to_string();
  return fmt::format("http://{}:{}/", host, port_);
}

void HttpServer::accept() {
  acceptor_.async_accept([this](const error_code& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) return;
    if (!error) {
      take(std::move(socket));
      accept();
      return;
    }
    // Out of file descriptors, say: others will be closed.
    pause_.expires_after(kPause);
    pause_.async_wait([this](const error_code& cancelled) {
      if (!cancelled) accept();
    });
  });
}

void HttpServer::take(tcp::socket socket) {
  if (state_->connections < state_->limits.connections) {
    start_session(std::move(socket), state_);
    return;
  }
  // It fits into the socket's buffer, so nobody waits for whoever does not read it.
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(kFull), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

}  // namespace quorate
