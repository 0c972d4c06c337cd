// Does the order of versions respect real time on a key? (theory: sections 1.2 and 2.2; here the
// order is given, so nothing has to be searched.)
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "checker/versions/key_versions.h"

namespace quorate {

// `earlier` ended before `later` began, and yet `later` has the smaller version.
enum class InversionKind : std::uint8_t {
  kWriteWrite,  // the later write is outranked by one that was complete: timestamp inversion
  kWriteRead,   // the read missed a complete write: stale
  kReadWrite,   // the later write is outranked by what had been read
  kReadRead,    // the later read went back: new-old inversion
};
inline constexpr std::size_t kInversionKinds = 4;

struct VersionInversion {
  InversionKind kind = InversionKind::kWriteWrite;
  VersionedOp earlier;
  VersionedOp later;
};

struct VersionScan {
  // Later operations of each kind; one may count for two kinds.
  std::array<std::uint64_t, kInversionKinds> count{};
  // Later operations that have any of the kinds 0..i.
  std::array<std::uint64_t, kInversionKinds> up_to{};
  // The first of each kind, against the greatest version that was complete then.
  std::array<std::optional<VersionInversion>, kInversionKinds> first;
};

// O(n log n). REQUIRES: ops by invocation.
VersionScan scan_versions(std::span<const VersionedOp> ops);

}  // namespace quorate
