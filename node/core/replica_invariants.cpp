#include "node/core/replica_invariants.h"

#include <fmt/format.h>

#include "base/check.h"
#include "node/core/planted_bugs.h"

namespace quorate::node {

std::optional<std::string> ReplicaInvariants::check_same_write(std::string_view key,
                                                               const Record& held,
                                                               const Record& arriving) const {
  if (held.version != arriving.version || held == arriving) return std::nullopt;
  if (planted(Bug::kNoTiebreak) || planted(Bug::kReuseVersion)) return std::nullopt;
  return fmt::format("two records of key \"{}\" have version {} and differ", key,
                     to_string(held.version));
}

void ReplicaInvariants::check_apply(const Version& held, const Version& applied,
                                    std::uint64_t sequence) {
  const bool blind = planted(Bug::kApplyAlways) || planted(Bug::kRepairBlind);
  QUORATE_CHECK(applied > held || blind, "{} replaces {}", to_string(applied), to_string(held));
  check_purge(sequence);
}

void ReplicaInvariants::check_purge(std::uint64_t sequence) {
  QUORATE_CHECK(sequence == handed_out_ + 1, "{} follows {}", sequence, handed_out_);
  handed_out_ = sequence;
}

void ReplicaInvariants::check_persisted(std::uint64_t sequence) {
  QUORATE_CHECK(sequence >= persisted_ && sequence <= handed_out_, "{} is not in [{}, {}]",
                sequence, persisted_, handed_out_);
  persisted_ = sequence;
}

void ReplicaInvariants::check_reveal(std::uint64_t sequence) const {
  QUORATE_CHECK(sequence <= persisted_, "{} is revealed, {} is durable", sequence, persisted_);
}

}  // namespace quorate::node
