// The right to make network namespaces without being root: a user namespace of this process's own.
#pragma once

#include "base/result.h"

namespace quorate {

// Whether this process may make network namespaces and devices as it is.
bool may_make_namespaces();

// Whether enter_user_namespace() would work, tried in a child process. Errors: kUnsupported with
// what keeps it from that and what would change it.
Result<void> can_enter_user_namespace();

// Moves this process into a user namespace of its own, in which it may make network namespaces and
// devices, and into a network namespace of that, because it could not come back to the machine's
// from another. It keeps its user and group, and gains no right to any file. Errors: as
// can_enter_user_namespace, and then nothing has changed. REQUIRES: no other thread runs.
Result<void> enter_user_namespace();

// enter_user_namespace(), unless may_make_namespaces() already.
Result<void> gain_namespaces();

}  // namespace quorate
