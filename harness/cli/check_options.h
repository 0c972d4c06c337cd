// The options of `quorate check`, as people write them.
#pragma once

#include <string>

#include <CLI/App.hpp>

#include "harness/cli/commands.h"

namespace quorate {

// Texts of the command line that still have to be understood.
struct CheckTexts {
  std::string target;
  std::string model = "register";
  std::string initial;
  std::string property = "linearizable";
  std::string format = "auto";
  std::string budget = "60s,4GiB";
  std::string pictures;
  bool independent = false;
  bool staleness = false;
};

void add_check_options(CLI::App* check, CheckTexts* texts, Output* output);
// Understands the options and does what they ask. Returns the exit code.
int start_check(const CLI::App& check, const CheckTexts& texts, const Output& output);

// A property by its name. Errors: kInvalidArgument with the names that exist.
Result<Property> read_property(const std::string& text);

}  // namespace quorate
