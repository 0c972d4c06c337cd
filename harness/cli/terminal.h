// What the program prints for people: colour and live lines only where a terminal is.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"
#include "harness/run/run_test.h"

namespace quorate {

enum class Tone { kPlain, kGood, kBad, kWarning, kFaint };

// The text in the tone's colour, if standard output is a terminal (and NO_COLOR is not set).
std::string toned(Tone tone, std::string_view text);

// Shows a run's progress on standard error: one line rewritten in place on a terminal, else a plain
// line every few seconds. Erases itself.
class ProgressLine {
 public:
  // `label` stands before the numbers; `length` is that of the load.
  ProgressLine(std::string label, Duration length, bool quiet);
  ~ProgressLine() { clear(); }
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  void show(const RunProgress& progress);
  void clear();

 private:
  std::string label_;
  Duration length_;
  bool quiet_;
  bool live_;
  bool shown_ = false;
  Instant last_;
};

// "12 345 678"
std::string grouped(std::int64_t number);

}  // namespace quorate
