// Packets as bytes.
#include "nemesis/packet/ip_packet.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "nemesis/test/packets.h"

namespace quorate {
namespace {

using namespace packets;

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

// A TCP packet that Linux sent, with its checksums: "ping" from 10.77.0.2 to 10.77.0.1.
std::vector<std::byte> captured() {
  return bytes_of({0x45, 0x00, 0x00, 0x38, 0x1c, 0x46, 0x40, 0x00, 0x40, 0x06, 0x09, 0xe4,
                   0x0a, 0x4d, 0x00, 0x02, 0x0a, 0x4d, 0x00, 0x01, 0xa4, 0x1e, 0x1f, 0x90,
                   0x5b, 0x1d, 0x2f, 0x11, 0x90, 0x2c, 0x77, 0x52, 0x80, 0x18, 0x01, 0xfb,
                   0x00, 0x00, 0x00, 0x00, 0x01, 0x01, 0x08, 0x0a, 0x11, 0x22, 0x33, 0x44,
                   0x55, 0x66, 0x77, 0x88, 0x70, 0x69, 0x6e, 0x67});
}

TEST(IpPacket, FindsTheParts) {
  const std::vector<std::byte> packet = captured();
  const IpLayout layout = parse_ipv4(packet).value();
  EXPECT_EQ(layout.source, kRight);
  EXPECT_EQ(layout.destination, kLeft);
  EXPECT_EQ(layout.protocol, 6);
  EXPECT_FALSE(layout.fragment);
  EXPECT_EQ(layout.transport_at, 20U);
  EXPECT_EQ(layout.payload_at, 52U);
  EXPECT_EQ(layout.end, 56U);
  const TcpSegment segment = parse_tcp(packet).value();
  EXPECT_EQ(segment.source_port, 42014);
  EXPECT_EQ(segment.destination_port, 8080);
  EXPECT_EQ(segment.sequence, 0x5b1d2f11U);
  EXPECT_EQ(segment.acknowledgement, 0x902c7752U);
  EXPECT_EQ(segment.length, 4U);
  EXPECT_TRUE(segment.ack && !segment.syn && !segment.fin && !segment.rst);
  EXPECT_EQ(payload_of(packet), "ping");
}

TEST(IpPacket, CountsSynAndFinAsSequenceNumbers) {
  const TcpSegment hello{.source = kLeft, .destination = kRight, .sequence = 7, .syn = true};
  EXPECT_EQ(parse_tcp(make_tcp_packet(hello))->next_sequence(), 8U);
  const TcpSegment last{.source = kLeft, .destination = kRight, .sequence = 7, .fin = true};
  EXPECT_EQ(parse_tcp(tcp(last, "abc"))->next_sequence(), 11U);
}

TEST(IpPacket, RoundTripsWhatItMakes) {
  const TcpSegment reset{.source = kLeft,
                         .destination = kRight,
                         .source_port = 8080,
                         .destination_port = 1234,
                         .sequence = 0xfffffff0,
                         .acknowledgement = 12,
                         .ack = true,
                         .rst = true};
  const std::vector<std::byte> packet = make_tcp_packet(reset);
  EXPECT_TRUE(checksums_are_right(packet));
  const TcpSegment read = parse_tcp(packet).value();
  EXPECT_EQ(read.source, reset.source);
  EXPECT_EQ(read.destination_port, reset.destination_port);
  EXPECT_EQ(read.sequence, reset.sequence);
  EXPECT_EQ(read.acknowledgement, reset.acknowledgement);
  EXPECT_EQ(read.length, 0U);
  EXPECT_TRUE(read.rst && read.ack && !read.syn && !read.fin);
}

TEST(IpPacket, FixesChecksumsAndSeesEveryFlippedBit) {
  for (const auto& packet : {tcp({.source = kLeft, .destination = kRight}, "hello"),
                             tcp({.source = kLeft, .destination = kRight}, "even"), udp("hello")}) {
    EXPECT_TRUE(checksums_are_right(packet));
    for (std::size_t bit = 20 * 8; bit < packet.size() * 8; ++bit) {
      std::vector<std::byte> damaged = packet;
      damaged[bit / 8] ^= std::byte{1} << (bit % 8);
      const std::optional<IpLayout> layout = parse_ipv4(damaged);
      if (!layout) continue;  // its header's length was hit
      EXPECT_FALSE(checksums_are_right(damaged)) << bit;
      fix_checksums(damaged);
      EXPECT_TRUE(checksums_are_right(damaged)) << bit;
    }
  }
}

TEST(IpPacket, LeavesTheTransportOfAFragmentAlone) {
  std::vector<std::byte> packet = udp("hello");
  packet[6] = std::byte{0x20};  // more fragments follow
  const std::vector<std::byte> before = packet;
  const IpLayout layout = parse_ipv4(packet).value();
  EXPECT_TRUE(layout.fragment);
  EXPECT_EQ(layout.payload_at, layout.transport_at);
  fix_checksums(packet);
  EXPECT_TRUE(std::equal(packet.begin() + 20, packet.end(), before.begin() + 20));
  EXPECT_TRUE(checksums_are_right(packet));
  EXPECT_FALSE(parse_tcp(packet));
}

TEST(IpPacket, RefusesWhatIsCutShort) {
  const std::vector<std::byte> whole = captured();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(parse_ipv4(std::span(whole).first(size))) << size;
  }
  std::vector<std::byte> ipv6 = whole;
  ipv6[0] = std::byte{0x65};
  EXPECT_FALSE(parse_ipv4(ipv6));
}

// Under the sanitizers this shows that no length inside a packet leads out of it.
TEST(IpPacket, ReadsAnyBytesWithoutHarm) {
  RandomStream random(1, "bytes");
  for (int round = 0; round < 20'000; ++round) {
    std::vector<std::byte> packet = captured();
    for (int i = 0; i < 4; ++i) packet[random.below(packet.size())] = std::byte(random.below(256));
    packet.resize(random.below(packet.size() + 1));
    fix_checksums(packet);
    checksums_are_right(packet);
    if (const std::optional<TcpSegment> segment = parse_tcp(packet)) {
      EXPECT_LE(segment->length, packet.size());
    }
  }
}

}  // namespace
}  // namespace quorate
