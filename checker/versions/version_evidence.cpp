#include "checker/versions/version_evidence.h"

#include <algorithm>
#include <optional>

#include "base/check.h"

namespace quorate {
namespace {

using Ops = std::vector<VersionedOp>;

bool read_by(const VersionedOp& write, const Ops& ops) {
  return std::any_of(ops.begin(), ops.end(), [&write](const VersionedOp& op) {
    return !op.write && op.rank == write.rank;
  });
}

// Among these alone: so a write of unknown outcome that none of them read asks nothing.
std::optional<VersionInversion> first_inversion(const Ops& ops,
                                                std::span<const InversionKind> kinds) {
  Ops effective;
  for (const VersionedOp& op : ops) {
    if (!op.write || op.completed != kNever || read_by(op, ops)) effective.push_back(op);
  }
  const VersionScan scan = scan_versions(effective);
  for (const InversionKind kind : kinds) {
    const auto& found = scan.first[static_cast<std::size_t>(kind)];
    if (found) return found;
  }
  return std::nullopt;
}

bool needed_by(const VersionedOp& op, const Ops& others) {
  const bool tells = std::any_of(others.begin(), others.end(), [&op](const VersionedOp& other) {
    return other.told_by == op.op;
  });
  return tells || (op.write && read_by(op, others));
}

Ops gather(std::span<const VersionedOp> all, const VersionInversion& found) {
  Ops ops;
  bool needs_reader = found.later.write && found.later.completed == kNever;
  for (const VersionedOp& op : all) {
    bool wanted = false;
    for (const VersionedOp* of : {&found.earlier, &found.later}) {
      const bool wrote_it = op.write && op.rank == of->rank;
      wanted |= op.op == of->op || op.op == of->told_by || wrote_it;
    }
    if (needs_reader && !op.write && op.rank == found.later.rank) {
      wanted = true;
      needs_reader = false;
    }
    if (wanted) ops.push_back(op);
  }
  return ops;
}

}  // namespace

VersionEvidence minimal_evidence(std::span<const VersionedOp> all,
                                 std::span<const InversionKind> kinds,
                                 const VersionInversion& found) {
  Ops ops = gather(all, found);
  Ops candidates = ops;
  std::stable_partition(candidates.begin(), candidates.end(),
                        [](const VersionedOp& op) { return !op.write; });
  for (const VersionedOp& candidate : candidates) {
    Ops fewer = ops;
    std::erase_if(fewer, [&](const VersionedOp& op) { return op.op == candidate.op; });
    if (!needed_by(candidate, fewer) && first_inversion(fewer, kinds)) ops = std::move(fewer);
  }
  VersionEvidence evidence;
  const auto remains = first_inversion(ops, kinds);
  QUORATE_CHECK(remains.has_value(), "evidence that shows nothing");
  evidence.inversion = *remains;
  for (const VersionedOp& op : ops) evidence.ops.push_back(op.op);
  return evidence;
}

}  // namespace quorate
