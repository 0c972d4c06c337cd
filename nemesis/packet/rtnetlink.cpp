#include "nemesis/packet/rtnetlink.h"

#include <array>
#include <memory>

#include <errno.h>
#include <fmt/core.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

namespace quorate {
namespace {

struct CloseNetlink {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};

}  // namespace

Result<void> change_link(std::string_view doing, std::uint16_t flags,
                         const std::function<void(nlmsghdr*)>& fill) {
  const std::unique_ptr<mnl_socket, CloseNetlink> socket(
      mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC));
  if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    return io_error("netlink socket", errno);
  }
  alignas(nlmsghdr) std::array<char, 8192> buffer{};
  nlmsghdr* message = mnl_nlmsg_put_header(buffer.data());
  message->nlmsg_type = RTM_NEWLINK;
  message->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
  mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg));
  fill(message);
  if (mnl_socket_sendto(socket.get(), message, message->nlmsg_len) < 0) {
    return io_error(doing, errno);
  }
  const ssize_t size = mnl_socket_recvfrom(socket.get(), buffer.data(), buffer.size());
  if (size < 0) return io_error(doing, errno);
  const unsigned port = mnl_socket_get_portid(socket.get());
  if (mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), 0, port, nullptr, nullptr) >= 0) {
    return {};
  }
  if (errno != EOPNOTSUPP) return io_error(doing, errno);
  return Error{ErrorCode::kUnsupported,
               fmt::format("{}: the kernel has no such device (modprobe, as root)", doing)};
}

}  // namespace quorate
