#include "harness/systems/quorate/coordinator_client.h"

#include <fmt/core.h>

#include "harness/systems/quorate/outcome.h"
#include "node/core/client_reply.h"
#include "node/core/resp_writer.h"

namespace quorate {
namespace {

constexpr auto kConnectTimeout = std::chrono::milliseconds(250);
// What commands beside the operations ask for.
constexpr const char* kEcho = "an echo";
constexpr const char* kNobodysKey = "nobody's";
// The node gives up before the client does, so that its better informed answer arrives.
constexpr double kNodeShare = 0.9;

node::CommandKind kind_of(Function function) {
  if (function == Function::kWrite) return node::CommandKind::kSet;
  if (function == Function::kDelete) return node::CommandKind::kDel;
  QUORATE_CHECK(function == Function::kRead, "the store has no {}", name_of(function));
  return node::CommandKind::kGet;
}

Completion completion_of(const node::ClientReply& reply) {
  Completion completion;
  completion.error = reply.error;
  completion.outcome = outcome_of(reply.outcome);
  completion.has_value = reply.value.has_value();
  completion.value = reply.value.value_or("");
  if (!reply.version.is_none()) completion.version = node::to_string(reply.version);
  completion.replicas = reply.replicas;
  return completion;
}

// A client that trusts the order of replies would have taken it for its own.
Completion of_another_command(const node::ClientCommand& command, const node::RespValue& reply) {
  const std::string what = fmt::format("reply to another command: {}",
                                       reply.text.empty() ? "nothing" : reply.text.substr(0, 64));
  if (command.kind != node::CommandKind::kGet) return {.outcome = Outcome::kInfo, .error = what};
  return {.outcome = Outcome::kOk, .value = what, .has_value = true};
}

}  // namespace

CoordinatorClient::CoordinatorClient(EventLoop& loop, const RunConfig& config,
                                     const AddressBook& addresses, const ClientPlace& place)
    : loop_(loop),
      config_(config),
      addresses_(addresses),
      place_(place),
      timer_(loop.io()),
      connections_(static_cast<std::size_t>(config.nodes)),
      awaited_(connections_.size()) {}

RespConnection& CoordinatorClient::connection(std::size_t index) {
  std::shared_ptr<RespConnection>& made = connections_.at(index);
  if (made) return *made;
  made = std::make_shared<RespConnection>(
      loop_, place_.namespace_fd,
      RespConnection::Handlers{
          .on_up = [this, index] { on_up(index); },
          .on_reply = [this, index](node::RespValue reply) { on_reply(index, std::move(reply)); },
          .on_down = [this, index](bool was_up,
                                   const std::string& why) { on_down(index, was_up, why); }});
  return *made;
}

void CoordinatorClient::connect(std::size_t index) {
  if (connection(index).state() == RespConnection::State::kDown) {
    connection(index).connect(addresses_.at(index), kConnectTimeout);
  }
}

void CoordinatorClient::open() { connect(place_.index); }

void CoordinatorClient::invoke(const Invocation& invocation, Duration timeout,
                               std::function<void(Completion)> done) {
  QUORATE_CHECK(!done_, "a client has one operation in flight");
  const auto node_timeout = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::duration<double, std::nano>(static_cast<double>(timeout.count()) * kNodeShare));
  const int r = invocation.r != 0 ? invocation.r : config_.r;
  command_ = node::ClientCommand{.kind = kind_of(invocation.function),
                                 .key = invocation.key,
                                 .value = invocation.value,
                                 .quorum = {.n = static_cast<std::uint16_t>(config_.n),
                                            .r = static_cast<std::uint16_t>(r),
                                            .w = static_cast<std::uint16_t>(config_.w)},
                                 .timeout = std::max(node_timeout, std::chrono::milliseconds(1)),
                                 .meta = true};
  done_ = std::move(done);
  asked_ = invocation.node ? static_cast<std::size_t>(*invocation.node) : place_.index;
  sent_ = false;
  ++invoked_;
  timer_.expires_after(timeout);
  timer_.async_wait(
      [this, current = operation_, operation = ++*operation_](boost::system::error_code cancelled) {
        if (!cancelled && operation == *current) on_deadline();
      });
  if (connection(asked_).state() == RespConnection::State::kUp) return send();
  connect(asked_);
}

void CoordinatorClient::on_up(std::size_t index) {
  if (index == asked_) send();
}

void CoordinatorClient::send() {
  if (!done_ || sent_) return;
  std::string bytes;
  std::deque<Awaited>& awaited = awaited_[asked_];
  const auto ping = [&] {
    node::append_request({"PING", kEcho}, &bytes);
    awaited.push_back(Awaited::kEcho);
  };
  const std::uint64_t turn = invoked_ % 8;
  if (turn == 1 || turn == 5) ping();
  node::encode_client_command(command_, &bytes);
  awaited.push_back(Awaited::kOwn);
  if (turn == 3) ping();
  if (turn == 7) {  // of one replica, so that it may well end before the operation does
    node::append_request({"GET", kNobodysKey, "R", "1"}, &bytes);
    awaited.push_back(Awaited::kNothing);
  }
  connection(asked_).send(bytes);
  sent_ = true;
}

void CoordinatorClient::on_reply(std::size_t index, node::RespValue reply) {
  if (awaited_[index].empty()) return;
  const Awaited awaited = awaited_[index].front();
  awaited_[index].pop_front();
  if (!done_ || !sent_ || index != asked_) return;  // to a command beside an earlier operation
  const bool echoes = reply.is_text() && reply.text == kEcho;
  const bool is_nothing = reply.kind == node::RespValue::Kind::kNil;
  const bool is_refusal = reply.kind == node::RespValue::Kind::kError;
  switch (awaited) {
    case Awaited::kOwn:
      if (!echoes && !is_nothing) return on_answer(std::move(reply));
      break;
    case Awaited::kEcho:
      if (echoes || is_refusal) return;
      break;
    case Awaited::kNothing:
      if (is_nothing || is_refusal) return;
      break;
  }
  finish(of_another_command(command_, reply));
}

void CoordinatorClient::on_answer(node::RespValue reply) {
  const Result<node::ClientReply> decoded = node::decode_client_reply(command_, std::move(reply));
  if (decoded) return finish(completion_of(*decoded));
  finish({.outcome = Outcome::kInfo, .error = decoded.error().to_string()});
}

void CoordinatorClient::on_down(std::size_t index, bool was_up, const std::string& why) {
  awaited_[index].clear();
  if (!done_ || index != asked_) return;
  if (was_up && sent_) {
    return finish({.outcome = Outcome::kInfo, .error = fmt::format("connection lost: {}", why)});
  }
  finish({.outcome = Outcome::kFail, .error = fmt::format("not connected: {}", why)});
}

void CoordinatorClient::on_deadline() {
  if (!done_) return;
  // Not sent: no byte of it will leave any more, because the operation is forgotten here.
  finish({.outcome = sent_ ? Outcome::kInfo : Outcome::kFail, .error = "timeout"});
}

void CoordinatorClient::finish(Completion completion) {
  const std::function<void(Completion)> done = std::move(done_);
  done_ = nullptr;
  ++*operation_;
  timer_.cancel();
  done(std::move(completion));  // may destroy this
}

void CoordinatorClient::close() {
  done_ = nullptr;
  ++*operation_;
  timer_.cancel();
  for (const auto& connection : connections_) {
    if (connection) connection->close();
  }
}

}  // namespace quorate
