// TcpStreams: the bytes of TCP connections, in order, out of packets seen on their way.
//
// What is sent again is given once; what overtook waits for what it passed. A connection is known
// from its SYN; others, and those of which too much is missing, are ignored. Pure; not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "nemesis/packet/ip_packet.h"

namespace quorate {

// What one packet added to one direction of a connection.
struct StreamPiece {
  std::uint64_t connection = 0;  // numbered as they were opened
  bool of_opener = false;        // sent by the end that opened the connection
  bool ended = false;            // by FIN or RST; nothing more comes of this connection
  std::string bytes;             // may be empty
};

class TcpStreams {
 public:
  static constexpr std::size_t kMostConnections = 65536;             // the oldest is forgotten
  static constexpr std::size_t kMostWaiting = std::size_t{1} << 20;  // bytes of a direction

  // Whether the packet is of a connection that is known, and sent by the end that opened it.
  bool is_of_opener(const TcpSegment& segment) const;
  // Nothing if the packet adds nothing.
  std::optional<StreamPiece> add(std::span<const std::byte> packet);

 private:
  struct Ends {
    Ipv4Address source = 0;
    Ipv4Address destination = 0;
    std::uint16_t source_port = 0;
    std::uint16_t destination_port = 0;
    auto operator<=>(const Ends&) const = default;
    Ends reversed() const { return {destination, source, destination_port, source_port}; }
  };
  struct Direction {
    bool begun = false;  // its SYN was seen
    std::uint32_t next = 0;
    std::map<std::uint32_t, std::string> waiting;  // by distance from the first byte of all
    std::size_t waiting_bytes = 0;
    std::uint32_t first = 0;
  };
  struct Connection {
    std::uint64_t number = 0;
    std::array<Direction, 2> directions;  // the opener's, the other
  };

  void open(const Ends& opener);
  void take(Direction* direction, std::uint32_t sequence, std::string bytes, std::string* out);

  std::map<Ends, Connection> connections_;  // by the opener's ends
  std::map<std::uint64_t, Ends> by_number_;
  std::uint64_t opened_ = 0;
};

}  // namespace quorate
