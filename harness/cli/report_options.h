// The options of `quorate report`, as people write them.
#pragma once

#include <string>

#include <CLI/App.hpp>

namespace quorate {

struct ReportTexts {
  std::string run;
  std::string format = "html";
};

CLI::App* add_report(CLI::App* app, ReportTexts* texts);
// Understands the options and does what they ask. Returns the exit code.
int start_report(const ReportTexts& texts);

}  // namespace quorate
