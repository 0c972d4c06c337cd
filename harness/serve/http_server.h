// HttpServer: the site over TCP. One event loop for sockets, a few threads for what takes long.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>

#include "base/result.h"
#include "base/time.h"
#include "harness/serve/site.h"

namespace quorate {

struct ServeLimits {
  std::size_t connections = 512;                     // more are told 503
  std::size_t streams = 64;                          // of events, among them; more are told 503
  std::uint32_t header_bytes = 8192;                 // of a request; longer ones are told 431
  Duration request_time = std::chrono::seconds(10);  // to send one, and between two
  Duration answer_time = std::chrono::seconds(60);   // to take an answer; of a stream: each part
  Duration heartbeat = std::chrono::seconds(15);     // on a stream that has nothing to say
  Duration look = std::chrono::milliseconds(200);    // how often a ledger is looked at
};

// What the connections of one server share. Changed on the event loop alone.
struct ServerState {
  const Site& site;
  const ServedFolder& folder;
  ServeLimits limits;
  boost::asio::thread_pool& workers;
  std::atomic<std::size_t> connections = 0;
  std::atomic<std::size_t> streams = 0;
};

class HttpServer {
 public:
  // Listens; port 0: one that is free. Everything named here must outlive it, and the workers must
  // be joined before it goes. Errors: kInvalidArgument: no such address; kIo: the port is taken, or
  // may not be used.
  static Result<std::unique_ptr<HttpServer>> listen(boost::asio::io_context& io,
                                                    const std::string& address, std::uint16_t port,
                                                    const std::shared_ptr<ServerState>& state);

  std::uint16_t port() const { return port_; }
  // "http://127.0.0.1:8080/"
  std::string url() const;

 private:
  HttpServer(boost::asio::io_context& io, const std::shared_ptr<ServerState>& state);
  void accept();
  void take(boost::asio::ip::tcp::socket socket);

  std::shared_ptr<ServerState> state_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  boost::asio::ip::address address_;
  std::uint16_t port_ = 0;
};

// Whether this is an address that only this machine reaches.
bool is_loopback(const std::string& address);

}  // namespace quorate
