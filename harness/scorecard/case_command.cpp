#include <fmt/core.h>
#include <fmt/ranges.h>

#include "harness/scorecard/case.h"

namespace quorate {
namespace {

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  return fmt::format("{}", fmt::join(value.get<std::vector<std::string>>(), ","));
}

// As a shell takes it.
std::string quoted(const std::string& text) {
  const bool plain = text.find_first_of("()*;&|<> ") == std::string::npos;
  return plain ? text : "'" + text + "'";
}

}  // namespace

std::string command_of(const Case& tried) {
  if (!tried.scenario.empty()) {
    const std::size_t slash = tried.scenario.find('/');
    return fmt::format("quorate scenario {} --only {}", tried.scenario.substr(0, slash),
                       tried.scenario.substr(slash + 1));
  }
  std::string command = "quorate run";
  for (const auto& [name, value] : tried.options.items()) {
    if (value.is_boolean()) {
      if (value.get<bool>()) command += fmt::format(" --{}", name);
    } else {
      command += fmt::format(" --{} {}", name, quoted(text_of(value)));
    }
  }
  return command;
}

}  // namespace quorate
