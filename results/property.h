// The properties that a configuration can promise, and that checkers judge.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace quorate {

enum class Property {
  kLatest,      // weak regularity: "w+r>n returns the latest version"
  kWriteOrder,  // write-order regularity
  kSingleOrder,
  kLinearizable,
  kReadYourWrites,
  kMonotonicReads,
  kMonotonicWrites,
  kWritesFollowReads,
  kCausal,             // CC: theory 4.3
  kCausalConvergence,  // CCv
  kNoLostWrite,
  kNoDirtyRead,
  kConverges,
  kAvailableAfterHeal,
};

inline constexpr std::array<Property, 14> kAllProperties{
    Property::kLatest,          Property::kWriteOrder,
    Property::kSingleOrder,     Property::kLinearizable,
    Property::kReadYourWrites,  Property::kMonotonicReads,
    Property::kMonotonicWrites, Property::kWritesFollowReads,
    Property::kCausal,          Property::kCausalConvergence,
    Property::kNoLostWrite,     Property::kNoDirtyRead,
    Property::kConverges,       Property::kAvailableAfterHeal};

// "latest", "write-order", …: the names of the command line and of every file.
std::string_view name_of(Property property);
std::optional<Property> property_named(std::string_view name);

}  // namespace quorate
