#include "checker/versions/version_scan.h"

#include <algorithm>

namespace quorate {
namespace {

// Completed operations by completion; those that never complete come before nothing.
std::vector<const VersionedOp*> by_completion(std::span<const VersionedOp> ops) {
  std::vector<const VersionedOp*> order;
  for (const VersionedOp& op : ops) {
    if (op.completed != kNever) order.push_back(&op);
  }
  std::sort(order.begin(), order.end(),
            [](const VersionedOp* a, const VersionedOp* b) { return a->completed < b->completed; });
  return order;
}

InversionKind kind_of(bool earlier_write, bool later_write) {
  if (earlier_write) return later_write ? InversionKind::kWriteWrite : InversionKind::kWriteRead;
  return later_write ? InversionKind::kReadWrite : InversionKind::kReadRead;
}

}  // namespace

VersionScan scan_versions(std::span<const VersionedOp> ops) {
  VersionScan scan;
  const std::vector<const VersionedOp*> completed = by_completion(ops);
  auto next = completed.begin();
  const VersionedOp* newest_write = nullptr;  // of what was complete when `later` began
  const VersionedOp* newest_read = nullptr;
  for (const VersionedOp& later : ops) {
    for (; next != completed.end() && (*next)->completed < later.invoked; ++next) {
      const VersionedOp*& newest = (*next)->write ? newest_write : newest_read;
      if (newest == nullptr || (*next)->rank > newest->rank) newest = *next;
    }
    std::array<bool, kInversionKinds> has{};
    for (const VersionedOp* earlier : {newest_write, newest_read}) {
      if (earlier == nullptr || earlier->rank <= later.rank) continue;
      const InversionKind kind = kind_of(earlier->write, later.write);
      const auto i = static_cast<std::size_t>(kind);
      has[i] = true;
      ++scan.count[i];
      if (!scan.first[i]) scan.first[i] = VersionInversion{kind, *earlier, later};
    }
    bool any = false;
    for (std::size_t i = 0; i < kInversionKinds; ++i) {
      any |= has[i];
      scan.up_to[i] += any ? 1 : 0;
    }
  }
  return scan;
}

}  // namespace quorate
