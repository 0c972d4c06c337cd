#include "nemesis/network.h"

#include <fmt/core.h>

namespace quorate {

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

Result<void> Network::capture(std::string_view, std::string_view, const std::filesystem::path&) {
  return Error{ErrorCode::kUnsupported, fmt::format("--network {} cannot capture packets", name())};
}

}  // namespace quorate
