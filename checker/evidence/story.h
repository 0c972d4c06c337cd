// Story: a violation in words, to somebody who did not write the test: a title, a row for each
// operation with its times and what matters about it, and the sentences that cannot all be true.
//
// Where the replies told them, a line below each row says the version and who answered; where the
// harness polled the replicas at the end, a violation of what must last ends with what each held.
//
// Every checker tells what it found with one. Times are seconds since the run's start; where the
// history has none, places in the log. Not thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "checker/evidence/version_names.h"
#include "checker/key_index.h"
#include "checker/replicas/replica_state.h"
#include "results/anomaly.h"
#include "results/verdict.h"

namespace quorate {

// The reasons of edges that all families share, so that "BEFORE reason AFTER" reads as a sentence;
// others are said in the same manner.
namespace because {
inline constexpr const char* kEndedBefore = "ended before it began";  // in the log, so in real time
inline constexpr const char* kWasReadBy = "was read by";              // AFTER returned its value
inline constexpr const char* kSameProcess = "the same process did it first";
inline constexpr const char* kSmallerVersion = "has a smaller version than";
}  // namespace because

// Whether what the replicas hold in the end is part of the story.
bool is_about_what_lasts(Property property, std::string_view anomaly);

// A JSON text as it is shown: shortened where it is long; "nothing" for "".
std::string shown_json(std::string_view json);

// What a process did, before the value: "wrote", "read", "compared and set".
std::string_view deed_verb(Function function);

class Story {
 public:
  // `ops`: what the violation is made of; sorted here. REQUIRES: not empty; the history outlives
  // the story.
  Story(const History& history, std::vector<OpIndex> ops);

  const Op& op(OpIndex index) const { return history_.ops()[index]; }
  // In log order.
  const std::vector<OpIndex>& ops() const { return ops_; }
  // The key of the last read, else of the last operation; where there are several keys, each row
  // says its own.
  Symbol key() const { return key_; }

  // A value or key as it is shown: JSON text, shortened where it is long; "nothing" where absent.
  std::string shown(Symbol symbol) const;
  // "7.014 s", or "event 12".
  std::string began(OpIndex index) const;
  std::string ended(OpIndex index) const;
  // "195 ms ", from the end of one operation to the start of another; "" where times are not known.
  std::string gap(OpIndex from, OpIndex to) const;

  // What matters about one operation, behind its row. Writes begin with their outcome.
  // REQUIRES: `index` is among ops().
  void note(OpIndex index, std::string text);
  // One line below the rows.
  template <typename... Args>
  void sentence(fmt::format_string<Args...> format, Args&&... args) {
    sentences_.push_back(fmt::format(format, std::forward<Args>(args)...));
  }
  // `before` must have come before `after`, and why: "ended before it began". REQUIRES: both are
  // among ops().
  void edge(OpIndex before, OpIndex after, std::string reason);

  Violation tell(Property property, Anomaly anomaly) const;

 private:
  std::string title(Anomaly anomaly) const;
  std::string keys() const;
  std::string moment(Position position, std::int64_t ns) const;
  std::string deed(OpIndex index) const;
  std::string span(OpIndex index) const;
  std::size_t row_of(OpIndex index) const;
  void append_rows(const VersionNames& names, std::vector<std::string>* lines) const;
  std::string answer(OpIndex index, const VersionNames& names) const;
  void append_states(const std::vector<ReplicaRecord>& states, const VersionNames& names,
                     std::vector<std::string>* lines) const;

  const History& history_;
  std::vector<OpIndex> ops_;
  Symbol key_ = kAbsent;
  bool has_times_ = false;
  bool several_keys_ = false;
  std::vector<std::string> notes_;  // as ops_
  std::vector<std::string> sentences_;
  std::vector<Edge> edges_;
};

}  // namespace quorate
