// CoordinatorClient: a client that asks one node at a time, which coordinates the operation: the
// one beside which it stands, or the one that the invocation names.
#pragma once

#include <memory>
#include <vector>

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
  // The connection to a node, made when it is first asked.
  RespConnection& connection(std::size_t index);
  void connect(std::size_t index);
  void on_up(std::size_t index);
  void send();
  void on_reply(std::size_t index, node::RespValue reply);
  void on_down(std::size_t index, bool was_up, const std::string& why);
  void on_deadline();
  void finish(Completion completion);

  EventLoop& loop_;
  const RunConfig& config_;
  const AddressBook& addresses_;
  ClientPlace place_;
  boost::asio::steady_timer timer_;
  std::vector<std::shared_ptr<RespConnection>> connections_;  // by node; null: never asked

  // The operation in flight.
  std::function<void(Completion)> done_;
  node::ClientCommand command_;
  std::size_t asked_ = 0;  // node
  bool sent_ = false;
  std::uint64_t operation_ = 0;  // a late timer belongs to an earlier one
};

}  // namespace quorate
