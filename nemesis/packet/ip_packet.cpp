#include "nemesis/packet/ip_packet.h"

#include <algorithm>

namespace quorate {
namespace {

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::size_t kIpHeader = 20;  // without options
constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kUdpHeader = 8;
constexpr std::size_t kIpChecksumAt = 10;
constexpr std::size_t kTcpChecksumAt = 16;  // from the transport header
constexpr std::size_t kUdpChecksumAt = 6;
constexpr std::uint8_t kFin = 0x01;
constexpr std::uint8_t kSyn = 0x02;
constexpr std::uint8_t kRst = 0x04;
constexpr std::uint8_t kAck = 0x10;

std::uint8_t byte_at(std::span<const std::byte> bytes, std::size_t at) {
  return std::to_integer<std::uint8_t>(bytes[at]);
}

std::uint16_t read16(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

std::uint32_t read32(std::span<const std::byte> bytes, std::size_t at) {
  return static_cast<std::uint32_t>(read16(bytes, at)) << 16 | read16(bytes, at + 2);
}

void write16(std::span<std::byte> bytes, std::size_t at, std::uint32_t value) {
  bytes[at] = static_cast<std::byte>(value >> 8 & 0xff);
  bytes[at + 1] = static_cast<std::byte>(value & 0xff);
}

void write32(std::span<std::byte> bytes, std::size_t at, std::uint32_t value) {
  write16(bytes, at, value >> 16);
  write16(bytes, at + 2, value);
}

// The Internet checksum (RFC 1071) before it is complemented, on top of `sum`.
std::uint32_t add_up(std::span<const std::byte> bytes, std::uint64_t sum) {
  std::size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) sum += read16(bytes, at);
  if (at < bytes.size()) sum += static_cast<std::uint64_t>(byte_at(bytes, at)) << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint32_t>(sum);
}

// Over the header of TCP or UDP, what it carries, and the addresses. 0xffff where the checksum in
// it is right.
std::uint32_t transport_sum(std::span<const std::byte> packet, const IpLayout& layout) {
  const std::size_t size = layout.end - layout.transport_at;
  const std::uint64_t pseudo = std::uint64_t{layout.source >> 16} + (layout.source & 0xffff) +
                               (layout.destination >> 16) + (layout.destination & 0xffff) +
                               layout.protocol + size;
  return add_up(packet.subspan(layout.transport_at, size), pseudo);
}

// Where in the packet the checksum of its transport lies, if it has one that can be known.
std::optional<std::size_t> checksum_at(const IpLayout& layout) {
  if (layout.fragment) return {};
  if (layout.protocol == kTcp) return layout.transport_at + kTcpChecksumAt;
  if (layout.protocol == kUdp) return layout.transport_at + kUdpChecksumAt;
  return {};
}

// The size of a transport header; nothing if it is cut short.
std::optional<std::size_t> transport_header(std::span<const std::byte> packet,
                                            const IpLayout& layout) {
  const std::size_t room = layout.end - layout.transport_at;
  if (layout.fragment) return 0;
  if (layout.protocol == kUdp) return room >= kUdpHeader ? std::optional(kUdpHeader) : std::nullopt;
  if (layout.protocol != kTcp) return 0;
  if (room < kTcpHeader) return {};
  const std::size_t size = std::size_t{4} * (byte_at(packet, layout.transport_at + 12) >> 4);
  return size >= kTcpHeader && size <= room ? std::optional(size) : std::nullopt;
}

}  // namespace

std::optional<IpLayout> parse_ipv4(std::span<const std::byte> packet) {
  if (packet.size() < kIpHeader || byte_at(packet, 0) >> 4 != 4) return {};
  IpLayout layout;
  layout.transport_at = std::size_t{4} * (byte_at(packet, 0) & 0xf);
  layout.end = read16(packet, 2);
  if (layout.transport_at < kIpHeader || layout.end < layout.transport_at) return {};
  if (layout.end > packet.size()) return {};
  layout.source = read32(packet, 12);
  layout.destination = read32(packet, 16);
  layout.protocol = byte_at(packet, 9);
  constexpr std::uint16_t kMoreAndOffset = 0x3fff;
  layout.fragment = (read16(packet, 6) & kMoreAndOffset) != 0;
  const std::optional<std::size_t> header = transport_header(packet, layout);
  if (!header) return {};
  layout.payload_at = layout.transport_at + *header;
  return layout;
}

std::optional<TcpSegment> parse_tcp(std::span<const std::byte> packet) {
  const std::optional<IpLayout> layout = parse_ipv4(packet);
  if (!layout || layout->protocol != kTcp || layout->fragment) return {};
  const std::size_t at = layout->transport_at;
  const std::uint8_t flags = byte_at(packet, at + 13);
  TcpSegment segment{.source = layout->source,
                     .destination = layout->destination,
                     .source_port = read16(packet, at),
                     .destination_port = read16(packet, at + 2),
                     .sequence = read32(packet, at + 4),
                     .acknowledgement = read32(packet, at + 8),
                     .length = static_cast<std::uint32_t>(layout->end - layout->payload_at),
                     .syn = (flags & kSyn) != 0,
                     .ack = (flags & kAck) != 0,
                     .fin = (flags & kFin) != 0,
                     .rst = (flags & kRst) != 0};
  segment.length += (segment.syn ? 1U : 0U) + (segment.fin ? 1U : 0U);
  return segment;
}

std::vector<std::byte> make_tcp_packet(const TcpSegment& segment) {
  std::vector<std::byte> packet(kIpHeader + kTcpHeader);
  packet[0] = std::byte{0x45};
  write16(packet, 2, static_cast<std::uint32_t>(packet.size()));
  packet[8] = std::byte{64};  // hops
  packet[9] = std::byte{kTcp};
  write32(packet, 12, segment.source);
  write32(packet, 16, segment.destination);
  const std::size_t at = kIpHeader;
  write16(packet, at, segment.source_port);
  write16(packet, at + 2, segment.destination_port);
  write32(packet, at + 4, segment.sequence);
  write32(packet, at + 8, segment.acknowledgement);
  packet[at + 12] = std::byte{(kTcpHeader / 4) << 4};
  packet[at + 13] = static_cast<std::byte>((segment.syn ? kSyn : 0) | (segment.ack ? kAck : 0) |
                                           (segment.fin ? kFin : 0) | (segment.rst ? kRst : 0));
  fix_checksums(packet);
  return packet;
}

void fix_checksums(std::span<std::byte> packet) {
  const std::optional<IpLayout> layout = parse_ipv4(packet);
  if (!layout) return;
  write16(packet, kIpChecksumAt, 0);
  write16(packet, kIpChecksumAt, ~add_up(packet.first(layout->transport_at), 0));
  const std::optional<std::size_t> at = checksum_at(*layout);
  if (!at) return;
  write16(packet, *at, 0);
  const std::uint32_t sum = ~transport_sum(packet, *layout) & 0xffff;
  // In UDP 0 says that there is none; 0xffff is the same number, and says that there is.
  write16(packet, *at, sum == 0 && layout->protocol == kUdp ? 0xffff : sum);
}

bool checksums_are_right(std::span<const std::byte> packet) {
  const std::optional<IpLayout> layout = parse_ipv4(packet);
  if (!layout || add_up(packet.first(layout->transport_at), 0) != 0xffff) return false;
  const std::optional<std::size_t> at = checksum_at(*layout);
  if (!at || (layout->protocol == kUdp && read16(packet, *at) == 0)) return true;
  return transport_sum(packet, *layout) == 0xffff;
}

}  // namespace quorate
