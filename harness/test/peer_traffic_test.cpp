#include "harness/systems/quorate/peer_traffic.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

namespace quorate {
namespace {

using Kind = ReplicaMessage::Kind;

std::string request(const std::vector<std::string>& words) {
  std::string text = fmt::format("*{}\r\n", words.size());
  for (const std::string& word : words) text += fmt::format("${}\r\n{}\r\n", word.size(), word);
  return text;
}

std::string write_of(const std::string& operation, const std::string& version = "3-7.1") {
  return request({"REPLICA.WRITE", operation, "1-ab", "k", version, "0", "value"});
}

class PeerTrafficTest : public testing::Test {
 protected:
  std::vector<ReplicaMessage> take(bool of_opener, std::string_view bytes) {
    std::vector<ReplicaMessage> messages;
    traffic_.take(1, 4, 2, of_opener, bytes, &messages);
    return messages;
  }
  Disguise disguise_;
  PeerTraffic traffic_{disguise_};
};

TEST_F(PeerTrafficTest, ReadsARecordOnItsWayAndItsAcknowledgement) {
  const std::vector<ReplicaMessage> sent = take(true, write_of("12"));
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].kind, Kind::kWrite);
  EXPECT_EQ(sent[0].coordinator, 4U);
  EXPECT_EQ(sent[0].replica, 2U);
  EXPECT_EQ(sent[0].key, "k");
  EXPECT_EQ(sent[0].version, "3-7.1");
  const std::vector<ReplicaMessage> done = take(false, "*2\r\n:12\r\n$5\r\nwrite\r\n");
  ASSERT_EQ(done.size(), 1U);
  EXPECT_EQ(done[0].kind, Kind::kWriteDone);
  EXPECT_EQ(done[0].coordinator, 4U);
  EXPECT_EQ(done[0].version, "3-7.1");
  EXPECT_TRUE(take(false, "*2\r\n:12\r\n$5\r\nwrite\r\n").empty()) << "acknowledged already";
}

TEST_F(PeerTrafficTest, TakesBytesInAnyPieces) {
  const std::string bytes = write_of("1") + write_of("2");
  std::size_t found = 0;
  for (const char byte : bytes) found += take(true, std::string_view(&byte, 1)).size();
  EXPECT_EQ(found, 2U);
}

TEST_F(PeerTrafficTest, TakesARefusalForNoAcknowledgement) {
  take(true, write_of("12"));
  EXPECT_TRUE(take(false, "*4\r\n:12\r\n$5\r\nerror\r\n$7\r\nstorage\r\n$1\r\nx\r\n").empty());
  EXPECT_TRUE(take(false, "*2\r\n:12\r\n$5\r\nwrite\r\n").empty());
}

TEST_F(PeerTrafficTest, PassesOverAllElse) {
  EXPECT_TRUE(take(true, request({"REPLICA.READ", "1", "1-ab", "k"})).empty());
  EXPECT_TRUE(take(true, request({"SET", "k", "v"})).empty());
  EXPECT_TRUE(take(false, "+OK\r\n").empty());
  EXPECT_EQ(take(true, write_of("5")).size(), 1U);
}

TEST_F(PeerTrafficTest, IgnoresAConnectionThatSpeaksSomethingElse) {
  EXPECT_TRUE(take(true, "GET / HTTP/1.1\r\n\r\n").empty());
  EXPECT_TRUE(take(true, write_of("5")).empty());
  traffic_.ended(1);
  EXPECT_EQ(take(true, write_of("5")).size(), 1U) << "another connection of that number";
}

}  // namespace
}  // namespace quorate
