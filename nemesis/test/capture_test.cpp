// Captures of a link: a pcap file with every packet that was sent.
#include <csignal>
#include <cstring>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include "nemesis/packet/pcap_file.h"
#include "nemesis/test/network_test.h"
#include "nemesis/test/packets.h"

namespace quorate {
namespace {

using namespace traffic;
using ::testing::ElementsAre;
namespace fs = std::filesystem;

struct Captured {
  std::chrono::nanoseconds when;
  std::vector<std::byte> bytes;
};

std::uint32_t word_at(const std::string& text, std::size_t at) {
  std::uint32_t word = 0;
  QUORATE_CHECK(at + sizeof word <= text.size());
  std::memcpy(&word, text.data() + at, sizeof word);
  return word;
}

// By the format's description, and strict: the file must end where a packet does.
std::vector<Captured> read_pcap(const fs::path& path) {
  const std::string text = read_file(path).value();
  EXPECT_EQ(word_at(text, 0), 0xa1b23c4dU);
  EXPECT_EQ(word_at(text, 4), 2U | 4U << 16);
  EXPECT_EQ(word_at(text, 20), 101U);
  std::vector<Captured> packets;
  for (std::size_t at = 24; at < text.size();) {
    const std::uint32_t size = word_at(text, at + 8);
    EXPECT_EQ(word_at(text, at + 12), size);
    EXPECT_LE(size, word_at(text, 16));
    const std::chrono::nanoseconds when =
        std::chrono::seconds(word_at(text, at)) + std::chrono::nanoseconds(word_at(text, at + 4));
    QUORATE_CHECK(at + 16 + size <= text.size());
    const auto* bytes = reinterpret_cast<const std::byte*>(text.data() + at + 16);
    packets.push_back({when, {bytes, bytes + size}});
    at += 16 + size;
  }
  return packets;
}

class Capture : public NetworkTest {
 protected:
  void SetUp() override {
    NetworkTest::SetUp();
    folder_ = fs::temp_directory_path() / ("quorate_capture_" + std::to_string(getpid()));
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  fs::path folder_;
};

std::vector<std::string> payloads(const std::vector<Captured>& captured) {
  std::vector<std::string> texts;
  for (const Captured& packet : captured) texts.push_back(packets::payload_of(packet.bytes));
  return texts;
}

TEST_F(Capture, ShowsBothDirectionsAsTheyWereSent) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2", "n3"});
  const UdpPair pair(*network, "n1", "n2");
  const UdpPair other(*network, "n1", "n3");
  send_text(pair.left, "too early");
  EXPECT_EQ(receive_text(pair.right, kSoonMs), "too early");
  const auto before = std::chrono::system_clock::now().time_since_epoch();
  ASSERT_TRUE(network->capture("n2", "n1", folder_ / "n1-n2.pcap"));
  send_text(pair.left, "there");
  EXPECT_EQ(receive_text(pair.right, kSoonMs), "there");
  send_text(pair.right, "back");
  EXPECT_EQ(receive_text(pair.left, kSoonMs), "back");
  send_text(other.left, "elsewhere");
  EXPECT_EQ(receive_text(other.right, kSoonMs), "elsewhere");
  ASSERT_TRUE(network->set_link("n1", "n2", {.corrupt = 1, .fix_checksum = true}));
  send_text(pair.left, "changed later");
  EXPECT_NE(receive_text(pair.right, kSoonMs), "changed later");
  ASSERT_TRUE(network->set_link("n1", "n2", {.cut = true}));
  send_text(pair.left, "cut");
  ASSERT_TRUE(comes_true([&] { return network->counters("n1", "n2").cut == 1; }));
  // The network still lives: the file is whole all the time.
  const std::vector<Captured> captured = read_pcap(folder_ / "n1-n2.pcap");
  EXPECT_THAT(payloads(captured), ElementsAre("there", "back", "changed later", "cut"));
  for (const Captured& packet : captured) {
    EXPECT_TRUE(checksums_are_right(packet.bytes));
    EXPECT_GE(packet.when, before);
    EXPECT_LE(packet.when, std::chrono::system_clock::now().time_since_epoch());
  }
  EXPECT_EQ(parse_ipv4(captured[0].bytes)->source, 0x0a4d0001U);
  EXPECT_EQ(parse_ipv4(captured[1].bytes)->source, 0x0a4d0002U);
}

TEST_F(Capture, HoldsATcpConnectionFromItsFirstPacketToItsLast) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2"});
  ASSERT_TRUE(network->capture("n1", "n2", folder_ / "tcp.pcap"));
  {
    const TcpPair pair(*network, "n1", "n2");
    send_text(pair.client, std::string(100'000, 'x'));
    for (std::size_t got = 0; got < 100'000;) {
      const std::string part = receive_text(pair.server, kSoonMs);
      ASSERT_NE(part, "");
      got += part.size();
    }
  }
  const auto finished = [&] {
    int fins = 0;
    for (const Captured& packet : read_pcap(folder_ / "tcp.pcap")) {
      fins += parse_tcp(packet.bytes)->fin ? 1 : 0;
    }
    return fins == 2;
  };
  EXPECT_TRUE(comes_true(finished));
  const std::vector<Captured> captured = read_pcap(folder_ / "tcp.pcap");
  EXPECT_TRUE(parse_tcp(captured[0].bytes)->syn);
  std::size_t data = 0;
  for (const Captured& packet : captured) data += packets::payload_of(packet.bytes).size();
  EXPECT_GE(data, 100'000U);  // more where TCP sent some again
}

TEST_F(Capture, BeginsAnewInAnotherFile) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2"});
  const UdpPair pair(*network, "n1", "n2");
  for (const char* name : {"one", "two"}) {
    ASSERT_TRUE(network->capture("n1", "n2", folder_ / name));
    send_text(pair.left, name);
    EXPECT_EQ(receive_text(pair.right, kSoonMs), name);
  }
  EXPECT_THAT(payloads(read_pcap(folder_ / "one")), ElementsAre("one"));
  EXPECT_THAT(payloads(read_pcap(folder_ / "two")), ElementsAre("two"));
}

TEST_F(Capture, SaysWhyItCannotWriteAFile) {
  const std::unique_ptr<Network> network = network_of({"n1", "n2"});
  EXPECT_EQ(network->capture("n1", "n2", folder_ / "no" / "such").error().code, ErrorCode::kIo);
  EXPECT_EQ(network->capture("n1", "n2", "/dev/full").error().code, ErrorCode::kIo);
  EXPECT_EQ(network->capture("n1", "n9", folder_ / "x").error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(fs::exists(folder_ / "x"));
}

TEST_F(Capture, EndsWithAWholePacketWhenTheDiskIsFull) {
  const std::vector<std::byte> packet = packets::udp("payload");
  const std::unique_ptr<PcapFile> file = PcapFile::create(folder_ / "full.pcap").value();
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto previous = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 24 + 16 + packet.size() + 20, .rlim_max = before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  for (int i = 0; i < 3; ++i) file->append(std::chrono::system_clock::now(), packet);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, previous);
  file->append(std::chrono::system_clock::now(), packet);
  EXPECT_THAT(payloads(read_pcap(folder_ / "full.pcap")), ElementsAre("payload"));
}

}  // namespace
}  // namespace quorate
