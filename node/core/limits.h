// The sizes that the store accepts. Every decoder and every command refuses what lies outside, in
// words.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace quorate::node {

inline constexpr std::size_t kMinKeyBytes = 1;
inline constexpr std::size_t kMaxKeyBytes = 1024;
inline constexpr std::size_t kMaxValueBytes = std::size_t{1} << 20;
// What one request or reply carries of gossip, rumours, hashes, or a forwarded command.
inline constexpr std::size_t kMaxPayloadBytes = (std::size_t{2} << 20) - 4096;
inline constexpr std::uint16_t kMaxReplicas = 64;
inline constexpr Duration kMinTimeout = std::chrono::milliseconds(1);
inline constexpr Duration kMaxTimeout = std::chrono::seconds(60);

// Counters and attempts of versions stay below this, so that max + 1 never wraps.
inline constexpr std::uint64_t kMaxVersionNumber = (std::uint64_t{1} << 63) - 1;

}  // namespace quorate::node
