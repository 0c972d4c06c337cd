// Scripts that let a shell complete the program's commands and options.
#pragma once

#include <string>

#include <CLI/App.hpp>

namespace quorate {

// From the parser itself, so that nothing can be left out. shell: "bash", "zsh" or "fish". Names of
// files are completed wherever no option stands.
std::string completion_script(const CLI::App& app, const std::string& shell);

}  // namespace quorate
