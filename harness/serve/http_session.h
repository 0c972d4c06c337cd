// One connection: requests are read, answered by the site on a worker's thread, and answered back.
#pragma once

#include <memory>
#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "harness/serve/http_server.h"

namespace quorate {

// Lives until the connection ends; counted in state->connections.
void start_session(boost::asio::ip::tcp::socket socket, const std::shared_ptr<ServerState>& state);

// Counts itself among the connections, or the streams, as long as it lives.
class Counted {
 public:
  Counted(std::shared_ptr<ServerState> state, std::atomic<std::size_t> ServerState::*counter)
      : state_(std::move(state)), counter_(counter) {
    ++((*state_).*counter_);
  }
  ~Counted() { --((*state_).*counter_); }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  ServerState& state() const { return *state_; }
  const std::shared_ptr<ServerState>& shared_state() const { return state_; }

 private:
  std::shared_ptr<ServerState> state_;
  std::atomic<std::size_t> ServerState::*counter_;
};

}  // namespace quorate
