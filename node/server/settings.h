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

// Reads one option's text into *options. Errors: kInvalidArgument. REQUIRES: there is that option.
Result<void> change_setting(std::string_view name, const std::string& text, Options* options);

// As the options name them.
std::string_view text_of(VersionScheme scheme);
std::string_view text_of(ReadMode mode);
std::string_view text_of(FanOut fan_out);
std::string_view text_of(RejoinMode mode);

}  // namespace quorate::node
