// PacketNetwork: every endpoint in a network namespace of its own, joined by a PacketSwitch.
//
// Endpoint i has the address 10.77.0.(i+1); networks of several runs do not meet, so all use the
// same ones. Thread-safe, as Network asks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/result.h"
#include "nemesis/network.h"
#include "nemesis/packet/packet_device.h"
#include "nemesis/packet/packet_switch.h"

namespace quorate {

// What the endpoints' interfaces are. kAuto: TUN where /dev/net/tun may be opened, else veth.
enum class DeviceKind { kAuto, kTun, kVeth };

class PacketNetwork : public Network {
 public:
  // Errors: as make_packet_network.
  static Result<std::unique_ptr<PacketNetwork>> create(std::vector<std::string> endpoints,
                                                       std::uint64_t seed,
                                                       DeviceKind kind = DeviceKind::kAuto);

  // Packets stop at once. Namespaces and devices go when the last process and socket in them has
  // gone.
  ~PacketNetwork() override;

  std::string_view name() const override { return "packet"; }
  std::string about() const override;
  bool can_bend_links() const override { return true; }
  Result<void> supports_resets() const override { return {}; }
  const std::vector<std::string>& endpoints() const override { return endpoints_; }
  std::string address(std::string_view endpoint) const override;
  int namespace_fd(std::string_view endpoint) const override;
  Result<void> set_link(std::string_view from, std::string_view to,
                        const LinkState& state) override;
  void heal_all_links() override { switch_->heal_all_links(); }
  Result<std::size_t> reset_connections(std::string_view a, std::string_view b) override;
  Result<void> capture(std::string_view a, std::string_view b,
                       const std::filesystem::path& file) override;
  Result<void> watch(PacketWatcher* watcher) override {
    switch_->watch(watcher);
    return {};
  }
  void thaw() override { switch_->thaw(); }
  LinkCounters counters(std::string_view from, std::string_view to) const override;

 private:
  using Ports = std::pair<std::size_t, std::size_t>;

  PacketNetwork(std::vector<std::string> endpoints, DeviceKind kind);
  Result<void> build(std::uint64_t seed);
  Result<PacketDevice> open_device(std::size_t port, int namespace_fd);
  // Of two different endpoints.
  Result<Ports> find_pair(std::string_view a, std::string_view b) const;
  Result<std::size_t> find(std::string_view endpoint) const;
  std::size_t port_of(std::string_view endpoint) const;  // REQUIRES: it is an endpoint

  const std::vector<std::string> endpoints_;
  std::map<std::string, std::size_t, std::less<>> ports_;
  const DeviceKind kind_;                   // never kAuto
  FileDescriptor hub_;                      // a namespace, of veth pairs only
  std::vector<FileDescriptor> namespaces_;  // by port, as devices_
  std::vector<PacketDevice> devices_;
  std::unique_ptr<PacketSwitch> switch_;
};

}  // namespace quorate
