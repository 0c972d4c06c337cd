#include "nemesis/packet/packet_switch.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <system_error>
#include <utility>

#include <errno.h>
#include <fmt/core.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/check.h"

namespace quorate {
namespace {

constexpr std::array<unsigned char, 3> kSubnet{10, 77, 0};
constexpr std::size_t kMostPacketBytes = 65536 + 64;
constexpr int kBatch = 64;  // packets from one device before the others get their turn
constexpr std::uint64_t kStopTag = ~std::uint64_t{0};

// The port that an IPv4 packet is addressed to; nothing for all else (other protocols, broadcasts,
// strangers).
std::optional<std::size_t> destination_port(std::span<const std::byte> packet, std::size_t ports) {
  constexpr std::size_t kHeaderBytes = 20;
  constexpr std::size_t kDestinationAt = 16;
  if (packet.size() < kHeaderBytes || std::to_integer<int>(packet[0] >> 4) != 4) return {};
  if (std::memcmp(&packet[kDestinationAt], kSubnet.data(), kSubnet.size()) != 0) return {};
  const std::size_t host = std::to_integer<std::size_t>(packet[kDestinationAt + 3]);
  if (host == 0 || host > ports) return {};
  return host - 1;
}

void count(std::atomic<std::uint64_t>* counter) {
  counter->fetch_add(1, std::memory_order_relaxed);
}

Result<void> watch(int epoll, int fd, std::uint64_t tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0) return {};
  return io_error("epoll_ctl", errno);
}

// False where the device cannot take it now.
bool write_packet(const PacketDevice& device, std::span<const std::byte> packet) {
  // writev reads what it is given, though its type does not say so.
  auto* const header = const_cast<std::byte*>(device.header.data());
  auto* const body = const_cast<std::byte*>(packet.data());
  const std::array<iovec, 2> parts{iovec{header, device.header.size()}, iovec{body, packet.size()}};
  const std::size_t whole = device.header.size() + packet.size();
  return writev(device.fd.get(), parts.data(), 2) == static_cast<ssize_t>(whole);
}

// Signals are for the threads that expect them: a new thread inherits the mask that is set here.
class AllSignalsBlocked {
 public:
  AllSignalsBlocked() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &previous_);
  }
  ~AllSignalsBlocked() { pthread_sigmask(SIG_SETMASK, &previous_, nullptr); }
  AllSignalsBlocked(const AllSignalsBlocked&) = delete;
  AllSignalsBlocked& operator=(const AllSignalsBlocked&) = delete;

 private:
  sigset_t previous_{};
};

}  // namespace

std::string PacketSwitch::address_of_port(std::size_t port) {
  QUORATE_CHECK(port < kMostPorts);
  return fmt::format("{}.{}.{}.{}", kSubnet[0], kSubnet[1], kSubnet[2], port + 1);
}

Result<std::unique_ptr<PacketSwitch>> PacketSwitch::start(
    const std::vector<PacketDevice>* devices) {
  QUORATE_CHECK(devices->size() <= kMostPorts);
  FileDescriptor epoll(epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return io_error("epoll_create1", errno);
  FileDescriptor stop(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!stop) return io_error("eventfd", errno);
  Result<void> watched = watch(epoll.get(), stop.get(), kStopTag);
  if (!watched) return watched.error();
  for (std::size_t port = 0; port < devices->size(); ++port) {
    watched = watch(epoll.get(), (*devices)[port].fd.get(), port);
    if (!watched) return watched.error();
  }
  std::unique_ptr<PacketSwitch> made(new PacketSwitch(devices, std::move(epoll), std::move(stop)));
  try {
    const AllSignalsBlocked blocked;
    made->thread_ = std::thread([running = made.get()] { running->run(); });
  } catch (const std::system_error& e) {
    return Error{ErrorCode::kLimit, fmt::format("cannot start a thread: {}", e.what())};
  }
  return made;
}

PacketSwitch::PacketSwitch(const std::vector<PacketDevice>* devices, FileDescriptor epoll,
                           FileDescriptor stop)
    : devices_(*devices),
      ports_(devices_.size()),
      links_(std::make_unique<Link[]>(ports_ * ports_)),
      epoll_(std::move(epoll)),
      stop_(std::move(stop)),
      buffer_(kMostPacketBytes) {}

PacketSwitch::~PacketSwitch() {
  if (!thread_.joinable()) return;
  const std::uint64_t one = 1;
  QUORATE_CHECK(write(stop_.get(), &one, sizeof one) == sizeof one);
  thread_.join();
}

void PacketSwitch::set_link(std::size_t from, std::size_t to, const LinkState& state) {
  QUORATE_CHECK(from < ports_ && to < ports_ && from != to, "{} {}", from, to);
  link(from, to).cut.store(state.cut);
}

void PacketSwitch::heal_all_links() {
  for (std::size_t i = 0; i < ports_ * ports_; ++i) links_[i].cut.store(false);
}

LinkCounters PacketSwitch::counters(std::size_t from, std::size_t to) const {
  QUORATE_CHECK(from < ports_ && to < ports_, "{} {}", from, to);
  const Link& counted = link(from, to);
  return {.forwarded = counted.forwarded.load(std::memory_order_relaxed),
          .cut = counted.dropped_by_cut.load(std::memory_order_relaxed),
          .refused = counted.refused.load(std::memory_order_relaxed)};
}

void PacketSwitch::run() {
  pthread_setname_np(pthread_self(), "packet-switch");
  std::array<epoll_event, 64> events{};
  for (;;) {
    const int ready = epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1);
    QUORATE_CHECK(ready >= 0 || errno == EINTR, "epoll_wait: {}", std::strerror(errno));
    for (int i = 0; i < ready; ++i) {
      const std::uint64_t tag = events[static_cast<std::size_t>(i)].data.u64;
      if (tag == kStopTag) return;
      drain(tag);
    }
  }
}

void PacketSwitch::drain(std::size_t port) {
  const int device = devices_[port].fd.get();
  const std::size_t header_bytes = devices_[port].header.size();
  for (int taken = 0; taken < kBatch; ++taken) {
    const ssize_t size = read(device, buffer_.data(), buffer_.size());
    if (size > 0) {
      const std::span<const std::byte> frame(buffer_.data(), static_cast<std::size_t>(size));
      if (frame.size() > header_bytes) forward(port, frame.subspan(header_bytes));
      continue;
    }
    const bool alive = size < 0 && (errno == EAGAIN || errno == EINTR);
    // Someone took the device down: from now on it would wake us for ever and never give a packet.
    if (!alive) epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, device, nullptr);
    return;
  }
}

void PacketSwitch::forward(std::size_t from, std::span<const std::byte> packet) {
  const std::optional<std::size_t> to = destination_port(packet, ports_);
  if (!to) return;
  Link& taken = link(from, *to);
  if (taken.cut.load()) return count(&taken.dropped_by_cut);
  // A device that cannot take a packet loses it, as a network would; TCP sends it again.
  count(write_packet(devices_[*to], packet) ? &taken.forwarded : &taken.refused);
}

}  // namespace quorate
