#include "node/server/storage/durability.h"

#include <array>

#include <fmt/format.h>

namespace quorate::node {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"batch", "periodic", "none"};
constexpr std::string_view kPeriodicWithPeriod = "periodic:";

}  // namespace

std::string_view name_of(Durability durability) {
  return kNames.at(static_cast<std::size_t>(durability));
}

std::string to_string(const StoreOptions& options) {
  if (options.durability != Durability::kPeriodic) return std::string(name_of(options.durability));
  return fmt::format("{}{}", kPeriodicWithPeriod, format_duration(options.period));
}

Result<StoreOptions> parse_store_options(std::string_view text) {
  StoreOptions options;
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (text != kNames[i]) continue;
    options.durability = static_cast<Durability>(i);
    return options;
  }
  if (!text.starts_with(kPeriodicWithPeriod)) {
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("{}: it must be batch, periodic:PERIOD (as periodic:100ms) or none", text)};
  }
  const Result<Duration> period = parse_duration(text.substr(kPeriodicWithPeriod.size()));
  if (!period) return period.error();
  if (*period < kMinSyncPeriod || *period > kMaxSyncPeriod) {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("{}: the period must be at least {} and at most {}", text,
                             format_duration(kMinSyncPeriod), format_duration(kMaxSyncPeriod))};
  }
  options.durability = Durability::kPeriodic;
  options.period = *period;
  return options;
}

}  // namespace quorate::node
