#include "harness/test/e2e/raw_client.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

namespace quorate::e2e {

RawClient::RawClient(std::uint16_t port) {
  FileDescriptor fd(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    socket_ = std::move(fd);
  }
}

bool RawClient::say(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t sent = send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::half_close() const { shutdown(socket_.get(), SHUT_WR); }

bool RawClient::hear_more(Instant deadline) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - monotonic_now());
  pollfd waiting{socket_.get(), POLLIN, 0};
  if (left.count() <= 0 || poll(&waiting, 1, static_cast<int>(left.count())) <= 0) return false;
  std::array<char, 65536> part{};
  const ssize_t got = recv(socket_.get(), part.data(), part.size(), 0);
  ended_ = got <= 0;
  if (got > 0) heard_.append(part.data(), static_cast<std::size_t>(got));
  return !ended_;
}

bool RawClient::hear(std::string_view text, Duration timeout) {
  const Instant deadline = monotonic_now() + timeout;
  while (heard_.find(text) == std::string::npos) {
    if (!hear_more(deadline)) return false;
  }
  return true;
}

bool RawClient::hear_end(Duration timeout) {
  const Instant deadline = monotonic_now() + timeout;
  while (hear_more(deadline)) {
  }
  return ended_;
}

HttpReply reply_in(const std::string& heard) {
  HttpReply reply;
  const std::size_t end = heard.find("\r\n\r\n");
  if (!heard.starts_with("HTTP/1.1 ") || end == std::string::npos) return reply;
  reply.status = std::atoi(heard.c_str() + 9);
  reply.head = heard.substr(0, end);
  reply.body = heard.substr(end + 4);
  return reply;
}

HttpReply ask(std::uint16_t port, const std::string& target, const std::string& method,
              const std::string& head) {
  RawClient client(port);
  client.say(method + " " + target + " HTTP/1.1\r\n" + head + "Connection: close\r\n\r\n");
  client.hear_end();
  return reply_in(client.heard());
}

}  // namespace quorate::e2e
