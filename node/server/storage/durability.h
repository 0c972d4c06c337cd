// Durability: when a write is safe from a loss of power, beside when it is acknowledged.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace quorate::node {

enum class Durability : std::uint8_t {
  kBatch,     // acknowledged when the log is synced; one sync for all writes that wait
  kPeriodic,  // acknowledged when written to the log; the log is synced at least every period
  kNone,      // acknowledged when written to the log; synced only when a log or a table is full
};

// "batch", "periodic", "none".
std::string_view name_of(Durability durability);

struct StoreOptions {
  Durability durability = Durability::kBatch;
  Duration period = std::chrono::milliseconds(100);  // of kPeriodic

  bool operator==(const StoreOptions&) const = default;
};

inline constexpr Duration kMinSyncPeriod = std::chrono::milliseconds(1);
inline constexpr Duration kMaxSyncPeriod = std::chrono::minutes(10);

// "batch", "none", "periodic:250ms".
std::string to_string(const StoreOptions& options);
// Reads what to_string writes, and "periodic" alone, which means the default period. Errors:
// kInvalidArgument, in words for the person who typed it.
Result<StoreOptions> parse_store_options(std::string_view text);

}  // namespace quorate::node
