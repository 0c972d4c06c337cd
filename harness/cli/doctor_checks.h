// What this machine can do for a run: each check tries it, and leaves nothing behind.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace quorate {

struct DoctorCheck {
  std::string name;
  bool ok = false;
  std::string text;    // what is there, or why not
  std::string change;  // what would change a "no"; may be empty
};

// Of --network packet and proxy, and what they are made of. "packet" and "proxy" are among them.
// REQUIRES: no other thread runs.
std::vector<DoctorCheck> check_networks();
// Of the machine, and of the folder where runs are kept, which need not exist. "quorate-node" and
// "folder" are among them.
std::vector<DoctorCheck> check_machine(const std::filesystem::path& runs);

}  // namespace quorate
