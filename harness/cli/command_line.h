// The command line: from argv to a command's exit code.
#pragma once

namespace quorate {

// Prints help and errors itself. 254 for a usage error.
int run_command_line(int argc, char** argv);

}  // namespace quorate
