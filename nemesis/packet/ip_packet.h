// IPv4 packets as bytes: where their parts lie, their checksums, and TCP's RST.
//
// Pure. Packets come from outside, so every length in them is checked before it is used.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace quorate {

// 32 bits, in host order.
using Ipv4Address = std::uint32_t;

// The parts of a packet. Offsets are from its first byte, and lie within it.
struct IpLayout {
  Ipv4Address source = 0;
  Ipv4Address destination = 0;
  std::uint8_t protocol = 0;
  bool fragment = false;  // of a larger one: then its transport header is not looked at
  std::size_t transport_at = 0;
  std::size_t payload_at = 0;  // behind the TCP or UDP header; of all else, transport_at
  std::size_t end = 0;         // what follows is padding
};

// Nothing if the bytes are no IPv4 packet, or one whose headers are cut short.
std::optional<IpLayout> parse_ipv4(std::span<const std::byte> packet);

// What connections are told apart by, and where they stand.
struct TcpSegment {
  Ipv4Address source = 0;
  Ipv4Address destination = 0;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgement = 0;
  std::uint32_t length = 0;  // in sequence numbers: SYN and FIN take one each
  bool syn = false;
  bool ack = false;
  bool fin = false;
  bool rst = false;

  std::uint32_t next_sequence() const { return sequence + length; }
};

// Nothing if the packet is not a whole TCP segment.
std::optional<TcpSegment> parse_tcp(std::span<const std::byte> packet);

// A whole packet, with checksums, of `segment`'s addresses, ports, numbers and flags; `length` is
// not used: it carries no data.
std::vector<std::byte> make_tcp_packet(const TcpSegment& segment);

// Makes the checksums of the IP header and of TCP or UDP right. Those of a fragment are left alone:
// they cover more than it.
void fix_checksums(std::span<std::byte> packet);
// Whether they are right, as the receiver asks; a UDP checksum of 0 means none, and is right.
bool checksums_are_right(std::span<const std::byte> packet);

}  // namespace quorate
