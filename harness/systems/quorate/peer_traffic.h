// PeerTraffic: reads the store's own protocol (docs/protocol.md, "Between nodes") off the wire:
// which record is on its way to which replica, and which has been acknowledged.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/systems/quorate/disguise.h"
#include "nemesis/traffic/replica_message.h"
#include "node/core/resp_reply.h"

namespace quorate {

// A connection that speaks anything else is ignored from there on. Not thread-safe.
class PeerTraffic final : public TrafficReader {
 public:
  // `disguise`: that keys may wear; outlives this.
  explicit PeerTraffic(const Disguise& disguise) : disguise_(disguise) {}

  void take(std::uint64_t connection, std::size_t opener, std::size_t acceptor, bool of_opener,
            std::string_view bytes, std::vector<ReplicaMessage>* messages) override;
  void ended(std::uint64_t connection) override;

 private:
  struct Connection {
    node::RespReplyReader requests;
    node::RespReplyReader replies;
    std::map<std::string, ReplicaMessage> waiting;  // writes without a reply, by operation
    bool broken = false;
  };

  void take_request(const node::RespValue& request, std::size_t opener, std::size_t acceptor,
                    Connection* connection, std::vector<ReplicaMessage>* messages);
  void take_reply(const node::RespValue& reply, Connection* connection,
                  std::vector<ReplicaMessage>* messages);

  const Disguise& disguise_;
  std::map<std::uint64_t, Connection> connections_;
};

}  // namespace quorate
