// Trace: what happened in a simulated world, event by event: as a running hash always, as text
// where somebody wants to read it. Equal worlds have equal traces, byte for byte.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include <fmt/format.h>
#include <xxhash.h>

#include "base/time.h"

namespace quorate::simulation {

class Trace {
 public:
  explicit Trace(bool keeps_text) : keeps_text_(keeps_text) {}

  bool keeps_text() const { return keeps_text_; }
  // What an event is, as numbers.
  void add(Instant now, std::uint64_t what, std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    const std::array<std::uint64_t, 5> words{
        static_cast<std::uint64_t>(now.time_since_epoch().count()), what, a, b, c};
    hash_ = XXH3_64bits_withSeed(words.data(), sizeof words, hash_);
  }
  // The same in words, without the time. Call it only if keeps_text().
  void say(Instant now, const std::string& words) {
    const auto us = std::chrono::duration<double, std::micro>(now.time_since_epoch()).count();
    text_ += fmt::format("{:12.3f} {}\n", us, words);
  }

  std::uint64_t hash() const { return hash_; }
  const std::string& text() const { return text_; }

 private:
  const bool keeps_text_;
  std::uint64_t hash_ = 0;
  std::string text_;
};

}  // namespace quorate::simulation
