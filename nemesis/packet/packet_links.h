// PacketLinks: every directed link between the ports of a switch: where a packet goes, and what
// becomes of it on the way.
//
// A healthy link hands its packets on as they come; a bent one sends them through a LinkEmulator.
// All methods are for one thread, the switch's, but counters(), which is for all.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "base/time.h"
#include "nemesis/network.h"
#include "nemesis/packet/ip_packet.h"
#include "nemesis/packet/link_emulator.h"
#include "nemesis/packet/live_counters.h"
#include "nemesis/packet/packet_device.h"
#include "nemesis/packet/pcap_file.h"
#include "nemesis/packet/tcp_flows.h"

namespace quorate {

class PacketLinks {
 public:
  // Port i is (*devices)[i], with the address 10.77.0.(i+1); they outlive this. The chances on a
  // link follow from the seed and its ports alone.
  PacketLinks(const std::vector<PacketDevice>* devices, std::uint64_t seed);
  PacketLinks(const PacketLinks&) = delete;
  PacketLinks& operator=(const PacketLinks&) = delete;

  static Ipv4Address address_of_port(std::size_t port);

  void set_link(std::size_t from, std::size_t to, const LinkState& state);
  void heal_all_links();
  std::size_t reset_connections(std::size_t a, std::size_t b);
  // Both directions into one file; instead of the one before, if there was.
  void capture(std::size_t a, std::size_t b, std::unique_ptr<PcapFile> file);

  void watch(PacketWatcher* watcher) { watcher_ = watcher; }
  void thaw();

  // Takes in a packet that a port has sent. What is not for another port is dropped: other
  // protocols, broadcasts, strangers.
  void forward(std::size_t from, std::span<const std::byte> packet);
  // Hands on what has waited long enough. Where that is a lot, only some of it: then
  // next_departure() stays in the past, and others get their turn before the next call.
  void release(Instant now);
  std::optional<Instant> next_departure() const;

  LinkCounters counters(std::size_t from, std::size_t to) const;

 private:
  struct Link {
    LiveCounters counters;
    LinkState asked;                         // what it was set to
    bool frozen = false;                     // by the watcher: held besides
    bool bent = false;                       // its packets go through the emulator
    std::unique_ptr<LinkEmulator> emulator;  // from the first time that it was bent
    std::shared_ptr<PcapFile> capture;       // shared with the other direction
    std::optional<Instant> scheduled;        // under which it is in departures_
  };

  std::size_t index(std::size_t from, std::size_t to) const { return from * ports_ + to; }
  void bend(std::size_t index, const LinkState& state);
  // False where the packet ends here.
  bool show_to_watcher(std::size_t from, std::size_t to, std::span<const std::byte> packet);
  void freeze(std::size_t index);
  void release_from(std::size_t index, Instant now);
  // After every change to a link's emulator.
  void reschedule(std::size_t index);
  void deliver(std::size_t index, std::span<const std::byte> packet,
               const std::optional<TcpSegment>& segment);
  bool send(std::size_t port, std::span<const std::byte> packet);
  void send_reset(const TcpSegment& reset);

  const std::vector<PacketDevice>& devices_;
  const std::size_t ports_;
  const std::uint64_t seed_;
  WaitingRoom room_;                                      // outlives the emulators
  const std::unique_ptr<Link[]> links_;                   // ports_ × ports_
  std::set<std::pair<Instant, std::size_t>> departures_;  // of links: when the next packet leaves
  TcpFlows flows_;
  PacketWatcher* watcher_ = nullptr;
};

}  // namespace quorate
