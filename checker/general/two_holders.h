// Two holders of one mutex: the plainest sign of a mutex that is none.
#pragma once

#include <vector>

#include "checker/general/key_calls.h"

namespace quorate {

// Two acquires, one over before the other began, the first one's process not having tried to
// release before the second was over; empty where there are none. Whoever else releases what they
// do not hold may explain that, so it shows a violation and does not prove one. O(n log n).
std::vector<Call> two_holders(const KeyCalls& calls);

}  // namespace quorate
