#include "nemesis/network.h"

#include <fmt/core.h>

namespace quorate {

Result<SocketAddress> Network::route(std::string_view, std::string_view to, std::uint16_t port) {
  return SocketAddress{address(to), port};
}

Result<std::size_t> Network::reset_connections(std::string_view, std::string_view) {
  return Error{ErrorCode::kUnsupported,
               fmt::format("--network {} cannot reset connections", name())};
}

Result<void> Network::capture(std::string_view, std::string_view, const std::filesystem::path&) {
  return Error{ErrorCode::kUnsupported, fmt::format("--network {} cannot capture packets", name())};
}

}  // namespace quorate
