// ViolationList: counts what a checker finds, and keeps the few violations that are shown.
//
// At most kShown are shown, spread over keys: the first of each key, then the second of each, and
// so on. All are counted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "results/verdict.h"

namespace quorate {

class ViolationList {
 public:
  static constexpr std::size_t kShown = 8;

  // Starts the next key.
  void next_key() { current_has_any_ = false; }
  void count(std::uint64_t violations = 1) { count_ += violations; }
  // Whether another violation of this key would be kept. Violations with one `tag` tell the same
  // story, so only the first is.
  bool wants(std::uint64_t tag) const;
  // REQUIRES: wants(tag).
  void keep(std::uint64_t tag, Violation violation);
  // Something could not be judged. The first reason is kept.
  void undecided(std::string reason);

  std::uint64_t violation_count() const { return count_; }
  // Verdict, count, reason and shown violations; leaves nothing behind.
  CheckResult take_result(Property property);

 private:
  struct Kept {
    std::uint64_t tag;
    Violation violation;
  };
  std::vector<std::vector<Kept>> by_key_;  // of the first kShown keys that have any
  bool current_has_any_ = false;
  std::uint64_t count_ = 0;
  std::string reason_;
};

}  // namespace quorate
