// CoordinatorClient: a client that asks one node, which coordinates the operation.
#pragma once

#include <memory>
#include <optional>

#include <boost/asio/steady_timer.hpp>

#include "harness/systems/quorate/resp_connection.h"
#include "harness/systems/system.h"
#include "node/core/client_command.h"

namespace quorate {

class CoordinatorClient final : public Client {
 public:
  CoordinatorClient(EventLoop& loop, const RunConfig& config, const AddressBook& addresses,
                    const ClientPlace& place);
  ~CoordinatorClient() override { close(); }

  void open() override;
  void invoke(const Invocation& invocation, Duration timeout,
              std::function<void(Completion)> done) override;
  void close() override;

 private:
  void send();
  void on_reply(node::RespValue reply);
  void on_down(bool was_up, const std::string& why);
  void on_deadline();
  void finish(Completion completion);

  const RunConfig& config_;
  const AddressBook& addresses_;
  ClientPlace place_;
  boost::asio::steady_timer timer_;
  std::shared_ptr<RespConnection> connection_;

  // The operation in flight.
  std::function<void(Completion)> done_;
  node::ClientCommand command_;
  bool sent_ = false;
  std::uint64_t operation_ = 0;  // a late timer belongs to an earlier one
};

}  // namespace quorate
