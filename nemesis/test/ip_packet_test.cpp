// Packets as bytes.
#include "nemesis/packet/ip_packet.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "nemesis/test/packets.h"

namespace quorate {
namespace {

using namespace packets;

std::vector<std::byte> from_hex(std::string_view hex) {
  std::vector<std::byte> bytes;
  for (std::size_t at = 0; at < hex.size(); at += 2) {
    bytes.push_back(std::byte(std::stoi(std::string(hex.substr(at, 2)), nullptr, 16)));
  }
  return bytes;
}

// Packets that Linux sent, with its checksums: "*1\r\n$4\r\nPING\r\n" over TCP, "hello" over UDP.
std::vector<std::byte> captured() {
  return from_hex(
      "4500004297aa400040068e6f0a4d00020a4d0001e35eed91ef2f19f597305f5c8018004027c90000"
      "0101080aaedd93f4a6a86bd02a310d0a24340d0a50494e470d0a");
}
std::vector<std::byte> captured_udp() {
  return from_hex("450000212dcc40004011f8630a4d00010a4d0002cf79cbd8000d0c1368656c6c6f");
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
  EXPECT_EQ(layout.end, 66U);
  const TcpSegment segment = parse_tcp(packet).value();
  EXPECT_EQ(segment.source_port, 58206);
  EXPECT_EQ(segment.destination_port, 60817);
  EXPECT_EQ(segment.sequence, 0xef2f19f5U);
  EXPECT_EQ(segment.acknowledgement, 0x97305f5cU);
  EXPECT_EQ(segment.length, 14U);
  EXPECT_TRUE(segment.ack && !segment.syn && !segment.fin && !segment.rst);
  EXPECT_EQ(payload_of(packet), "*1\r\n$4\r\nPING\r\n");
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

TEST(IpPacket, AgreesWithLinuxAboutChecksums) {
  for (const std::vector<std::byte>& sent : {captured(), captured_udp()}) {
    EXPECT_TRUE(checksums_are_right(sent));
    std::vector<std::byte> again = sent;
    const std::size_t transport_checksum = sent[9] == std::byte{6} ? 36 : 26;
    again[10] ^= std::byte{1};
    again[transport_checksum] ^= std::byte{1};
    EXPECT_FALSE(checksums_are_right(again));
    fix_checksums(again);
    EXPECT_EQ(again, sent);
  }
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
