#include "results/history.h"

#include <limits>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>
#include <fmt/core.h>

#include "base/check.h"

namespace quorate {
namespace {

// What a process is doing: an index into the operations, or one of the two below.
using Doing = std::uint32_t;
constexpr Doing kIdle = std::numeric_limits<Doing>::max();
constexpr Doing kGone = kIdle - 1;  // after info: the process must not come back
constexpr std::size_t kMaxOperations = kGone;

static_assert(sizeof(Op) <= 72, "a history of 10^7 operations must fit in memory");

Error refused(Position index, std::string_view what) {
  return Error{ErrorCode::kInvalidArgument, fmt::format("event {}: {}", index, what)};
}

Outcome outcome_of(EventType completion) {
  if (completion == EventType::kOk) return Outcome::kOk;
  return completion == EventType::kFail ? Outcome::kFail : Outcome::kInfo;
}

// "a write", "an append".
std::string with_article(Function function) {
  const std::string_view name = name_of(function);
  const bool vowel = std::string_view("aeiou").find(name.front()) != std::string_view::npos;
  return fmt::format("{} {}", vowel ? "an" : "a", name);
}

std::string_view shown(std::string_view json) { return json.empty() ? "null" : json; }

}  // namespace

std::string_view History::plain(Symbol symbol) const {
  const std::string_view json = text(symbol);
  const bool quoted = json.size() >= 2 && json.front() == '"' && json.back() == '"';
  return quoted ? json.substr(1, json.size() - 2) : json;
}

struct HistoryBuilder::State {
  History history;
  boost::unordered_flat_map<std::int32_t, Doing> processes;
  Position last_index = -1;
  std::int64_t last_time_ns = std::numeric_limits<std::int64_t>::min();

  std::vector<Op>& ops() { return history.ops_; }
  SymbolTable& symbols() { return *history.symbols_; }

  Result<void> check_order(Position index, std::int64_t time_ns) const;
  Result<void> check_completion(const ClientEvent& event, Doing doing) const;
  Result<Doing> invoke(const ClientEvent& event, Doing doing);
  Result<Doing> complete(const ClientEvent& event, Doing doing);
  void note_details(const ClientEvent& event, Op* op);
  void advance(Position index, std::int64_t time_ns);
};

Result<void> HistoryBuilder::State::check_order(Position index, std::int64_t time_ns) const {
  if (index < 0 || index == kNever) return refused(index, "the index must be 0 or more");
  if (index <= last_index) {
    return refused(index,
                   fmt::format("the index must be greater than the one before, {}", last_index));
  }
  if (time_ns < last_time_ns) {
    return refused(index,
                   fmt::format("time runs backwards: {} ns after {} ns", time_ns, last_time_ns));
  }
  return {};
}

Result<Doing> HistoryBuilder::State::invoke(const ClientEvent& event, Doing doing) {
  if (doing == kGone) {
    return refused(
        event.index,
        fmt::format("process {} goes on after info: a new process must take over", event.process));
  }
  if (doing != kIdle) {
    return refused(
        event.index,
        fmt::format("process {} invokes while its operation of event {} is not completed",
                    event.process, history.ops_[doing].invoked));
  }
  if (takes_value(event.function) && event.value.empty()) {
    return refused(event.index, fmt::format("process {} invokes {} without a value", event.process,
                                            with_article(event.function)));
  }
  if (history.ops_.size() >= kMaxOperations) {
    return Error{ErrorCode::kLimit,
                 fmt::format("event {}: more than {} operations", event.index, kMaxOperations)};
  }
  Op op;
  op.invoked = event.index;
  op.invoked_ns = event.time_ns;
  op.process = event.process;
  op.function = event.function;
  op.key = symbols().intern(event.key);
  if (takes_value(event.function)) op.value = symbols().intern(event.value);
  note_details(event, &op);
  ops().push_back(op);
  return static_cast<Doing>(ops().size() - 1);
}

Result<void> HistoryBuilder::State::check_completion(const ClientEvent& event, Doing doing) const {
  const std::string_view type = name_of(event.type);
  if (doing == kIdle || doing == kGone) {
    return refused(event.index,
                   fmt::format("process {} completes ({}) without an invocation{}", event.process,
                               type, doing == kGone ? ": it ended with info" : ""));
  }
  const Op& op = history.ops_[doing];
  if (event.function != op.function) {
    return refused(event.index, fmt::format("process {} completes {}, but invoked {} at event {}",
                                            event.process, with_article(event.function),
                                            with_article(op.function), op.invoked));
  }
  if (event.key != history.text(op.key)) {
    return refused(
        event.index,
        fmt::format("process {} completes on key {}, but invoked on key {} at event {}",
                    event.process, shown(event.key), shown(history.text(op.key)), op.invoked));
  }
  if (tells_value(event.function) || !takes_value(event.function)) return {};
  if (event.value == history.text(op.value)) return {};
  const std::string function = with_article(event.function);
  if (event.value.empty()) {
    if (event.type != EventType::kOk) return {};
    return refused(event.index, fmt::format("process {} completes {} (ok) without a value",
                                            event.process, function));
  }
  return refused(
      event.index,
      fmt::format("process {} completes {} of {}, but invoked {} of {} at event {}", event.process,
                  function, event.value, function, history.text(op.value), op.invoked));
}

Result<Doing> HistoryBuilder::State::complete(const ClientEvent& event, Doing doing) {
  if (auto checked = check_completion(event, doing); !checked) return checked.error();
  Op& op = ops()[doing];
  op.outcome = outcome_of(event.type);
  op.completed = op.outcome == Outcome::kInfo ? kNever : event.index;
  op.completed_ns = event.time_ns;
  if (tells_value(op.function) && op.outcome == Outcome::kOk) {
    op.value = symbols().intern(event.value);
  }
  note_details(event, &op);
  return op.outcome == Outcome::kInfo ? kGone : kIdle;
}

void HistoryBuilder::State::note_details(const ClientEvent& event, Op* op) {
  const bool other_node = event.node != history.text(op->node);  // mostly told twice
  if (!event.node.empty() && other_node) op->node = symbols().intern(event.node);
  if (!event.version.empty()) op->version = symbols().intern(event.version);
  if (!event.error.empty()) op->error = symbols().intern(event.error);
  if (!event.replicas.empty()) op->replicas = symbols().intern(event.replicas);
  if (event.r != 0) op->r = event.r;
  if (event.w != 0) op->w = event.w;
  op->final_read = op->final_read || event.final_read;
}

void HistoryBuilder::State::advance(Position index, std::int64_t time_ns) {
  last_index = index;
  last_time_ns = time_ns;
  history.end_ = index + 1;
}

HistoryBuilder::HistoryBuilder() : state_(std::make_unique<State>()) {}

HistoryBuilder::~HistoryBuilder() = default;

void HistoryBuilder::reserve(std::size_t operations) { state_->ops().reserve(operations); }

Result<void> HistoryBuilder::add(const ClientEvent& event) {
  if (auto ordered = state_->check_order(event.index, event.time_ns); !ordered) return ordered;
  if (event.process < 0) {
    return refused(event.index, fmt::format("process {} is negative", event.process));
  }
  const auto process = state_->processes.find(event.process);
  const Doing doing = process == state_->processes.end() ? kIdle : process->second;
  const Result<Doing> next = event.type == EventType::kInvoke ? state_->invoke(event, doing)
                                                              : state_->complete(event, doing);
  if (!next) return next.error();
  if (process == state_->processes.end()) {
    state_->processes.emplace(event.process, *next);
  } else {
    process->second = *next;
  }
  state_->advance(event.index, event.time_ns);
  return {};
}

Result<void> HistoryBuilder::add(Mark mark) {
  if (auto ordered = state_->check_order(mark.index, mark.time_ns); !ordered) return ordered;
  if (mark.process.empty()) return refused(mark.index, "a mark without a process");
  state_->advance(mark.index, mark.time_ns);
  state_->history.marks_.push_back(std::move(mark));
  return {};
}

History HistoryBuilder::build() {
  History history = std::move(state_->history);
  state_ = std::make_unique<State>();
  return history;
}

}  // namespace quorate
