#include "harness/run/network_choice.h"

#include <fmt/core.h>

#include "nemesis/packet/user_namespace.h"

namespace quorate {
namespace {

// Who may not make namespaces learns what would change that.
Result<std::unique_ptr<Network>> make_packet(const std::vector<std::string>& endpoints,
                                             std::uint64_t seed) {
  Result<std::unique_ptr<Network>> made = make_packet_network(endpoints, seed);
  if (made || may_make_namespaces()) return made;
  if (const Result<void> possible = can_enter_user_namespace(); !possible) return possible.error();
  return made;
}

Result<ChosenNetwork> choose_automatically(const std::vector<std::string>& endpoints,
                                           std::uint64_t seed) {
  Result<std::unique_ptr<Network>> packet = make_packet(endpoints, seed);
  if (packet) return ChosenNetwork{std::move(*packet), "the first choice, and it works here"};
  const std::string& lacks = packet.error().context;
  Result<std::unique_ptr<Network>> proxy = make_proxy_network(endpoints, seed);
  if (proxy) return ChosenNetwork{std::move(*proxy), fmt::format("--network packet: {}", lacks)};
  return Error{
      ErrorCode::kUnsupported,
      fmt::format("no network whose links can be bent works here (quorate doctor tells "
                  "more); --network packet: {}; --network proxy: {}; --network none works, "
                  "without any fault of the network",
                  lacks, proxy.error().context)};
}

}  // namespace

void gain_rights_for(NetworkKind kind) {
  if (kind == NetworkKind::kAuto || kind == NetworkKind::kPacket) (void)gain_namespaces();
}

Result<ChosenNetwork> choose_network(NetworkKind kind, const std::vector<std::string>& endpoints,
                                     std::uint64_t seed) {
  if (kind == NetworkKind::kAuto) return choose_automatically(endpoints, seed);
  Result<std::unique_ptr<Network>> made = make_loopback_network(endpoints);
  if (kind == NetworkKind::kPacket) made = make_packet(endpoints, seed);
  if (kind == NetworkKind::kProxy) made = make_proxy_network(endpoints, seed);
  if (!made) {
    return Error{made.error().code,
                 fmt::format("--network {}: {}", name_of(kind), made.error().context)};
  }
  return ChosenNetwork{std::move(*made), "asked for"};
}

std::string to_text(const ChosenNetwork& chosen) {
  return fmt::format("{}: {} ({})", chosen.network->name(), chosen.network->about(), chosen.why);
}

Json to_json(const ChosenNetwork& chosen) {
  return Json{
      {"kind", chosen.network->name()}, {"about", chosen.network->about()}, {"why", chosen.why}};
}

}  // namespace quorate
