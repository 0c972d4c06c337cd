// History: everything that a run's clients observed, paired and validated; what the checkers read.
//
// Immutable after construction, so any number of threads may read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "results/operation.h"
#include "results/symbol_table.h"

namespace quorate {

// Something that no client did: a fault ("nemesis") or a phase of the run ("harness").
struct Mark {
  Position index = 0;
  std::int64_t time_ns = 0;
  std::string process;  // "nemesis" or "harness"
  EventType type = EventType::kInfo;
  std::string f;      // "inject-kill", "heal-kill", "phase", "node-crash"
  std::string value;  // JSON text; empty: null
};

// One client event as it goes into the log. Views need to live only for the call they are passed
// to. key and value are JSON texts (a string with its quotes); an empty view is null.
struct ClientEvent {
  Position index = 0;
  std::int64_t time_ns = 0;
  std::int32_t process = 0;  // >= 0
  EventType type = EventType::kInvoke;
  Function function = Function::kRead;
  std::string_view key;
  std::string_view value;
  std::string_view node;      // plain text
  std::string_view version;   // plain text
  std::string_view error;     // plain text
  std::string_view replicas;  // JSON array
  std::uint8_t r = 0;
  std::uint8_t w = 0;
  bool final_read = false;
};

class History {
 public:
  History() : symbols_(std::make_unique<SymbolTable>()) {}

  // In order of invocation.
  const std::vector<Op>& ops() const { return ops_; }
  const std::vector<Mark>& marks() const { return marks_; }
  // The text behind a symbol; "" for kAbsent. Lives as long as the history.
  std::string_view text(Symbol symbol) const { return symbols_->text(symbol); }
  // The same without the quotes of a JSON string: for people.
  std::string_view plain(Symbol symbol) const;
  // The symbol of a text, kAbsent if the history does not have it.
  Symbol find(std::string_view text) const { return symbols_->find(text); }
  // One past the last position.
  Position end() const { return end_; }

 private:
  friend class HistoryBuilder;
  std::vector<Op> ops_;
  std::vector<Mark> marks_;
  std::unique_ptr<SymbolTable> symbols_;
  Position end_ = 0;
};

// Takes events in log order, refuses what no log of a run can contain, and gives the History.
//
// Refused, in words, with the event's index: indices that are negative or do not increase, time
// that runs backwards, a negative process, a process that invokes twice without completing, a
// completion without an invocation or of another function, key or (for writes) value, a process
// that goes on after info, a write without a value, a mark without a process. A refused event
// changes nothing. A completion of a write that is not ok may leave the value out.
class HistoryBuilder {
 public:
  HistoryBuilder();
  ~HistoryBuilder();
  HistoryBuilder(const HistoryBuilder&) = delete;
  HistoryBuilder& operator=(const HistoryBuilder&) = delete;

  void reserve(std::size_t operations);
  // What the completion tells replaces what the invocation told (node, version, error, replicas, r,
  // w).
  Result<void> add(const ClientEvent& event);
  Result<void> add(Mark mark);
  // Operations without a completion are info. The builder is empty afterwards.
  History build();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate
