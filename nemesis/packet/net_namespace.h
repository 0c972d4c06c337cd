// Network namespaces that nothing but a file descriptor keeps alive: no name under /run, no process
// inside.
#pragma once

#include <string_view>

#include "base/file.h"
#include "base/result.h"

namespace quorate {

// A new, empty network namespace; it vanishes when the last descriptor, socket or process in it
// goes. The caller's own namespace is untouched. Errors: kUnsupported without the right to make
// one.
Result<FileDescriptor> create_net_namespace();

// Writes one setting below /proc/sys/net of the calling thread's namespace. False where the machine
// has no such setting or does not let us: callers must be able to live without.
bool set_namespace_option(std::string_view option, std::string_view value);

}  // namespace quorate
