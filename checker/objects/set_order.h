// Whether one order of all operations explains a grow-only set: exact, near linear (theory: section
// 2.8, conditions a-e).
//
// Read values must form a chain by inclusion. Each then has a level, as has each element: that of
// the first value that contains it. An operation that ended before another began must not be on a
// higher level.
#pragma once

#include <functional>
#include <vector>

#include "checker/objects/set_history.h"

namespace quorate {

// Two operations that contradict each other. Reads are operations; adds are elements.
struct SetConflict {
  enum class Kind : std::uint8_t {
    kIncomparable,  // (a) neither read contains the other
    kShrunk,        // (b) `read` lacks what `earlier` returned, which was over before it began
    kMissing,       // (d) `read` lacks an element acknowledged before it began
    kSkipped,       // (e) `read` has `other`, and not `element`, which was acknowledged before
                    // the add of `other` began
  } kind = Kind::kMissing;
  ElementIndex element = kNoElement;  // what `read` lacks
  ElementIndex other = kNoElement;    // what `read` has and (a) `earlier` lacks
  OpIndex earlier = kNoOp;            // a read that has `element`
  OpIndex read = kNoOp;
};

// Calls `found` for every operation that contradicts one before it, and for every value that does
// not fit into the chain. `ignored`: elements to leave out, by index (say, those nobody added).
// Condition (c), a read before the add began, is not looked for: those are to be ignored.
// O(n log n + members).
void find_set_conflicts(const SetHistory& set, const std::vector<bool>& ignored,
                        const std::function<void(const SetConflict&)>& found);

}  // namespace quorate
