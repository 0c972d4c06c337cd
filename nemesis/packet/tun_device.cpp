#include "nemesis/packet/tun_device.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/check.h"
#include "nemesis/network.h"
#include "nemesis/packet/net_namespace.h"

namespace quorate {
namespace {

constexpr std::string_view kDeviceName = "quorate0";

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

Result<void> bring_up(int socket_fd, std::string_view device) {
  ifreq request = request_for(device);
  if (Result<void> done = control(socket_fd, SIOCGIFFLAGS, &request, "read flags"); !done) {
    return done;
  }
  request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
  return control(socket_fd, SIOCSIFFLAGS, &request, "bring up");
}

Result<void> configure(int socket_fd, const TunSettings& settings) {
  ifreq request = request_for(kDeviceName);
  request.ifr_mtu = settings.mtu;
  Result<void> done = control(socket_fd, SIOCSIFMTU, &request, "set mtu");
  if (!done) return done;
  request.ifr_qlen = settings.queue_packets;
  done = control(socket_fd, SIOCSIFTXQLEN, &request, "set queue length");
  if (!done) return done;
  request.ifr_addr = to_sockaddr(settings.address);
  done = control(socket_fd, SIOCSIFADDR, &request, "set address");
  if (!done) return done;
  request.ifr_netmask = to_sockaddr(settings.netmask);
  done = control(socket_fd, SIOCSIFNETMASK, &request, "set netmask");
  if (!done) return done;
  done = bring_up(socket_fd, "lo");
  if (!done) return done;
  return bring_up(socket_fd, kDeviceName);
}

Result<FileDescriptor> open_device() {
  FileDescriptor device(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (!device) {
    return Error{ErrorCode::kUnsupported,
                 fmt::format("open /dev/net/tun: {}: make it available (modprobe tun; in a "
                             "container, pass the device in), or use --network none, which "
                             "cannot partition",
                             std::strerror(errno))};
  }
  ifreq request = request_for(kDeviceName);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  Result<void> made = control(device.get(), TUNSETIFF, &request, "make TUN device");
  if (!made) return made.error();
  return device;
}

}  // namespace

Result<FileDescriptor> open_tun_device(int namespace_fd, const TunSettings& settings) {
  const ScopedNamespace inside(namespace_fd);
  // The switch speaks IPv4 only; without this, IPv6 greets its neighbours on every new device.
  set_namespace_option("ipv6/conf/all/disable_ipv6", "1");
  set_namespace_option("ipv6/conf/default/disable_ipv6", "1");
  Result<FileDescriptor> device = open_device();
  if (!device) return device;
  const FileDescriptor any_socket(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!any_socket) return io_error("socket", errno);
  Result<void> configured = configure(any_socket.get(), settings);
  if (!configured) return configured.error();
  return device;
}

void leave_to_namespace(FileDescriptor device) {
  // If this fails, closing takes the device away at once: slower, and as good.
  ioctl(device.get(), TUNSETPERSIST, 1);
}

}  // namespace quorate
