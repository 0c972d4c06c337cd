#include "harness/systems/quorate/coordinator_client.h"

#include <fmt/core.h>

#include "harness/systems/quorate/outcome.h"
#include "node/core/client_reply.h"
#include "node/core/resp_writer.h"

namespace quorate {
namespace {

constexpr auto kConnectTimeout = std::chrono::milliseconds(250);
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
Completion of_another_command(const node::ClientCommand& command, const std::string& text) {
  const std::string what = fmt::format("reply to another command: {}", text.substr(0, 64));
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
      connections_(static_cast<std::size_t>(config.nodes)) {}

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
  answer_.reset();
  ++invoked_;
  echo_ = invoked_ % 2 == 0 ? "" : fmt::format("echo {}", invoked_);
  echo_first_ = invoked_ % 4 == 1;
  timer_.expires_after(timeout);
  timer_.async_wait([this, operation = ++operation_](boost::system::error_code cancelled) {
    if (!cancelled && operation == operation_) on_deadline();
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
  if (!echo_.empty() && echo_first_) node::append_request({"PING", echo_}, &bytes);
  node::encode_client_command(command_, &bytes);
  if (!echo_.empty() && !echo_first_) node::append_request({"PING", echo_}, &bytes);
  connection(asked_).send(bytes);
  sent_ = true;
}

void CoordinatorClient::on_reply(std::size_t index, node::RespValue reply) {
  if (!done_ || !sent_ || index != asked_) return;
  const bool echo_is_due = !echo_.empty() && echo_first_ != answer_.has_value();
  if (echo_is_due) return on_echo(reply);
  if (!echo_.empty() && reply.is_text() && reply.text == echo_) {
    return finish(of_another_command(command_, reply.text));
  }
  on_answer(std::move(reply));
}

void CoordinatorClient::on_echo(const node::RespValue& reply) {
  if (!reply.is_text() || reply.text != echo_) {
    if (reply.kind == node::RespValue::Kind::kError) {
      return finish({.outcome = Outcome::kInfo, .error = reply.text});
    }
    return finish(of_another_command(command_, reply.text));
  }
  echo_.clear();
  if (answer_) finish(Completion(*answer_));
}

void CoordinatorClient::on_answer(node::RespValue reply) {
  const Result<node::ClientReply> decoded = node::decode_client_reply(command_, std::move(reply));
  if (decoded) {
    answer_ = completion_of(*decoded);
    if (echo_.empty()) finish(Completion(*answer_));
    return;
  }
  finish({.outcome = Outcome::kInfo, .error = decoded.error().to_string()});
}

void CoordinatorClient::on_down(std::size_t index, bool was_up, const std::string& why) {
  if (!done_ || index != asked_) return;
  if (answer_) return finish(Completion(*answer_));
  if (was_up && sent_) {
    return finish({.outcome = Outcome::kInfo, .error = fmt::format("connection lost: {}", why)});
  }
  finish({.outcome = Outcome::kFail, .error = fmt::format("not connected: {}", why)});
}

void CoordinatorClient::on_deadline() {
  if (!done_) return;
  // Not sent: no byte of it will leave any more, because the operation is forgotten here. (Answered
  // without the echo: the connection must not be used any more, as after any unknown outcome.)
  finish({.outcome = sent_ ? Outcome::kInfo : Outcome::kFail, .error = "timeout"});
}

void CoordinatorClient::finish(Completion completion) {
  const std::function<void(Completion)> done = std::move(done_);
  done_ = nullptr;
  ++operation_;
  timer_.cancel();
  done(std::move(completion));  // may destroy this
}

void CoordinatorClient::close() {
  done_ = nullptr;
  ++operation_;
  timer_.cancel();
  for (const auto& connection : connections_) {
    if (connection) connection->close();
  }
}

}  // namespace quorate
