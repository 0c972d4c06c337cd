#include "nemesis/packet/packet_switch.h"

#include <array>
#include <cstring>
#include <future>
#include <span>
#include <system_error>
#include <utility>

#include <errno.h>
#include <fmt/core.h>
#include <pthread.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/check.h"

namespace quorate {
namespace {

constexpr std::size_t kMostPacketBytes = 65536 + 64;  // with a device's header
constexpr int kBatch = 64;  // packets from one device before the others get their turn
// Tags of epoll; all others are ports.
constexpr std::uint64_t kWakeTag = ~std::uint64_t{0};
constexpr std::uint64_t kTimerTag = kWakeTag - 1;

Result<void> watch_fd(int epoll, int fd, std::uint64_t tag) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = tag;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0) return {};
  return io_error("epoll_ctl", errno);
}

// Makes an eventfd or a timerfd quiet again.
void clear(int fd) {
  std::uint64_t times = 0;
  QUORATE_CHECK(read(fd, &times, sizeof times) > 0 || errno == EAGAIN, "read: {}",
                std::strerror(errno));
}

// The kernel's struct sched_attr, first version; its own header clashes with the C library's.
struct SchedulingWish {
  std::uint32_t size = sizeof(SchedulingWish);
  std::uint32_t policy = 0;  // SCHED_OTHER
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime_ns = 0;  // the slice that is wished for: kernels before 6.12 ignore it
  std::uint64_t deadline_ns = 0;
  std::uint64_t period_ns = 0;
};
static_assert(sizeof(SchedulingWish) == 48);

// A network does not slow down when the machines on it are busy, but a thread among many does. So
// the switch asks for short turns, which come soon: measured among busy processes, a request over
// one connection took half as long. Where the kernel refuses, packets are later, and that is all.
void ask_for_short_turns() {
  const SchedulingWish wish{.nice = getpriority(PRIO_PROCESS, 0), .runtime_ns = 100'000};
  syscall(SYS_sched_setattr, 0, &wish, 0);
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
  const Ipv4Address address = PacketLinks::address_of_port(port);
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 0xff, address >> 8 & 0xff,
                     address & 0xff);
}

Result<PacketSwitch::Files> PacketSwitch::open_files(const std::vector<PacketDevice>& devices) {
  Files files;
  files.epoll = FileDescriptor(epoll_create1(EPOLL_CLOEXEC));
  if (!files.epoll) return io_error("epoll_create1", errno);
  files.wake = FileDescriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!files.wake) return io_error("eventfd", errno);
  // The clock of monotonic_now(). Unlike the timeout of epoll_wait, it is exact to microseconds.
  files.timer = FileDescriptor(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK));
  if (!files.timer) return io_error("timerfd_create", errno);
  Result<void> watched = watch_fd(files.epoll.get(), files.wake.get(), kWakeTag);
  if (!watched) return watched.error();
  watched = watch_fd(files.epoll.get(), files.timer.get(), kTimerTag);
  if (!watched) return watched.error();
  for (std::size_t port = 0; port < devices.size(); ++port) {
    watched = watch_fd(files.epoll.get(), devices[port].fd.get(), port);
    if (!watched) return watched.error();
  }
  return files;
}

Result<std::unique_ptr<PacketSwitch>> PacketSwitch::start(const std::vector<PacketDevice>* devices,
                                                          std::uint64_t seed) {
  QUORATE_CHECK(devices->size() <= kMostPorts);
  Result<Files> files = open_files(*devices);
  if (!files) return files.error();
  std::unique_ptr<PacketSwitch> made(new PacketSwitch(devices, seed, std::move(files.value())));
  try {
    const AllSignalsBlocked blocked;
    made->thread_ = std::thread([running = made.get()] { running->run(); });
  } catch (const std::system_error& e) {
    return Error{ErrorCode::kLimit, fmt::format("cannot start a thread: {}", e.what())};
  }
  return made;
}

PacketSwitch::PacketSwitch(const std::vector<PacketDevice>* devices, std::uint64_t seed,
                           Files files)
    : devices_(*devices),
      files_(std::move(files)),
      links_(devices, seed),
      buffer_(kMostPacketBytes) {}

PacketSwitch::~PacketSwitch() {
  if (!thread_.joinable()) return;
  post([this] { stopping_ = true; });
  thread_.join();
}

void PacketSwitch::check_link(std::size_t from, std::size_t to) const {
  QUORATE_CHECK(from < devices_.size() && to < devices_.size() && from != to, "{} {}", from, to);
}

void PacketSwitch::set_link(std::size_t from, std::size_t to, const LinkState& state) {
  check_link(from, to);
  post([this, from, to, state] { links_.set_link(from, to, state); });
}

void PacketSwitch::heal_all_links() {
  post([this] { links_.heal_all_links(); });
}

std::size_t PacketSwitch::reset_connections(std::size_t a, std::size_t b) {
  check_link(a, b);
  // The command owns it too: it may still be at work in there when the value is here already.
  const auto reset = std::make_shared<std::promise<std::size_t>>();
  post([=, this] { reset->set_value(links_.reset_connections(a, b)); });
  return reset->get_future().get();
}

void PacketSwitch::capture(std::size_t a, std::size_t b, std::unique_ptr<PcapFile> file) {
  check_link(a, b);
  const auto begun = std::make_shared<std::promise<void>>();
  post([&file, a, b, begun, this] {
    links_.capture(a, b, std::move(file));
    begun->set_value();
  });
  begun->get_future().get();
}

void PacketSwitch::watch(PacketWatcher* watcher) {
  const auto begun = std::make_shared<std::promise<void>>();
  post([watcher, begun, this] {
    links_.watch(watcher);
    begun->set_value();
  });
  begun->get_future().get();
}

void PacketSwitch::thaw() {
  post([this] { links_.thaw(); });
}

LinkCounters PacketSwitch::counters(std::size_t from, std::size_t to) const {
  QUORATE_CHECK(from < devices_.size() && to < devices_.size(), "{} {}", from, to);
  return links_.counters(from, to);
}

void PacketSwitch::post(Command command) {
  {
    const std::scoped_lock lock(mutex_);
    commands_.push_back(std::move(command));
    commands_wait_.store(true);
  }
  const std::uint64_t one = 1;
  QUORATE_CHECK(write(files_.wake.get(), &one, sizeof one) == sizeof one);
}

void PacketSwitch::run_commands() {
  std::vector<Command> commands;
  {
    const std::scoped_lock lock(mutex_);
    commands.swap(commands_);
    commands_wait_.store(false);
  }
  for (const Command& command : commands) command();
}

void PacketSwitch::run() {
  pthread_setname_np(pthread_self(), "packet-switch");
  ask_for_short_turns();
  std::array<epoll_event, 64> events{};
  while (!stopping_) {
    const int ready =
        epoll_wait(files_.epoll.get(), events.data(), static_cast<int>(events.size()), -1);
    QUORATE_CHECK(ready >= 0 || errno == EINTR, "epoll_wait: {}", std::strerror(errno));
    for (int i = 0; i < ready; ++i) {
      const std::uint64_t tag = events[static_cast<std::size_t>(i)].data.u64;
      if (tag != kWakeTag && tag != kTimerTag) {
        drain(tag);
        continue;
      }
      clear(tag == kWakeTag ? files_.wake.get() : files_.timer.get());
      if (tag == kTimerTag) armed_.reset();
    }
    if (commands_wait_.load()) run_commands();
    release_due();
    arm_timer();
  }
}

void PacketSwitch::drain(std::size_t port) {
  const int device = devices_[port].fd.get();
  const std::size_t header_bytes = devices_[port].header.size();
  for (int taken = 0; taken < kBatch; ++taken) {
    const ssize_t size = read(device, buffer_.data(), buffer_.size());
    if (size > 0) {
      // Between reading and forwarding: a command posted before the packet was sent is seen here.
      if (commands_wait_.load()) run_commands();
      const std::span<const std::byte> frame(buffer_.data(), static_cast<std::size_t>(size));
      if (frame.size() > header_bytes) links_.forward(port, frame.subspan(header_bytes));
      release_due();
      continue;
    }
    const bool alive = size < 0 && (errno == EAGAIN || errno == EINTR);
    // Someone took the device down: from now on it would wake us for ever and never give a packet.
    if (!alive) epoll_ctl(files_.epoll.get(), EPOLL_CTL_DEL, device, nullptr);
    return;
  }
}

void PacketSwitch::release_due() {
  if (links_.next_departure()) links_.release(monotonic_now());
}

void PacketSwitch::arm_timer() {
  const std::optional<Instant> next = links_.next_departure();
  if (next == armed_) return;
  constexpr std::int64_t kBillion = 1'000'000'000;
  // Zero would disarm it, and does where nothing waits.
  const std::int64_t when = next ? next->time_since_epoch().count() : 0;
  itimerspec setting{};
  setting.it_value = {.tv_sec = when / kBillion, .tv_nsec = when % kBillion};
  QUORATE_CHECK(timerfd_settime(files_.timer.get(), TFD_TIMER_ABSTIME, &setting, nullptr) == 0,
                "timerfd_settime: {}", std::strerror(errno));
  armed_ = next;
}

}  // namespace quorate
