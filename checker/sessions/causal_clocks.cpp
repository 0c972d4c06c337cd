#include "checker/sessions/causal_clocks.h"

#include <algorithm>

namespace quorate {

CausalClocks::CausalClocks(const SessionSteps& steps)
    : steps_(steps),
      column_(steps.sessions(), kNone),
      rows_(1),
      current_(steps.sessions(), 0),
      shared_(steps.sessions(), true),
      of_write_(steps.size(), 0) {}

void CausalClocks::advance(StepIndex index) {
  const Step& step = steps_[index];
  if (step.write()) {
    of_write_[index] = current_[step.session];
    shared_[step.session] = true;
  } else if (step.source != kInitialStep && steps_[step.source].session != step.session) {
    learn(step.session, step.source);
  }
}

void CausalClocks::learn(std::uint32_t session, StepIndex write) {
  const Step& source = steps_[write];
  if (at(current_[session], source.session) >= source.position) return;  // and all that it knew
  if (column_[source.session] == kNone) column_[source.session] = columns_++;
  if (shared_[session]) {
    Row copy = rows_[current_[session]];
    current_[session] = static_cast<std::uint32_t>(rows_.size());
    rows_.push_back(std::move(copy));
    shared_[session] = false;
    bytes_ += sizeof(Row) + rows_.back().size() * sizeof(std::uint32_t);
  }
  Row& mine = rows_[current_[session]];
  const Row& theirs = rows_[of_write_[write]];
  if (mine.size() < columns_) {
    bytes_ += (columns_ - mine.size()) * sizeof(std::uint32_t);
    mine.reserve(columns_);
    mine.resize(columns_, 0);
  }
  for (std::size_t i = 0; i < theirs.size(); ++i) mine[i] = std::max(mine[i], theirs[i]);
  std::uint32_t& direct = mine[column_[source.session]];
  direct = std::max(direct, source.position);
}

void CausalClocks::collect(const std::vector<StepIndex>& writes,
                           const std::vector<std::uint32_t>& alive,
                           const std::vector<bool>& known) {
  std::vector<std::uint32_t> kept;  // the old columns, in their order
  std::vector<std::uint32_t> session_of(columns_, kNone);
  for (std::uint32_t s = 0; s < column_.size(); ++s) {
    if (column_[s] != kNone) session_of[column_[s]] = s;
  }
  for (std::uint32_t c = 0; c < columns_; ++c) {
    if (session_of[c] == kNone) continue;
    const bool keep = known[session_of[c]];
    column_[session_of[c]] = keep ? static_cast<std::uint32_t>(kept.size()) : kNone;
    if (keep) kept.push_back(c);
  }
  std::vector<std::uint32_t> place(rows_.size(), kNone);  // of the old rows
  std::vector<Row> rows(1);
  place[0] = 0;
  const auto keep_row = [&](std::uint32_t* row) {
    if (place[*row] == kNone) {
      place[*row] = static_cast<std::uint32_t>(rows.size());
      Row fewer;
      fewer.reserve(kept.size());
      for (const std::uint32_t c : kept) {
        if (c < rows_[*row].size()) fewer.push_back(rows_[*row][c]);
      }
      rows.push_back(std::move(fewer));
    }
    *row = place[*row];
  };
  for (const std::uint32_t session : alive) keep_row(&current_[session]);
  for (const StepIndex write : writes) keep_row(&of_write_[write]);
  rows_ = std::move(rows);
  columns_ = static_cast<std::uint32_t>(kept.size());
  bytes_ = 0;
  for (const Row& row : rows_) bytes_ += sizeof(Row) + row.capacity() * sizeof(std::uint32_t);
}

}  // namespace quorate
