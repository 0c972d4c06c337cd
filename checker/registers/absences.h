// Absences: which delete a read of nothing saw (theory: section 0.2, rule 8).
//
// A delete is a write of a nothing of its own, which a read can only tell by the version that the
// replies carry: a delete's, and for a read of nothing that of the tombstone that it found. A read
// of nothing without a version found a key that nobody had written, if the replies on this key
// carry versions at all.
//
// A version that no acknowledged delete told is that of a delete of unknown outcome that began in
// time. Of several, the first version to be read gets the earliest delete, and so on: if any choice
// explains the history, this one does. (Of such a delete only the start counts, and its reads.
// Where two versions, read first at p < q, have deletes begun at s > t, let them change: all that
// had to lie between s and p lies between s and q.) Where none is left, it was a failed delete or
// nobody's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "results/operation.h"

namespace quorate {

// What a read of nothing saw.
struct AbsenceSource {
  enum class Kind : std::uint8_t { kDelete, kInitial, kNobody, kInDoubt } kind = Kind::kNobody;
  std::uint32_t cluster = 0;  // of kDelete; of kInDoubt the earliest possible (0: initial)
};

// The deletes of one key, and what its reads of nothing saw. Not thread-safe.
class Absences {
 public:
  void clear();
  // Of a delete that may have taken effect. In order of invocation.
  void add_delete(std::uint32_t cluster, const Op& op);
  void add_failed_delete() { ++failed_; }
  void add_read(const Op& op);
  bool empty() const { return deletes_.empty() && failed_ == 0; }

  // After the last operation. `told`: some reply on the key carried a version. `initially_absent`:
  // the key may have held nothing before its first write. O(n log n) in deletes and such reads.
  void settle(bool told, bool initially_absent);
  // O(log n). REQUIRES: settled.
  AbsenceSource source_of(Symbol version) const;
  // Whether what was told to be nobody's may have been a delete's, if that one's was nobody's.
  bool has_unknown_deletes() const { return !unknown_.empty(); }

 private:
  struct Delete {
    Position start = 0;
    std::uint32_t cluster = 0;
  };
  // The reads of nothing that saw one version.
  struct Sighting {
    Symbol version = kAbsent;
    Position first_end = kNever;
    AbsenceSource source;
  };

  void merge_sightings();
  void give_out_strange_versions();
  AbsenceSource unversioned() const;
  const AbsenceSource* known_source(Symbol version) const;

  std::vector<Delete> deletes_;
  std::vector<Delete> unknown_;                          // those without a version
  std::vector<std::pair<Symbol, AbsenceSource>> known_;  // by version
  std::vector<Sighting> sightings_;                      // by version
  std::vector<Sighting*> strange_;                       // whose version no delete told
  std::size_t failed_ = 0;
  bool mute_ = false;  // an acknowledged delete told no version
  bool told_ = false;
  bool initially_absent_ = false;
};

}  // namespace quorate
