// What can be seen of a store's work in the bytes between its nodes. How they are read is the
// system's own business: the port is TrafficReader.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace quorate {

// Endpoints are numbered as in Network::endpoints().
struct ReplicaMessage {
  enum class Kind : std::uint8_t {
    kWrite,      // a record on its way from who coordinates it to a replica
    kWriteDone,  // the replica's acknowledgement of it, on its way back
  } kind = Kind::kWrite;
  std::size_t coordinator = 0;
  std::size_t replica = 0;
  std::string key;
  std::string version;  // of the record, as the system writes versions
};

class TrafficReader {
 public:
  virtual ~TrafficReader() = default;
  // Bytes of one connection, in the order in which they were sent, and what they complete. `opener`
  // opened it, `of_opener` tells whose bytes these are.
  virtual void take(std::uint64_t connection, std::size_t opener, std::size_t acceptor,
                    bool of_opener, std::string_view bytes,
                    std::vector<ReplicaMessage>* messages) = 0;
  virtual void ended(std::uint64_t connection) = 0;
};

}  // namespace quorate
