#include "nemesis/packet/tun_device.h"

#include <algorithm>
#include <cstring>

#include <errno.h>
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>

#include "nemesis/network.h"
#include "nemesis/packet/network_interface.h"

namespace quorate {
namespace {

constexpr const char* kTunFile = "/dev/net/tun";

Result<FileDescriptor> open_tun() {
  FileDescriptor file(open(kTunFile, O_RDWR | O_NONBLOCK | O_CLOEXEC));
  if (file) return file;
  const int error = errno;
  return Error{ErrorCode::kUnsupported,
               fmt::format("open {}: {} ({})", kTunFile, std::strerror(error),
                           error == EACCES || error == EPERM
                               ? "chmod 0666 /dev/net/tun lets everybody open it"
                               : "modprobe tun; in a container, pass the device in")};
}

}  // namespace

Result<void> can_open_tun() {
  const Result<FileDescriptor> opened = open_tun();
  if (!opened) return opened.error();
  return {};
}

Result<PacketDevice> open_tun_device(int namespace_fd, const std::string& address) {
  const ScopedNamespace inside(namespace_fd);
  if (auto prepared = prepare_namespace(); !prepared) return prepared.error();
  Result<FileDescriptor> device = open_tun();
  if (!device) return device.error();
  ifreq request{};
  std::copy(kEndpointDevice.begin(), kEndpointDevice.end(), request.ifr_name);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(device->get(), TUNSETIFF, &request) != 0) return io_error("make TUN device", errno);
  // As large as IP allows: bulk data needs the fewest packets.
  const InterfaceSettings settings{.address = address, .mtu = 65535};
  if (auto done = configure_interface(kEndpointDevice, settings); !done) return done.error();
  return PacketDevice{.fd = std::move(device.value()), .header = {}};
}

void leave_to_namespace(PacketDevice device) {
  // If this fails, closing takes the device away at once: slower, and as good.
  ioctl(device.fd.get(), TUNSETPERSIST, 1);
}

}  // namespace quorate
