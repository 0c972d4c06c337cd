// Settings: every option of quorate-node, as a table: its name, what it does, and how its text is
// read.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "node/server/options.h"

namespace quorate::node {

struct Setting {
  std::string_view name;  // "read-mode": --read-mode on the command line, "read-mode" in the file
  std::string_view values;
  std::string_view standard;  // what holds if nothing is said, as text; empty: see `what`
  std::string_view what;
  // Errors: kInvalidArgument, in words that go behind the option's name.
  Result<void> (*set)(const std::string& text, Options* options);
};

// In the order in which help shows them.
std::span<const Setting> settings();

}  // namespace quorate::node
