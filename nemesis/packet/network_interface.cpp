#include "nemesis/packet/network_interface.h"

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>
#include <errno.h>
#include <fmt/core.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/check.h"
#include "base/file.h"
#include "nemesis/packet/net_namespace.h"
#include "nemesis/packet/rtnetlink.h"

namespace quorate {
namespace {

ifreq request_for(std::string_view device) {
  ifreq request{};
  QUORATE_CHECK(device.size() < IFNAMSIZ);
  std::copy(device.begin(), device.end(), request.ifr_name);
  return request;
}

sockaddr to_sockaddr(const std::string& address) {
  sockaddr_in ipv4{};
  ipv4.sin_family = AF_INET;
  QUORATE_CHECK(inet_pton(AF_INET, address.c_str(), &ipv4.sin_addr) == 1, "{}", address);
  sockaddr plain{};
  static_assert(sizeof plain == sizeof ipv4);
  std::memcpy(&plain, &ipv4, sizeof plain);
  return plain;
}

Result<void> control(int fd, unsigned long what, ifreq* request, std::string_view doing) {
  if (ioctl(fd, what, request) == 0) return {};
  return io_error(fmt::format("{} of {}", doing, static_cast<const char*>(request->ifr_name)),
                  errno);
}

Result<void> bring_up(int socket_fd, std::string_view device, bool arp) {
  ifreq request = request_for(device);
  if (Result<void> done = control(socket_fd, SIOCGIFFLAGS, &request, "read flags"); !done) {
    return done;
  }
  const int flags = request.ifr_flags | IFF_UP | (arp ? 0 : IFF_NOARP);
  request.ifr_flags = static_cast<short>(flags);
  return control(socket_fd, SIOCSIFFLAGS, &request, "bring up");
}

Result<void> set_address(int socket_fd, ifreq* request, const InterfaceSettings& settings) {
  request->ifr_addr = to_sockaddr(settings.address);
  if (auto done = control(socket_fd, SIOCSIFADDR, request, "set address"); !done) return done;
  request->ifr_netmask = to_sockaddr(settings.netmask);
  return control(socket_fd, SIOCSIFNETMASK, request, "set netmask");
}

Result<FileDescriptor> any_socket() {
  FileDescriptor made(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!made) return io_error("socket", errno);
  return made;
}

}  // namespace

Result<void> prepare_namespace() {
  set_namespace_option("ipv6/conf/all/disable_ipv6", "1");
  set_namespace_option("ipv6/conf/default/disable_ipv6", "1");
  const Result<FileDescriptor> socket = any_socket();
  if (!socket) return socket.error();
  return bring_up(socket->get(), "lo", true);
}

Result<void> configure_interface(std::string_view name, const InterfaceSettings& settings) {
  const Result<FileDescriptor> socket = any_socket();
  if (!socket) return socket.error();
  ifreq request = request_for(name);
  request.ifr_mtu = settings.mtu;
  Result<void> done = control(socket->get(), SIOCSIFMTU, &request, "set mtu");
  if (!done) return done;
  // Not by ioctl, which the kernel keeps to the machine's own root.
  done = change_link("set queue length", 0, [&](nlmsghdr* message) {
    mnl_attr_put_strz(message, IFLA_IFNAME, std::string(name).c_str());
    mnl_attr_put_u32(message, IFLA_TXQLEN, static_cast<std::uint32_t>(settings.queue_packets));
  });
  if (!done) return done;
  // Before the address, so that no neighbour is ever asked for.
  done = bring_up(socket->get(), name, settings.arp);
  if (!done || settings.address.empty()) return done;
  return set_address(socket->get(), &request, settings);
}

}  // namespace quorate
