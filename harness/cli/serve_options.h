// The options of `quorate serve`.
#pragma once

#include <CLI/App.hpp>

#include "harness/cli/commands.h"

namespace quorate {

void add_serve_options(CLI::App* serve, ServeCommand* command, Output* output);

}  // namespace quorate
