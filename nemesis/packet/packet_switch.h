// PacketSwitch: forwards IPv4 packets between devices, and can cut each directed link between two
// of them.
//
// One thread of its own, asleep while no packet comes, does all the forwarding, so that load on the
// harness's event loop and load on the network do not distort each other. All methods are
// thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "nemesis/network.h"
#include "nemesis/packet/packet_device.h"

namespace quorate {

class PacketSwitch {
 public:
  static constexpr std::size_t kMostPorts = 250;
  // The address that belongs to a port. REQUIRES: port < kMostPorts.
  static std::string address_of_port(std::size_t port);

  // Starts forwarding. Port i is (*devices)[i], which outlive the switch. REQUIRES: devices->size()
  // <= kMostPorts.
  static Result<std::unique_ptr<PacketSwitch>> start(const std::vector<PacketDevice>* devices);
  ~PacketSwitch();  // stops the thread; blocks until it has ended
  PacketSwitch(const PacketSwitch&) = delete;
  PacketSwitch& operator=(const PacketSwitch&) = delete;

  // Holds for every packet sent after the call returns; a packet already on its way may still slip
  // through.
  void set_link(std::size_t from, std::size_t to, const LinkState& state);
  void heal_all_links();
  LinkCounters counters(std::size_t from, std::size_t to) const;

 private:
  // Written by the callers (cut) and by the switch thread (the rest).
  struct Link {
    std::atomic<bool> cut{false};
    std::atomic<std::uint64_t> forwarded{0};
    std::atomic<std::uint64_t> dropped_by_cut{0};
    std::atomic<std::uint64_t> refused{0};
  };

  PacketSwitch(const std::vector<PacketDevice>* devices, FileDescriptor epoll, FileDescriptor stop);
  Link& link(std::size_t from, std::size_t to) const { return links_[from * ports_ + to]; }
  void run();
  void drain(std::size_t port);
  void forward(std::size_t from, std::span<const std::byte> packet);

  const std::vector<PacketDevice>& devices_;
  const std::size_t ports_;
  const std::unique_ptr<Link[]> links_;  // ports_ × ports_
  const FileDescriptor epoll_;
  const FileDescriptor stop_;      // an eventfd
  std::vector<std::byte> buffer_;  // one packet; the switch thread's own
  std::thread thread_;
};

}  // namespace quorate
