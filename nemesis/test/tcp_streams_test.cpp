#include "nemesis/packet/tcp_streams.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "base/random.h"

namespace quorate {
namespace {

constexpr Ipv4Address kA = 0x0a4d0001;
constexpr Ipv4Address kB = 0x0a4d0002;

// A connection of which packets are made.
class Talk {
 public:
  explicit Talk(std::uint32_t first = 1000, std::uint16_t port = 4000)
      : first_(first), port_(port) {}

  std::vector<std::byte> opening() const { return packet(true, first_ - 1, "", true, false); }
  std::vector<std::byte> answer() const { return packet(false, first_ - 1, "", true, true); }
  std::vector<std::byte> data(std::uint32_t at, const std::string& bytes,
                              bool of_opener = true) const {
    return packet(of_opener, first_ + at, bytes, false, true);
  }
  std::vector<std::byte> end() const {
    TcpSegment segment = segment_of(true, first_, false, true);
    segment.fin = true;
    return make_tcp_packet(segment);
  }

 private:
  TcpSegment segment_of(bool of_opener, std::uint32_t sequence, bool syn, bool ack) const {
    TcpSegment segment;
    segment.source = of_opener ? kA : kB;
    segment.destination = of_opener ? kB : kA;
    segment.source_port = of_opener ? port_ : 7000;
    segment.destination_port = of_opener ? 7000 : port_;
    segment.sequence = sequence;
    segment.syn = syn;
    segment.ack = ack;
    return segment;
  }
  std::vector<std::byte> packet(bool of_opener, std::uint32_t sequence, const std::string& bytes,
                                bool syn, bool ack) const {
    std::vector<std::byte> made = make_tcp_packet(segment_of(of_opener, sequence, syn, ack));
    for (const char c : bytes) made.push_back(static_cast<std::byte>(c));
    const std::size_t size = made.size();
    made[2] = static_cast<std::byte>(size >> 8);
    made[3] = static_cast<std::byte>(size & 0xff);
    fix_checksums(made);
    return made;
  }

  std::uint32_t first_;
  std::uint16_t port_;
};

std::string bytes_of(TcpStreams* streams, const std::vector<std::byte>& packet) {
  const std::optional<StreamPiece> piece = streams->add(packet);
  return piece ? piece->bytes : "";
}

TcpStreams opened(const Talk& talk) {
  TcpStreams streams;
  EXPECT_FALSE(streams.add(talk.opening()));
  EXPECT_FALSE(streams.add(talk.answer()));
  return streams;
}

TEST(TcpStreams, GiveWhatBothEndsSaidAndWhoOpened) {
  const Talk talk;
  TcpStreams streams = opened(talk);
  const std::optional<StreamPiece> asked = streams.add(talk.data(0, "ask"));
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->bytes, "ask");
  EXPECT_TRUE(asked->of_opener);
  const std::optional<StreamPiece> said = streams.add(talk.data(0, "say", false));
  ASSERT_TRUE(said);
  EXPECT_EQ(said->bytes, "say");
  EXPECT_FALSE(said->of_opener);
  EXPECT_EQ(said->connection, asked->connection);
}

TEST(TcpStreams, GiveWhatIsSentAgainOnce) {
  const Talk talk;
  TcpStreams streams = opened(talk);
  EXPECT_EQ(bytes_of(&streams, talk.data(0, "abc")), "abc");
  EXPECT_EQ(bytes_of(&streams, talk.data(0, "abc")), "");
  EXPECT_EQ(bytes_of(&streams, talk.data(1, "bcde")), "de");
}

TEST(TcpStreams, HoldBackWhatOvertook) {
  const Talk talk;
  TcpStreams streams = opened(talk);
  EXPECT_EQ(bytes_of(&streams, talk.data(3, "def")), "");
  EXPECT_EQ(bytes_of(&streams, talk.data(6, "g")), "");
  EXPECT_EQ(bytes_of(&streams, talk.data(0, "abcd")), "abcdefg");
}

TEST(TcpStreams, KeepTheOrderWhateverTheOrderOfThePackets) {
  RandomStream random(1, "streams");
  for (int round = 0; round < 200; ++round) {
    const Talk talk(static_cast<std::uint32_t>(-50) +
                    static_cast<std::uint32_t>(random.below(100)));
    std::string all;
    std::vector<std::vector<std::byte>> packets;
    while (all.size() < 100) {
      const std::string piece(1 + random.below(9), static_cast<char>('a' + random.below(26)));
      packets.push_back(talk.data(static_cast<std::uint32_t>(all.size()), piece));
      if (random.chance(0.3)) packets.push_back(packets.back());
      all += piece;
    }
    random.shuffle(&packets);
    TcpStreams streams = opened(talk);
    std::string given;
    for (const auto& packet : packets) given += bytes_of(&streams, packet);
    ASSERT_EQ(given, all);
  }
}

TEST(TcpStreams, KnowNothingOfWhatTheyDidNotSeeBegin) {
  const Talk talk;
  TcpStreams streams;
  EXPECT_FALSE(streams.add(talk.data(0, "abc")));
  EXPECT_FALSE(streams.add(std::vector<std::byte>(7)));
}

TEST(TcpStreams, ForgetAConnectionThatEndedAndTakeItsPortsForANewOne) {
  const Talk first(1000);
  TcpStreams streams = opened(first);
  const std::optional<StreamPiece> before = streams.add(first.data(0, "x"));
  const std::optional<StreamPiece> end = streams.add(first.end());
  ASSERT_TRUE(before && end);
  EXPECT_TRUE(end->ended);
  EXPECT_FALSE(streams.add(first.data(1, "y")));
  const Talk second(90000);
  EXPECT_FALSE(streams.add(second.opening()));
  const std::optional<StreamPiece> after = streams.add(second.data(0, "z"));
  ASSERT_TRUE(after);
  EXPECT_EQ(after->bytes, "z");
  EXPECT_NE(after->connection, before->connection);
}

TEST(TcpStreams, GiveUpADirectionOfWhichTooMuchIsMissing) {
  const Talk talk;
  TcpStreams streams = opened(talk);
  const std::string large(60'000, 'x');
  for (std::uint32_t i = 1; i * large.size() < 2 * TcpStreams::kMostWaiting; ++i) {
    EXPECT_EQ(bytes_of(&streams, talk.data(i * static_cast<std::uint32_t>(large.size()), large)),
              "");
  }
  EXPECT_EQ(bytes_of(&streams, talk.data(0, large)), "");
  EXPECT_EQ(bytes_of(&streams, talk.data(0, "other way", false)), "other way");
}

}  // namespace
}  // namespace quorate
