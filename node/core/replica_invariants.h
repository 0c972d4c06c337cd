// ReplicaInvariants: what must be true of a replica at every step, checked apart from the rules.
//
// What only a bug of the replica itself can break aborts (QUORATE_CHECK). What a broken peer or a
// damaged disk can break is returned in words, for an error reply and the log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "node/core/record.h"

namespace quorate::node {

class ReplicaInvariants {
 public:
  // A record arrives while `held` is held. One version belongs to one write attempt, so equal
  // versions must be equal records. Words if they are not.
  std::optional<std::string> check_same_write(std::string_view key, const Record& held,
                                              const Record& arriving) const;

  // A record replaces what is held: versions never go back, sequences go up by one.
  void check_apply(const Version& held, const Version& applied, std::uint64_t sequence);

  // A tombstone is forgotten: sequences go up by one.
  void check_purge(std::uint64_t sequence);

  // The shell says that all up to `sequence` are durable.
  void check_persisted(std::uint64_t sequence);

  // A reply leaves that reveals what `sequence` covers.
  void check_reveal(std::uint64_t sequence) const;

 private:
  std::uint64_t handed_out_ = 0;
  std::uint64_t persisted_ = 0;
};

}  // namespace quorate::node
