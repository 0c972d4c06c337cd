// KeyWriters: the writes of each key by session, of those that can still be the last that a step
// knows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "checker/sessions/session_steps.h"

namespace quorate {

class KeyWriters {
 public:
  // The writes of one session on one key.
  struct Writer {
    std::uint32_t session = 0;
    std::uint32_t begin = 0;  // of those that matter, in places()
    std::uint32_t added = 0;  // one past the last that was added
    std::uint32_t end = 0;
    std::uint32_t hint = 0;  // where the last search ended: the next is often near
  };

  // REQUIRES: the steps outlive this.
  explicit KeyWriters(const SessionSteps& steps);

  // Writes of a session in order.
  void add(StepIndex write);
  // The writers of the key that have added any and are not dropped.
  std::vector<std::uint32_t>& of_key(std::uint32_t key) { return live_[key]; }
  std::uint32_t keys() const { return static_cast<std::uint32_t>(live_.size()); }
  Writer& operator[](std::uint32_t writer) { return writers_[writer]; }

  StepIndex write(std::uint32_t place) const { return writes_[place]; }
  std::uint32_t position(std::uint32_t place) const { return positions_[place]; }

  // The last write of the writer that matters, at or before the position in its session; kNoStep
  // where none is.
  StepIndex last_until(Writer* writer, std::uint32_t position) {
    const auto later = [this, writer, position](std::uint32_t place) {
      return place == writer->added || positions_[place] > position;
    };
    if (later(writer->begin)) return kNoStep;
    std::uint32_t at = std::max(writer->hint, writer->begin);
    if (later(at) || !later(at + 1)) {
      const auto first = positions_.begin() + writer->begin;
      const auto last = positions_.begin() + writer->added;
      at =
          static_cast<std::uint32_t>(std::upper_bound(first, last, position) - positions_.begin()) -
          1;
      writer->hint = at;
    }
    return writes_[at];
  }

 private:
  void add_key(std::uint32_t key);

  const SessionSteps& steps_;
  std::vector<StepIndex> writes_;                 // by key, session and position
  std::vector<std::uint32_t> positions_;          // of writes_
  std::vector<Writer> writers_;                   // by key and session
  std::vector<std::uint32_t> writer_of_;          // by step
  std::vector<std::vector<std::uint32_t>> live_;  // by key
};

}  // namespace quorate
