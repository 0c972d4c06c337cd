// Bytes that no client should send: an error reply or a closed connection, and the node goes on.
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/random.h"
#include "node/server/test/node_process.h"

namespace quorate::node {
namespace {

enum class Ending { kError, kClosed, kSilence };

// Sends all of `bytes` and nothing more, and says how the node took it.
Ending feed(int port, std::string_view bytes) {
  const RespClient client(port);
  const int fd = client.descriptor();
  std::string_view rest = bytes;
  while (!rest.empty()) {
    const ssize_t sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent <= 0) return Ending::kClosed;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(fd, SHUT_WR);
  std::string got;
  char buffer[4096];
  pollfd readable{fd, POLLIN, 0};
  while (::poll(&readable, 1, 5000) > 0) {
    const ssize_t size = ::recv(fd, buffer, sizeof buffer, 0);
    if (size <= 0) return got.find("-ERR") == std::string::npos ? Ending::kClosed : Ending::kError;
    got.append(buffer, static_cast<std::size_t>(size));
  }
  return Ending::kSilence;
}

class MalformedInput : public ::testing::Test {
 protected:
  MalformedInput() : node_("n1", folder_.path(), {"--peers", "n1=127.0.0.1:0"}) {
    EXPECT_NE(node_.await_ready(), 0) << node_.log();
  }
  void expect_alive() {
    RespClient client(node_.port());
    EXPECT_EQ(client.ask({"PING"}).text, "PONG") << node_.log();
    EXPECT_EQ(client.ask({"SET", "alive", "yes"}).text, "OK");
  }
  const TemporaryFolder folder_;
  NodeProcess node_;
};

TEST_F(MalformedInput, GetsAnErrorOrTheDoor) {
  const std::vector<std::string> corpus{
      "PING\r\n",
      "\r\n",
      "*\r\n",
      "*0\r\n",
      "*-1\r\n",
      "*1\r\n$-1\r\n",
      "*1\r\n+PING\r\n",
      "*99999999999999999999\r\n",
      "*33\r\n",
      "*1\r\n$99999999999\r\n",
      "*1\r\n$2097153\r\n",
      "*01\r\n$4\r\nPING\r\n",
      "*1\n$4\nPING\n",
      "*1\r\n$4\r\nPINGxx",
      "*1\r\n$4\r\nPI\r\n",
      "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
      std::string("\0\0\0\0", 4),
      std::string(100000, '*'),
      std::string(100000, '1'),
      "*1\r\n$" + std::string(100000, '0') + "4\r\nPING\r\n",
      "*2\r\n$12\r\nREPLICA.READ\r\n$1\r\n1\r\n",
      "*3\r\n$12\r\nREPLICA.READ\r\n$1\r\nx\r\n$1\r\nk\r\n",
      "*4\r\n$12\r\nREPLICA.READ\r\n$1\r\n1\r\n$1\r\nx\r\n$1\r\nk\r\n",
      "*4\r\n$12\r\nREPLICA.TREE\r\n$1\r\n1\r\n$18\r\n1-000000000000000x\r\n$1\r\nk\r\n",
      "*4\r\n$14\r\nREPLICA.GOSSIP\r\n$1\r\n1\r\n$18\r\n1-0000000000000000\r\n$1\r\nk\r\n",
      "*6\r\n$13\r\nREPLICA.WRITE\r\n$1\r\n1\r\n$1\r\nk\r\n$1\r\n7\r\n$1\r\n2\r\n$1\r\nv\r\n",
      "*4\r\n$13\r\nREPLICA.HELLO\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n",
      "*5\r\n$13\r\nREPLICA.HELLO\r\n$1\r\na\r\n$1\r\nb\r\n$1\r\nc\r\n$1\r\nd\r\n",
      "*3\r\n$5\r\nCLOCK\r\n$1\r\nx\r\n$1\r\ny\r\n",
      "*2\r\n$5\r\nPEERS\r\n$1\r\n,\r\n",
      "*1\r\n$0\r\n\r\n"};
  for (const std::string& bytes : corpus) {
    EXPECT_NE(feed(node_.port(), bytes), Ending::kSilence) << bytes.substr(0, 60);
  }
  EXPECT_EQ(feed(node_.port(), "*1\r\n$-1\r\n"), Ending::kError);
  expect_alive();
}

TEST_F(MalformedInput, MayEndInTheMiddleOfAnything) {
  const std::string whole = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nvalue\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_NE(feed(node_.port(), whole.substr(0, size)), Ending::kSilence) << size;
  }
  expect_alive();
}

TEST_F(MalformedInput, MayBeAnyBytes) {
  RandomStream random(2026, "malformed-input");
  const std::string alphabet = "*$+-:\r\n0123456789SETGETREPLICA.WRITE \0\xff";
  for (int round = 0; round < 200; ++round) {
    std::string bytes = random.chance(0.5) ? "*3\r\n$3\r\nSET\r\n" : "";
    for (std::uint64_t size = random.below(300); size > 0; --size) {
      bytes += random.chance(0.3) ? static_cast<char>(random.below(256))
                                  : alphabet[random.below(alphabet.size())];
    }
    ASSERT_NE(feed(node_.port(), bytes), Ending::kSilence) << "round " << round;
  }
  expect_alive();
}

TEST_F(MalformedInput, DoesNotTouchRequestsBeforeIt) {
  RespClient client(node_.port());
  const std::string bytes = "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$1\r\nv\r\n*1\r\n$-1\r\n";
  ASSERT_EQ(::send(client.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
  EXPECT_EQ(client.read_answer().text, "OK");
  EXPECT_TRUE(client.read_answer().is_error("ERR"));
  EXPECT_EQ(client.read_answer().type, 0) << "the connection stayed open";
}

TEST_F(MalformedInput, FromAClientThatReadsNothingClosesItsConnectionOnly) {
  {
    RespClient setter(node_.port());
    EXPECT_EQ(setter.ask({"SET", "large", std::string(1U << 20U, 'v')}).text, "OK");
  }
  const RespClient greedy(node_.port());
  const std::string get = "*2\r\n$3\r\nGET\r\n$5\r\nlarge\r\n";
  std::string many;
  for (int i = 0; i < 500; ++i) many += get;
  EXPECT_GT(::send(greedy.descriptor(), many.data(), many.size(), MSG_NOSIGNAL), 0);
  expect_alive();
}

}  // namespace
}  // namespace quorate::node
