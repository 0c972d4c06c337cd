// Real sockets for the tests of the packet network: they throw nothing, wait with deadlines, and
// close themselves.
#pragma once

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "nemesis/network.h"

namespace quorate::traffic {

inline sockaddr_in ipv4(const std::string& address, std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  QUORATE_CHECK(inet_pton(AF_INET, address.c_str(), &name.sin_addr) == 1);
  return name;
}

inline FileDescriptor open_socket(const Network& network, std::string_view endpoint, int type) {
  const ScopedNamespace inside(network.namespace_fd(endpoint));
  FileDescriptor made(socket(AF_INET, type | SOCK_CLOEXEC, 0));
  QUORATE_CHECK(static_cast<bool>(made), "socket: {}", std::strerror(errno));
  return made;
}

inline FileDescriptor bound_socket(const Network& network, std::string_view endpoint, int type) {
  FileDescriptor made = open_socket(network, endpoint, type);
  const sockaddr_in name = ipv4(network.address(endpoint), 0);
  QUORATE_CHECK(bind(made.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0,
                "bind: {}", std::strerror(errno));
  return made;
}

inline sockaddr_in name_of_socket(const FileDescriptor& bound) {
  sockaddr_in name{};
  socklen_t size = sizeof name;
  QUORATE_CHECK(getsockname(bound.get(), reinterpret_cast<sockaddr*>(&name), &size) == 0);
  return name;
}

inline FileDescriptor listener(const Network& network, std::string_view endpoint) {
  FileDescriptor made = bound_socket(network, endpoint, SOCK_STREAM);
  QUORATE_CHECK(listen(made.get(), 128) == 0);
  return made;
}

// A connected TCP socket, without delays of its own.
inline FileDescriptor connect_to(const Network& network, std::string_view endpoint,
                                 const FileDescriptor& listening) {
  FileDescriptor made = open_socket(network, endpoint, SOCK_STREAM);
  const sockaddr_in name = name_of_socket(listening);
  QUORATE_CHECK(connect(made.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0,
                "connect: {}", std::strerror(errno));
  const int on = 1;
  QUORATE_CHECK(setsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
  return made;
}

inline FileDescriptor accept_from(const FileDescriptor& listening) {
  FileDescriptor made(accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
  QUORATE_CHECK(static_cast<bool>(made), "accept: {}", std::strerror(errno));
  const int on = 1;
  QUORATE_CHECK(setsockopt(made.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
  return made;
}

inline bool readable_within(const FileDescriptor& socket, int timeout_ms) {
  pollfd wanted{socket.get(), POLLIN, 0};
  return poll(&wanted, 1, timeout_ms) == 1;
}

inline void send_text(const FileDescriptor& socket, std::string_view text) {
  QUORATE_CHECK(send(socket.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(text.size()));
}

// What comes within the time; empty if nothing does.
inline std::string receive_text(const FileDescriptor& socket, int timeout_ms) {
  if (!readable_within(socket, timeout_ms)) return "";
  std::string text(65536, '\0');
  const ssize_t size = recv(socket.get(), text.data(), text.size(), 0);
  text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  return text;
}

// A UDP socket a side, each with a fixed peer: datagrams show one direction at a time.
struct UdpPair {
  UdpPair(const Network& network, std::string_view left_end, std::string_view right_end)
      : left(bound_socket(network, left_end, SOCK_DGRAM)),
        right(bound_socket(network, right_end, SOCK_DGRAM)) {
    connect_udp(left, right);
    connect_udp(right, left);
  }
  static void connect_udp(const FileDescriptor& from, const FileDescriptor& to) {
    const sockaddr_in name = name_of_socket(to);
    QUORATE_CHECK(connect(from.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0);
  }
  FileDescriptor left;
  FileDescriptor right;
};

struct TcpPair {
  TcpPair(const Network& network, std::string_view client_end, std::string_view server_end)
      : listening(listener(network, server_end)),
        client(connect_to(network, client_end, listening)),
        server(accept_from(listening)) {}
  FileDescriptor listening;
  FileDescriptor client;
  FileDescriptor server;
};

}  // namespace quorate::traffic
