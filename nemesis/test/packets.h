// IPv4 packets for the tests of what happens to them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "nemesis/packet/ip_packet.h"

namespace quorate::packets {

constexpr Ipv4Address kLeft = 0x0a4d0001;  // 10.77.0.1
constexpr Ipv4Address kRight = 0x0a4d0002;

inline std::vector<std::byte> with_payload(std::vector<std::byte> packet,
                                           std::string_view payload) {
  for (const char c : payload) packet.push_back(static_cast<std::byte>(c));
  packet[2] = static_cast<std::byte>(packet.size() >> 8);
  packet[3] = static_cast<std::byte>(packet.size() & 0xff);
  fix_checksums(packet);
  return packet;
}

inline std::vector<std::byte> tcp(const TcpSegment& segment, std::string_view payload = "") {
  return with_payload(make_tcp_packet(segment), payload);
}

inline std::vector<std::byte> udp(std::string_view payload) {
  std::vector<std::byte> packet(28);
  packet[0] = std::byte{0x45};
  packet[8] = std::byte{64};
  packet[9] = std::byte{17};
  for (std::size_t i = 0; i < 4; ++i) {
    packet[12 + i] = static_cast<std::byte>(kLeft >> (24 - 8 * i) & 0xff);
    packet[16 + i] = static_cast<std::byte>(kRight >> (24 - 8 * i) & 0xff);
  }
  packet[20] = std::byte{0x30};
  packet[22] = std::byte{0x40};
  packet[25] = static_cast<std::byte>(8 + payload.size());
  return with_payload(std::move(packet), payload);
}

// What a packet carries.
inline std::string payload_of(std::span<const std::byte> packet) {
  const IpLayout layout = parse_ipv4(packet).value();
  std::string payload;
  for (std::size_t at = layout.payload_at; at < layout.end; ++at) {
    payload += static_cast<char>(packet[at]);
  }
  return payload;
}

}  // namespace quorate::packets
