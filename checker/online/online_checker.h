// OnlineChecker: judges registers with unique values while their log is still being written.
//
// It flags exactly the first prefix of the log that breaks latest, write-order or linearizable
// (theory 1.3 and 2.4), and remembers only what is in flight or may still be read: writes of
// unknown outcome, and the values that overlap. What is wrong, and why, the offline checkers tell.
//
// Not judged here: a key that sees other operations than reads and writes, or a value twice; such a
// key is left out, and skipped_keys() counts it. Values are told apart by 64 bits of hash.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checker/checker.h"

namespace quorate {

// The first event after which a property is broken.
struct OnlineFinding {
  Property property = Property::kLatest;
  Position at = 0;    // the completion of a read, or of a write that failed after it was read
  std::string key;    // JSON text
  std::string value;  // JSON text: what was read; "" for null
};

class OnlineChecker {
 public:
  // initial.kind kFree is not supported.
  explicit OnlineChecker(const InitialValue& initial = {});
  ~OnlineChecker();
  OnlineChecker(const OnlineChecker&) = delete;
  OnlineChecker& operator=(const OnlineChecker&) = delete;

  // Takes the next event of the log. O(log n) in the operations that are in flight, amortised.
  // REQUIRES: what HistoryBuilder asks of a log.
  void add(const ClientEvent& event);

  // In the order in which they were found; one per property.
  const std::vector<OnlineFinding>& findings() const;
  // nullptr: not broken so far.
  const OnlineFinding* broken(Property property) const;

  std::size_t skipped_keys() const;
  // Values that are remembered, over all keys: what the memory grows with.
  std::size_t remembered() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate
