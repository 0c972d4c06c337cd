// Absences: which delete a read of nothing saw (theory: section 0.2, rule 8).
//
// A delete is a write of a nothing of its own, which a read can only tell by the version that the
// replies carry: a delete's, and for a read of nothing that of the tombstone that it found. A read
// of nothing without a version found a key that nobody had written, if the replies on this key
// carry versions at all. A version that no acknowledged delete had is that of the one delete whose
// version is not known. Where this leaves more than one possibility, the key is ambiguous.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "results/operation.h"

namespace quorate {

// What a read of nothing saw.
struct AbsenceSource {
  enum class Kind : std::uint8_t { kDelete, kInitial, kNobody, kAmbiguous } kind = Kind::kNobody;
  std::uint32_t cluster = 0;  // for kDelete; for kAmbiguous the earliest possible (0: initial)
};

// The deletes of one key that may have taken effect. Not thread-safe.
class Absences {
 public:
  void clear();
  void add_delete(std::uint32_t cluster, Symbol version, bool acknowledged);
  bool empty() const { return deletes_ == 0; }

  // After the last delete. `told`: some reply on the key carried a version. `initially_absent`: the
  // key may have held nothing before its first write. O(d log d) in the deletes.
  void settle(bool told, bool initially_absent);
  // Decides for a version that no acknowledged delete had. REQUIRES: settled.
  void adopt(Symbol version);
  // O(log d). REQUIRES: settled.
  AbsenceSource source_of(Symbol version) const;

 private:
  AbsenceSource unversioned(bool initial_too) const;

  std::vector<std::pair<Symbol, std::uint32_t>> known_;  // by version, where it is known
  std::vector<std::uint32_t> unknown_;                   // clusters of the others
  std::size_t deletes_ = 0;
  Symbol adopted_ = kAbsent;  // the version of the only delete in unknown_
  bool mute_ = false;         // an acknowledged delete told no version
  bool told_ = false;
  bool initially_absent_ = false;
};

}  // namespace quorate
