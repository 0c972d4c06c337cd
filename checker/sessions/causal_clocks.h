// CausalClocks: how far into each session the past of a step reaches. Vector clocks, of what can
// still matter.
//
// A session has a column once another session has read one of its writes; of others nobody knows
// anything. What a step knows of its own session is its own place, and stands in no clock. Rows are
// shared until they change. Columns and rows that nobody will ask for any more are given up by
// collect(), so that memory follows the sessions that are alive and not those that ever were.
// Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/sessions/session_steps.h"

namespace quorate {

class CausalClocks {
 public:
  // REQUIRES: the steps outlive this.
  explicit CausalClocks(const SessionSteps& steps);

  // Steps of a session in order; the write of a read before it.
  void advance(StepIndex index);

  // The place up to which a session's steps come before `step`, which was the last of its own
  // session to advance(); 0: none does.
  std::uint32_t known_now(const Step& step, std::uint32_t session) const {
    if (session == step.session) return step.position - 1;
    return at(current_[step.session], session);
  }
  // Whether `before` came before `write`, or is it. REQUIRES: write advanced; its row and the
  // column of `before` are kept.
  bool is_before(StepIndex before, StepIndex write) const {
    const Step& first = steps_[before];
    const Step& last = steps_[write];
    if (first.session == last.session) return first.position <= last.position;
    return at(of_write_[write], first.session) >= first.position;
  }
  // The same asked of the past of a session's next step: as known_now().
  std::uint32_t known_to(std::uint32_t session, std::uint32_t of) const {
    return at(current_[session], of);
  }
  // The same of a write's past.
  std::uint32_t known_at(StepIndex write, std::uint32_t of) const {
    return steps_[write].session == of ? steps_[write].position : at(of_write_[write], of);
  }

  // Forgets the rows of all writes but `writes`, the current rows of all sessions but those that
  // are `alive`, and the columns of sessions that are not `known`. O(rows * columns). REQUIRES: no
  // write stands twice among `writes`.
  void collect(const std::vector<StepIndex>& writes, const std::vector<std::uint32_t>& alive,
               const std::vector<bool>& known);
  std::size_t bytes() const { return bytes_; }

 private:
  using Row = std::vector<std::uint32_t>;  // by column; what is beyond its end is 0
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  std::uint32_t at(std::uint32_t row, std::uint32_t session) const {
    const std::uint32_t column = column_[session];
    return column < rows_[row].size() ? rows_[row][column] : 0;
  }
  void learn(std::uint32_t session, StepIndex write);

  const SessionSteps& steps_;
  std::vector<std::uint32_t> column_;  // by session; kNone
  std::uint32_t columns_ = 0;
  std::vector<Row> rows_;                // row 0 is empty
  std::vector<std::uint32_t> current_;   // by session
  std::vector<bool> shared_;             // by session: the current row is not its alone
  std::vector<std::uint32_t> of_write_;  // by step
  std::size_t bytes_ = 0;
};

}  // namespace quorate
