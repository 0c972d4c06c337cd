#include "nemesis/packet/veth_device.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <arpa/inet.h>
#include <errno.h>
#include <fmt/core.h>
#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <linux/veth.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/check.h"
#include "nemesis/network.h"
#include "nemesis/packet/network_interface.h"
#include "nemesis/packet/rtnetlink.h"

namespace quorate {
namespace {

using HardwareAddress = std::array<unsigned char, ETH_ALEN>;
// Small enough that many packets fit into a socket's receive buffer, whose limit counts the pages
// that they lie in.
constexpr int kMtu = 9000;
constexpr int kReceiveBufferBytes = 8 << 20;  // the machine's limit (net.core.rmem_max) holds

// Locally administered; side 0 is the hub's, 1 the endpoint's.
HardwareAddress hardware_address(std::size_t number, unsigned char side) {
  QUORATE_CHECK(number < 256);
  return {0x02, 'q', 'r', side, 0, static_cast<unsigned char>(number)};
}

// The attributes of the pair, as rtnetlink(7) and linux/veth.h have them.
void describe_pair(nlmsghdr* message, int endpoint_fd, std::size_t number,
                   const std::string& hub_name) {
  const HardwareAddress hub = hardware_address(number, 0);
  const HardwareAddress endpoint = hardware_address(number, 1);
  mnl_attr_put_strz(message, IFLA_IFNAME, hub_name.c_str());
  mnl_attr_put(message, IFLA_ADDRESS, hub.size(), hub.data());
  nlattr* info = mnl_attr_nest_start(message, IFLA_LINKINFO);
  mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
  nlattr* data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
  nlattr* peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
  mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg));
  mnl_attr_put_strz(message, IFLA_IFNAME, std::string(kEndpointDevice).c_str());
  mnl_attr_put(message, IFLA_ADDRESS, endpoint.size(), endpoint.data());
  mnl_attr_put_u32(message, IFLA_NET_NS_FD, static_cast<std::uint32_t>(endpoint_fd));
  mnl_attr_nest_end(message, peer);
  mnl_attr_nest_end(message, data);
  mnl_attr_nest_end(message, info);
}

// What leaves the interface is whole: the kernel would leave checksums to the next device, and the
// cutting of large segments too.
Result<void> turn_offloads_off(std::string_view name) {
  const FileDescriptor any(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!any) return io_error("socket", errno);
  for (const std::uint32_t what : {ETHTOOL_STXCSUM, ETHTOOL_STSO, ETHTOOL_SGSO}) {
    ethtool_value value{.cmd = what, .data = 0};
    ifreq request{};
    std::copy(name.begin(), name.end(), request.ifr_name);
    request.ifr_data = reinterpret_cast<char*>(&value);
    if (ioctl(any.get(), SIOCETHTOOL, &request) == 0) continue;
    if (what == ETHTOOL_STXCSUM) return io_error("turn checksum offload off", errno);
  }
  return {};
}

Result<void> configure_endpoint(int endpoint_fd, const std::string& address) {
  const ScopedNamespace inside(endpoint_fd);
  if (auto prepared = prepare_namespace(); !prepared) return prepared.error();
  if (auto done = turn_offloads_off(kEndpointDevice); !done) return done;
  return configure_interface(kEndpointDevice, {.address = address, .mtu = kMtu, .arp = false});
}

// Takes IPv4 only, and none of what it sends itself.
Result<FileDescriptor> open_packet_socket(const std::string& device) {
  FileDescriptor made(socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!made) {
    return Error{ErrorCode::kUnsupported, fmt::format("packet socket: {}", std::strerror(errno))};
  }
  setsockopt(made.get(), SOL_SOCKET, SO_RCVBUF, &kReceiveBufferBytes, sizeof kReceiveBufferBytes);
  sockaddr_ll place{};
  place.sll_family = AF_PACKET;
  place.sll_protocol = htons(ETH_P_IP);
  place.sll_ifindex = static_cast<int>(if_nametoindex(device.c_str()));
  if (bind(made.get(), reinterpret_cast<const sockaddr*>(&place), sizeof place) == 0) return made;
  return io_error(fmt::format("bind a packet socket to {}", device), errno);
}

std::vector<std::byte> frame_header(std::size_t number) {
  ether_header header{};
  const HardwareAddress to = hardware_address(number, 1);
  const HardwareAddress from = hardware_address(number, 0);
  std::copy(to.begin(), to.end(), header.ether_dhost);
  std::copy(from.begin(), from.end(), header.ether_shost);
  header.ether_type = htons(ETHERTYPE_IP);
  std::vector<std::byte> bytes(sizeof header);
  std::memcpy(bytes.data(), &header, sizeof header);
  return bytes;
}

}  // namespace

Result<PacketDevice> open_veth_device(int hub_fd, int endpoint_fd, std::size_t number,
                                      const std::string& address) {
  const std::string hub_name = fmt::format("q{}", number);
  const ScopedNamespace inside(hub_fd);
  const Result<void> made = change_link(
      "make a veth pair", NLM_F_CREATE | NLM_F_EXCL,
      [&](nlmsghdr* message) { describe_pair(message, endpoint_fd, number, hub_name); });
  if (!made) return made.error();
  if (auto done = configure_endpoint(endpoint_fd, address); !done) return done.error();
  const InterfaceSettings cable{.address = "", .mtu = kMtu, .arp = false};
  if (auto up = configure_interface(hub_name, cable); !up) return up.error();
  // A socket that is bound to an interface that is down would only tell of that.
  Result<FileDescriptor> socket = open_packet_socket(hub_name);
  if (!socket) return socket.error();
  return PacketDevice{.fd = std::move(socket.value()), .header = frame_header(number)};
}

}  // namespace quorate
