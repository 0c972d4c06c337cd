#include "harness/systems/quorate/peer_traffic.h"

#include <optional>
#include <utility>

namespace quorate {
namespace {

// A reply that never comes leaves its write here: so many are kept.
constexpr std::size_t kMostWaiting = 20'000;

bool all_texts(const node::RespValue& value) {
  for (const node::RespValue& element : value.elements) {
    if (!element.is_text()) return false;
  }
  return value.kind == node::RespValue::Kind::kArray;
}

}  // namespace

void PeerTraffic::take(std::uint64_t number, std::size_t opener, std::size_t acceptor,
                       bool of_opener, std::string_view bytes,
                       std::vector<ReplicaMessage>* messages) {
  Connection& connection = connections_[number];
  if (connection.broken) return;
  node::RespReplyReader& reader = of_opener ? connection.requests : connection.replies;
  reader.feed(bytes);
  for (;;) {
    const Result<std::optional<node::RespValue>> next = reader.next();
    if (!next) {
      connection.broken = true;
      connection.waiting.clear();
      return;
    }
    if (!*next) return;
    if (of_opener) {
      take_request(**next, opener, acceptor, &connection, messages);
    } else {
      take_reply(**next, &connection, messages);
    }
  }
}

void PeerTraffic::ended(std::uint64_t connection) { connections_.erase(connection); }

// REPLICA.WRITE OP EPOCH key VERSION tombstone value
void PeerTraffic::take_request(const node::RespValue& request, std::size_t opener,
                               std::size_t acceptor, Connection* connection,
                               std::vector<ReplicaMessage>* messages) {
  constexpr std::size_t kElements = 7;
  if (!all_texts(request) || request.elements.size() != kElements) return;
  if (request.elements[0].text != "REPLICA.WRITE") return;
  ReplicaMessage message{.kind = ReplicaMessage::Kind::kWrite,
                         .coordinator = opener,
                         .replica = acceptor,
                         .key = disguise_.plain_key(request.elements[3].text),
                         .version = request.elements[4].text};
  messages->push_back(message);
  if (connection->waiting.size() >= kMostWaiting) {
    connection->waiting.erase(connection->waiting.begin());
  }
  message.kind = ReplicaMessage::Kind::kWriteDone;
  connection->waiting[request.elements[1].text] = std::move(message);
}

// [OP, "write"]; a refusal is [OP, "error", …].
void PeerTraffic::take_reply(const node::RespValue& reply, Connection* connection,
                             std::vector<ReplicaMessage>* messages) {
  if (reply.kind != node::RespValue::Kind::kArray || reply.elements.size() < 2) return;
  if (reply.elements[0].kind != node::RespValue::Kind::kInteger) return;
  const auto waiting = connection->waiting.find(std::to_string(reply.elements[0].integer));
  if (waiting == connection->waiting.end()) return;
  if (reply.elements[1].text == "write") messages->push_back(std::move(waiting->second));
  connection->waiting.erase(waiting);
}

}  // namespace quorate
