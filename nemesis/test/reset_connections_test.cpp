// Connections reset by the network, as both ends see it.
#include <atomic>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "nemesis/test/network_test.h"

namespace quorate {
namespace {

using namespace traffic;

// What the socket says when it is next used: 0 for the other side's orderly end.
int error_of(const FileDescriptor& socket) {
  for (;;) {
    if (!readable_within(socket, kSoonMs)) return ETIMEDOUT;
    char byte = 0;
    const ssize_t size = recv(socket.get(), &byte, 1, 0);
    if (size <= 0) return size == 0 ? 0 : errno;
  }
}

class ResetConnections : public NetworkTest {
 protected:
  void SetUp() override {
    NetworkTest::SetUp();
    if (!IsSkipped()) network_ = network_of({"n1", "n2", "n3"});
  }
  std::size_t reset(std::string_view a, std::string_view b) {
    return network_->reset_connections(a, b).value();
  }
  void expect_works(std::string_view from, std::string_view to) {
    const TcpPair pair(*network_, from, to);
    send_text(pair.client, "hello");
    EXPECT_EQ(receive_text(pair.server, kSoonMs), "hello");
  }
  std::unique_ptr<Network> network_;
};

TEST_F(ResetConnections, TellsBothEndsAndLetsANewOneWork) {
  const TcpPair pair(*network_, "n1", "n2");
  EXPECT_EQ(reset("n2", "n1"), 1U);
  EXPECT_EQ(error_of(pair.client), ECONNRESET);
  EXPECT_EQ(error_of(pair.server), ECONNRESET);
  expect_works("n1", "n2");
  expect_works("n2", "n1");
}

TEST_F(ResetConnections, KnowsWhatEachEndAwaitsAfterTalk) {
  for (const std::size_t size : {1U, 100U, 70'000U}) {
    const TcpPair pair(*network_, "n1", "n2");
    send_text(pair.client, std::string(size, 'x'));
    send_text(pair.server, std::string(size / 2 + 1, 'y'));
    EXPECT_NE(receive_text(pair.server, kSoonMs), "");
    EXPECT_NE(receive_text(pair.client, kSoonMs), "");
    EXPECT_EQ(reset("n1", "n2"), 1U);
    EXPECT_EQ(error_of(pair.client), ECONNRESET);
    EXPECT_EQ(error_of(pair.server), ECONNRESET);
  }
}

TEST_F(ResetConnections, CountsThemAllAndLeavesOthersAlone) {
  std::vector<TcpPair> pairs;
  for (int i = 0; i < 40; ++i) {
    pairs.emplace_back(*network_, i % 2 == 0 ? "n1" : "n2", i % 2 == 0 ? "n2" : "n1");
  }
  const TcpPair bystander(*network_, "n1", "n3");
  EXPECT_EQ(reset("n1", "n2"), 40U);
  for (const TcpPair& pair : pairs) {
    EXPECT_EQ(error_of(pair.client), ECONNRESET);
    EXPECT_EQ(error_of(pair.server), ECONNRESET);
  }
  send_text(bystander.client, "untouched");
  EXPECT_EQ(receive_text(bystander.server, kSoonMs), "untouched");
  EXPECT_EQ(reset("n1", "n2"), 0U);
}

TEST_F(ResetConnections, ForgetsClosedConnections) {
  for (int i = 0; i < 20; ++i) expect_works("n1", "n2");
  // The last acknowledgement may still be on its way.
  EXPECT_TRUE(comes_true([&] { return reset("n1", "n2") == 0; }));
}

TEST_F(ResetConnections, BreaksConnectionsUnderLoad) {
  for (int round = 0; round < 20; ++round) {
    const TcpPair pair(*network_, "n1", "n2");
    std::atomic<bool> talked{false};
    const auto talk_until_reset = [&](const FileDescriptor& socket) {
      std::string block(10'000, 'x');
      for (;;) {
        // Both sides may wait with full buffers; the reset wakes them.
        const ssize_t sent = send(socket.get(), block.data(), block.size(), MSG_NOSIGNAL);
        if (sent < 0) return errno;
        const ssize_t received = recv(socket.get(), block.data(), block.size(), 0);
        if (received <= 0) return received < 0 ? errno : 0;
        talked = true;
      }
    };
    int client_error = 0;
    std::thread client([&] { client_error = talk_until_reset(pair.client); });
    int server_error = 0;
    std::thread server([&] { server_error = talk_until_reset(pair.server); });
    EXPECT_TRUE(comes_true([&] { return talked.load(); }));
    EXPECT_EQ(reset("n1", "n2"), 1U);
    client.join();
    server.join();
    // A writer that learns of it first hears of a broken pipe.
    EXPECT_TRUE(client_error == ECONNRESET || client_error == EPIPE) << client_error;
    EXPECT_TRUE(server_error == ECONNRESET || server_error == EPIPE) << server_error;
  }
}

TEST_F(ResetConnections, ReachesEndsWhoseLinksAreCutOrHeld) {
  for (const LinkState& state : {LinkState{.cut = true}, LinkState{.held = true}}) {
    const TcpPair pair(*network_, "n1", "n2");
    ASSERT_TRUE(network_->set_link("n1", "n2", state));
    ASSERT_TRUE(network_->set_link("n2", "n1", state));
    send_text(pair.client, "this does not arrive");
    ASSERT_TRUE(comes_true([&] {
      const LinkCounters counted = network_->counters("n1", "n2");
      return counted.cut + counted.waiting > 0;
    }));
    EXPECT_EQ(reset("n1", "n2"), 1U);
    EXPECT_EQ(error_of(pair.client), ECONNRESET);
    EXPECT_EQ(error_of(pair.server), ECONNRESET);
    network_->heal_all_links();
  }
  expect_works("n1", "n2");
}

TEST_F(ResetConnections, RefusesAClientThatStillAwaitsTheAnswer) {
  const FileDescriptor listening = listener(*network_, "n2");
  ASSERT_TRUE(network_->set_link("n2", "n1", {.cut = true}));
  const FileDescriptor client = open_socket(*network_, "n1", SOCK_STREAM);
  ASSERT_EQ(fcntl(client.get(), F_SETFL, O_NONBLOCK), 0);
  const sockaddr_in name = name_of_socket(listening);
  ASSERT_EQ(connect(client.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name), -1);
  ASSERT_EQ(errno, EINPROGRESS);
  ASSERT_TRUE(comes_true([&] { return network_->counters("n2", "n1").cut > 0; }));
  EXPECT_EQ(reset("n1", "n2"), 1U);
  EXPECT_EQ(error_of(client), ECONNREFUSED);
}

TEST_F(ResetConnections, RefusesEndpointsThatDoNotExist) {
  EXPECT_EQ(network_->reset_connections("n1", "n9").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(network_->reset_connections("n1", "n1").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(reset("n1", "n3"), 0U);
  EXPECT_EQ(make_loopback_network({"n1", "n2"})->reset_connections("n1", "n2").error().code,
            ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace quorate
