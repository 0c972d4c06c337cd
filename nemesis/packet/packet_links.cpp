#include "nemesis/packet/packet_links.h"

#include <array>
#include <chrono>

#include <fmt/core.h>
#include <sys/uio.h>

#include "base/check.h"

namespace quorate {
namespace {

constexpr Ipv4Address kSubnet = 10U << 24 | 77U << 16;  // 10.77.0.0/24
constexpr int kBatch = 64;  // packets that leave a link before others get their turn

// Nothing for what is not an address of the subnet's ports.
std::optional<std::size_t> port_of(Ipv4Address address, std::size_t ports) {
  const std::size_t host = address & 0xff;
  if ((address & ~0xffU) != kSubnet || host == 0 || host > ports) return {};
  return host - 1;
}

std::optional<std::size_t> destination_port(std::span<const std::byte> packet, std::size_t ports) {
  const std::optional<IpLayout> layout = parse_ipv4(packet);
  if (!layout) return {};
  return port_of(layout->destination, ports);
}

}  // namespace

Ipv4Address PacketLinks::address_of_port(std::size_t port) {
  return kSubnet + static_cast<Ipv4Address>(port) + 1;
}

PacketLinks::PacketLinks(const std::vector<PacketDevice>* devices, std::uint64_t seed)
    : devices_(*devices),
      ports_(devices_.size()),
      seed_(seed),
      links_(std::make_unique<Link[]>(ports_ * ports_)) {}

void PacketLinks::set_link(std::size_t from, std::size_t to, const LinkState& state) {
  Link& link = links_[index(from, to)];
  link.asked = state;
  LinkState now = state;
  now.held |= link.frozen;
  bend(index(from, to), now);
}

void PacketLinks::heal_all_links() {
  for (std::size_t i = 0; i < ports_ * ports_; ++i) {
    links_[i].asked = LinkState{};
    links_[i].frozen = false;
    bend(i, LinkState{});
  }
}

void PacketLinks::freeze(std::size_t index) {
  Link& link = links_[index];
  if (link.frozen) return;
  link.frozen = true;
  LinkState held = link.asked;
  held.held = true;
  bend(index, held);
}

void PacketLinks::thaw() {
  for (std::size_t i = 0; i < ports_ * ports_; ++i) {
    Link& link = links_[i];
    if (!link.frozen) continue;
    link.frozen = false;
    bend(i, LinkState{.cut = true});  // what waits is lost
    bend(i, link.asked);
  }
}

bool PacketLinks::show_to_watcher(std::size_t from, std::size_t to,
                                  std::span<const std::byte> packet) {
  Link& link = links_[index(from, to)];
  if (link.asked.cut || link.frozen) return true;
  const PacketWatcher::Ruling ruling = watcher_->on_packet(from, to, packet);
  for (const auto& [a, b] : ruling.freeze) {
    if (a != b) freeze(index(a, b));
  }
  if (ruling.drop) link.counters.cut.add(1);
  return !ruling.drop;
}

void PacketLinks::bend(std::size_t index, const LinkState& state) {
  Link& link = links_[index];
  if (!link.emulator) {
    if (state == LinkState{}) return;
    const std::string name = fmt::format("packet link {} {}", index / ports_, index % ports_);
    link.emulator =
        std::make_unique<LinkEmulator>(RandomStream(seed_, name), &room_, &link.counters);
  }
  const Instant now = monotonic_now();
  link.emulator->set_state(now, state);
  release_from(index, now);
}

std::size_t PacketLinks::reset_connections(std::size_t a, std::size_t b) {
  const std::vector<TcpSegment> resets = flows_.reset(address_of_port(a), address_of_port(b));
  for (const TcpSegment& reset : resets) send_reset(reset);
  return resets.size() / 2;
}

void PacketLinks::capture(std::size_t a, std::size_t b, std::unique_ptr<PcapFile> file) {
  const std::shared_ptr<PcapFile> shared = std::move(file);
  links_[index(a, b)].capture = shared;
  links_[index(b, a)].capture = shared;
}

void PacketLinks::forward(std::size_t from, std::span<const std::byte> packet) {
  const std::optional<std::size_t> to = destination_port(packet, ports_);
  if (!to) return;
  Link& link = links_[index(from, *to)];
  if (link.capture) link.capture->append(std::chrono::system_clock::now(), packet);
  const std::optional<TcpSegment> segment = parse_tcp(packet);
  if (segment && flows_.on_sent(*segment)) send_reset(reset_answering(*segment));
  const bool bent = link.bent;  // the packet itself passes what is frozen behind it
  if (watcher_ != nullptr && !show_to_watcher(from, *to, packet)) return;
  if (!bent) return deliver(index(from, *to), packet, segment);
  const Instant now = monotonic_now();
  link.emulator->push(now, packet);
  release_from(index(from, *to), now);
}

void PacketLinks::release(Instant now) {
  std::vector<std::size_t> due;
  for (const auto& [when, index] : departures_) {
    if (when > now) break;
    due.push_back(index);
  }
  for (const std::size_t index : due) release_from(index, now);
}

void PacketLinks::release_from(std::size_t index, Instant now) {
  for (int released = 0; released < kBatch; ++released) {
    const std::optional<EmulatedPacket> packet = links_[index].emulator->pop(now);
    if (!packet) break;
    deliver(index, packet->bytes, packet->intact ? parse_tcp(packet->bytes) : std::nullopt);
  }
  reschedule(index);
}

void PacketLinks::reschedule(std::size_t index) {
  Link& link = links_[index];
  const std::optional<Instant> next = link.emulator->next_departure();
  // Healed, it stays bent until what waits in it has left: nothing may pass it.
  link.bent = next || link.emulator->state() != LinkState{};
  if (next == link.scheduled) return;
  if (link.scheduled) departures_.erase({*link.scheduled, index});
  if (next) departures_.emplace(*next, index);
  link.scheduled = next;
}

std::optional<Instant> PacketLinks::next_departure() const {
  if (departures_.empty()) return {};
  return departures_.begin()->first;
}

void PacketLinks::deliver(std::size_t index, std::span<const std::byte> packet,
                          const std::optional<TcpSegment>& segment) {
  LiveCounters& counters = links_[index].counters;
  // A device that cannot take a packet loses it, as a network would; TCP sends it again.
  if (!send(index % ports_, packet)) return counters.refused.add(1);
  counters.forwarded.add(1);
  counters.bytes.add(packet.size());
  if (segment) flows_.on_delivered(*segment);
}

// False where the device cannot take it now.
bool PacketLinks::send(std::size_t port, std::span<const std::byte> packet) {
  const PacketDevice& device = devices_[port];
  // writev reads what it is given, though its type does not say so.
  auto* const header = const_cast<std::byte*>(device.header.data());
  auto* const body = const_cast<std::byte*>(packet.data());
  const std::array<iovec, 2> parts{iovec{header, device.header.size()}, iovec{body, packet.size()}};
  const std::size_t whole = device.header.size() + packet.size();
  return writev(device.fd.get(), parts.data(), 2) == static_cast<ssize_t>(whole);
}

void PacketLinks::send_reset(const TcpSegment& reset) {
  const std::optional<std::size_t> port = port_of(reset.destination, ports_);
  if (port) send(*port, make_tcp_packet(reset));
}

LinkCounters PacketLinks::counters(std::size_t from, std::size_t to) const {
  return links_[index(from, to)].counters.read();
}

}  // namespace quorate
