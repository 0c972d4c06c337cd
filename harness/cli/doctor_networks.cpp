#include <cstring>
#include <functional>
#include <memory>

#include <arpa/inet.h>
#include <errno.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/result.h"
#include "harness/cli/doctor_checks.h"
#include "nemesis/packet/packet_network.h"
#include "nemesis/packet/tun_device.h"
#include "nemesis/packet/user_namespace.h"

namespace quorate {
namespace {

constexpr timeval kPatience{.tv_sec = 2, .tv_usec = 0};

using Trial = std::function<Result<std::string>()>;

// Runs the trial in a child process, which may change its namespaces and is gone afterwards.
Result<std::string> in_a_child(const Trial& trial) {
  int ends[2];
  if (pipe(ends) != 0) return io_error("pipe", errno);
  FileDescriptor reading(ends[0]);
  FileDescriptor writing(ends[1]);
  const pid_t child = fork();
  if (child < 0) return io_error("fork", errno);
  if (child == 0) {
    const Result<std::string> result = trial();
    const std::string& text = result ? *result : result.error().context;
    const ssize_t written = write(writing.get(), text.data(), text.size());
    _exit(result && written >= 0 ? 0 : 1);
  }
  writing = FileDescriptor();
  std::string text(4096, '\0');
  const ssize_t size = read(reading.get(), text.data(), text.size());
  text.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return text;
  if (text.empty()) text = "the process that tried it died";
  return Error{ErrorCode::kUnsupported, text};
}

sockaddr_in ipv4(const SocketAddress& address) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(address.port);
  inet_pton(AF_INET, address.host.c_str(), &name.sin_addr);
  return name;
}

FileDescriptor tcp_socket(const Network& network, std::string_view endpoint) {
  const ScopedNamespace inside(network.namespace_fd(endpoint));
  FileDescriptor made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  setsockopt(made.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  setsockopt(made.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
  return made;
}

// Opens a connection from "a" to "b" and sends a byte over it.
Result<void> carry_a_byte(Network* network) {
  const FileDescriptor listening = tcp_socket(*network, "b");
  sockaddr_in name = ipv4({.host = network->address("b"), .port = 0});
  socklen_t size = sizeof name;
  auto* const any = reinterpret_cast<sockaddr*>(&name);
  if (bind(listening.get(), any, size) != 0 || listen(listening.get(), 1) != 0 ||
      getsockname(listening.get(), any, &size) != 0) {
    return io_error("listen", errno);
  }
  const Result<SocketAddress> route = network->route("a", "b", ntohs(name.sin_port));
  if (!route) return route.error();
  const FileDescriptor caller = tcp_socket(*network, "a");
  name = ipv4(*route);
  if (connect(caller.get(), any, size) != 0) return io_error("connect", errno);
  const FileDescriptor called(accept4(listening.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!called) return io_error("accept", errno);
  setsockopt(called.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  char byte = 'q';
  if (send(caller.get(), &byte, 1, MSG_NOSIGNAL) != 1) return io_error("send", errno);
  if (recv(called.get(), &byte, 1, 0) != 1) return io_error("receive", errno);
  return {};
}

Result<std::string> try_packet_network(DeviceKind kind) {
  if (auto gained = gain_namespaces(); !gained) return gained.error();
  Result<std::unique_ptr<PacketNetwork>> network = PacketNetwork::create({"a", "b"}, 0, kind);
  if (!network) return network.error();
  if (auto carried = carry_a_byte(network->get()); !carried) return carried.error();
  return (*network)->about();
}

Result<std::string> try_proxy_network() {
  Result<std::unique_ptr<Network>> network = make_proxy_network({"a", "b"});
  if (!network) return network.error();
  if (auto carried = carry_a_byte(network->get()); !carried) return carried.error();
  return (*network)->about();
}

DoctorCheck check_of(std::string name, const Result<std::string>& result, std::string change = {}) {
  return {.name = std::move(name),
          .ok = result.has_value(),
          .text = result ? *result : result.error().context,
          .change = result ? std::string() : std::move(change)};
}

Result<std::string> namespaces() {
  if (may_make_namespaces()) return std::string("as this user (it has the rights of root)");
  if (auto possible = can_enter_user_namespace(); !possible) return possible.error();
  return std::string("in an unprivileged user namespace");
}

Result<std::string> tun() {
  if (auto possible = can_open_tun(); !possible) return possible.error();
  return std::string("/dev/net/tun may be opened");
}

}  // namespace

std::vector<DoctorCheck> check_networks() {
  return {
      check_of("namespaces", namespaces()),
      check_of("tun", tun()),
      check_of("veth", in_a_child([] { return try_packet_network(DeviceKind::kVeth); })),
      check_of("packet", in_a_child([] { return try_packet_network(DeviceKind::kAuto); }),
               "namespaces, and tun or veth"),
      check_of("proxy", in_a_child(try_proxy_network), "a loopback interface that is up"),
  };
}

}  // namespace quorate
