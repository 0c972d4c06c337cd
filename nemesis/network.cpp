#include "nemesis/network.h"

#include <fmt/core.h>

namespace quorate {

Result<SocketAddress> Network::route(std::string_view, std::string_view to, std::uint16_t port) {
  return SocketAddress{address(to), port};
}

Result<void> Network::supports(const LinkState&) const {
  if (can_bend_links()) return {};
  return Error{
      ErrorCode::kUnsupported,
      fmt::format("--network {} has no links that can be bent: use --network packet", name())};
}

Result<void> Network::supports_resets() const {
  return Error{ErrorCode::kUnsupported,
               fmt::format("--network {} cannot reset connections: use --network packet", name())};
}

Result<std::size_t> Network::reset_connections(std::string_view, std::string_view) {
  return supports_resets().error();
}

Result<void> Network::watch(PacketWatcher*) {
  return Error{ErrorCode::kUnsupported,
               fmt::format("--network {} cannot watch packets: use --network packet", name())};
}

Result<void> Network::capture(std::string_view, std::string_view, const std::filesystem::path&) {
  return Error{ErrorCode::kUnsupported, fmt::format("--network {} cannot capture packets", name())};
}

LinkCounters all_counters(const Network& network) {
  LinkCounters sum;
  for (const std::string& from : network.endpoints()) {
    for (const std::string& to : network.endpoints()) {
      if (from == to) continue;
      const LinkCounters of_link = network.counters(from, to);
      sum.forwarded += of_link.forwarded;
      sum.bytes += of_link.bytes;
      sum.cut += of_link.cut;
      sum.lost += of_link.lost;
      sum.duplicated += of_link.duplicated;
      sum.reordered += of_link.reordered;
      sum.corrupted += of_link.corrupted;
      sum.throttled += of_link.throttled;
      sum.refused += of_link.refused;
      sum.waiting += of_link.waiting;
    }
  }
  return sum;
}

}  // namespace quorate
