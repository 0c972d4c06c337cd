// Findings: counts what a checker finds, and keeps evidence of the few violations that are shown.
//
// At most kShown are shown, spread over keys: the first of each key, then the second of each, and
// so on. All are counted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "checker/registers/counterexample.h"

namespace quorate {

class Findings {
 public:
  static constexpr std::size_t kShown = 8;

  // Starts the next key.
  void next_key();
  // One violation of the current key is found.
  void count(std::uint64_t violations = 1) { count_ += violations; }
  // Whether evidence of another violation of this key would be kept. Violations with one `tag` tell
  // the same story (say, reads of one stale value), so only the first is.
  bool wants(std::uint64_t tag) const;
  // REQUIRES: wants(tag).
  void keep(std::uint64_t tag, Evidence evidence);
  // The key could not be judged. The first reason is kept.
  void undecided(std::string reason);

  // As if the keys of `later` had come after those of this.
  void append(Findings later);

  std::uint64_t violation_count() const { return count_; }
  const std::string& undecided_reason() const { return reason_; }
  bool is_undecided() const { return !reason_.empty(); }
  // Leaves nothing behind.
  std::vector<Evidence> take_shown();

 private:
  struct Kept {
    std::uint64_t tag;
    Evidence evidence;
  };
  std::vector<std::vector<Kept>> by_key_;  // of the first kShown keys that have any
  bool current_has_any_ = false;
  std::uint64_t count_ = 0;
  std::string reason_;
};

}  // namespace quorate
