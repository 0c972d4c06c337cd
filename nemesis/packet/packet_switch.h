// PacketSwitch: forwards IPv4 packets between devices over links that can be bent.
//
// One thread of its own, asleep while no packet comes or is to leave, does all the forwarding, so
// that load on the harness's event loop and load on the network do not distort each other. All
// methods are thread-safe.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "base/time.h"
#include "nemesis/network.h"
#include "nemesis/packet/packet_device.h"
#include "nemesis/packet/packet_links.h"
#include "nemesis/packet/pcap_file.h"

namespace quorate {

class PacketSwitch {
 public:
  static constexpr std::size_t kMostPorts = 250;
  // The address that belongs to a port. REQUIRES: port < kMostPorts.
  static std::string address_of_port(std::size_t port);

  // Starts forwarding. Port i is (*devices)[i], which outlive the switch. The seed is that of all
  // chances. REQUIRES: devices->size() <= kMostPorts.
  static Result<std::unique_ptr<PacketSwitch>> start(const std::vector<PacketDevice>* devices,
                                                     std::uint64_t seed);
  ~PacketSwitch();  // stops the thread; blocks until it has ended
  PacketSwitch(const PacketSwitch&) = delete;
  PacketSwitch& operator=(const PacketSwitch&) = delete;

  // These two do not wait. They hold for every packet sent after the call returns; a packet already
  // on its way may still slip through.
  void set_link(std::size_t from, std::size_t to, const LinkState& state);
  void heal_all_links();
  // When it returns, the RSTs have been given to the devices. Gives the number of connections.
  std::size_t reset_connections(std::size_t a, std::size_t b);
  void capture(std::size_t a, std::size_t b, std::unique_ptr<PcapFile> file);
  void watch(PacketWatcher* watcher);  // as Network::watch
  void thaw();
  LinkCounters counters(std::size_t from, std::size_t to) const;

 private:
  using Command = std::function<void()>;
  struct Files {
    FileDescriptor epoll;
    FileDescriptor wake;   // an eventfd: a command has come
    FileDescriptor timer;  // a timerfd: a packet is to leave
  };

  PacketSwitch(const std::vector<PacketDevice>* devices, std::uint64_t seed, Files files);
  static Result<Files> open_files(const std::vector<PacketDevice>& devices);
  void check_link(std::size_t from, std::size_t to) const;
  void post(Command command);

  // On the switch's thread.
  void run();
  void drain(std::size_t port);
  void run_commands();
  void release_due();
  void arm_timer();

  const std::vector<PacketDevice>& devices_;
  const Files files_;
  PacketLinks links_;  // the switch thread's own, as the next three
  std::vector<std::byte> buffer_;
  std::optional<Instant> armed_;
  bool stopping_ = false;

  std::mutex mutex_;
  std::vector<Command> commands_;           // guarded by mutex_
  std::atomic<bool> commands_wait_{false};  // looked at before every packet
  std::thread thread_;
};

}  // namespace quorate
