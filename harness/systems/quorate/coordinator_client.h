// CoordinatorClient: a client that asks one node at a time, which coordinates the operation: the
// one beside which it stands, or the one that the invocation names.
//
// Every other operation shares its write to the socket with a command beside it: a PING that the
// node must echo, or a read of a key that nobody writes. If the replies come in another order than
// the commands, the operation gets a reply that is not its own.
#pragma once

#include <deque>
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
  enum class Awaited { kOwn, kEcho, kNothing };
  // The connection to a node, made when it is first asked.
  RespConnection& connection(std::size_t index);
  void connect(std::size_t index);
  void on_up(std::size_t index);
  void send();
  void on_reply(std::size_t index, node::RespValue reply);
  void on_down(std::size_t index, bool was_up, const std::string& why);
  void on_answer(node::RespValue reply);
  void on_deadline();
  void finish(Completion completion);

  EventLoop& loop_;
  const RunConfig& config_;
  const AddressBook& addresses_;
  ClientPlace place_;
  boost::asio::steady_timer timer_;
  std::vector<std::shared_ptr<RespConnection>> connections_;  // by node; null: never asked
  std::vector<std::deque<Awaited>> awaited_;  // by node: replies, in the order of the commands

  // The operation in flight.
  std::function<void(Completion)> done_;
  node::ClientCommand command_;
  std::size_t asked_ = 0;  // node
  bool sent_ = false;
  std::uint64_t invoked_ = 0;  // operations so far
  // A late timer belongs to an earlier one, or to a client that is gone: it holds the counter.
  std::shared_ptr<std::uint64_t> operation_ = std::make_shared<std::uint64_t>(0);
};

}  // namespace quorate
