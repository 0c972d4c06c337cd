// Runs the program as user nobody, with a copy of it that nobody may read.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace quorate::e2e {

// Whether this machine lets user nobody make user namespaces. Needs root.
bool nobody_may_make_namespaces();

// Copies the programs to folder/bin, and makes folder/out, which nobody may write. Needs root.
void open_to_nobody(const std::filesystem::path& folder);

// For Cli: the copy in the folder, as user nobody, where /dev/net/tun has this mode ("0666"), and,
// with `confined`, where user namespaces are refused. The machine's own file is left alone.
std::vector<std::string> nobody_prefix(const std::filesystem::path& folder,
                                       const std::string& tun_mode, bool confined = false);

}  // namespace quorate::e2e
