#include "checker/general/test/object_history.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "base/check.h"

namespace quorate {
namespace {

EventType completion_of(Outcome outcome) {
  if (outcome == Outcome::kOk) return EventType::kOk;
  return outcome == Outcome::kFail ? EventType::kFail : EventType::kInfo;
}

// Reads one word of the notation from its front to its back.
class WordParser {
 public:
  explicit WordParser(std::string_view word) : word_(word), rest_(word) {}

  ObjectOp parse() {
    ObjectOp op;
    op.function = function(&op.value);
    expect('[');
    op.start = number();
    expect(',');
    if (rest_.starts_with("INF")) {
      rest_.remove_prefix(3);
      op.end = kNever;
    } else {
      op.end = number();
    }
    expect(']');
    if (rest_ == "i") op.outcome = Outcome::kInfo;
    if (rest_ == "f") op.outcome = Outcome::kFail;
    QUORATE_CHECK(op.end != kNever || op.outcome == Outcome::kInfo, "{}: INF without i", word_);
    return op;
  }

 private:
  Function function(std::string* value) {
    if (rest_.starts_with("CAS(")) {
      rest_.remove_prefix(4);
      const Position expected = number();
      expect('-');
      expect('>');
      *value = fmt::format("[{},{}]", expected, number());
      expect(')');
      return Function::kCas;
    }
    const char letter = rest_.front();
    rest_.remove_prefix(1);
    switch (letter) {
      case 'X':
        return Function::kDelete;
      case 'A':
        return Function::kAcquire;
      case 'L':
        return Function::kRelease;
      default:
        break;
    }
    const Position told = number();
    if (told != 0) *value = fmt::format("{}", told);
    switch (letter) {
      case 'W':
        return Function::kWrite;
      case 'R':
        return Function::kRead;
      case 'E':
        return Function::kEnqueue;
      case 'D':
        return Function::kDequeue;
      default:
        QUORATE_CHECK(false, "{}: no such operation", word_);
        return Function::kRead;
    }
  }
  void expect(char wanted) {
    QUORATE_CHECK(!rest_.empty() && rest_.front() == wanted, "{}: expected {}", word_, wanted);
    rest_.remove_prefix(1);
  }
  Position number() {
    Position result = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), result);
    QUORATE_CHECK(error == std::errc(), "{}: expected a number", word_);
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return result;
  }

  std::string_view word_;
  std::string_view rest_;
};

// The object as the run of it that good histories are made from.
class Run {
 public:
  explicit Run(RandomStream* random) : random_(random) {}

  // What the operation gives, at the moment of its effect; false where it cannot succeed.
  bool apply(ObjectOp* op) {
    switch (op->function) {
      case Function::kRead:
        op->value = text_;
        return true;
      case Function::kWrite:
        text_ = op->value;
        return true;
      case Function::kDelete:
        text_.clear();
        return true;
      case Function::kCas:
        return cas(op);
      case Function::kAppend:
        append(op->value);
        return true;
      case Function::kAcquire:
        return !std::exchange(held_, true);
      case Function::kRelease:
        return std::exchange(held_, false);
      case Function::kEnqueue:
        queue_.push_back(op->value);
        return true;
      case Function::kDequeue:
        op->value.clear();
        if (!queue_.empty()) {
          op->value = queue_.front();
          queue_.erase(queue_.begin());
        }
        return true;
      case Function::kTransaction:
        txn(op);
        return true;
      default:
        return false;
    }
  }

 private:
  bool cas(ObjectOp* op) {
    const Json pair = Json::parse(op->value);
    const std::string expected = pair[0].is_null() ? "" : pair[0].dump();
    if (expected != text_) return false;
    text_ = pair[1].dump();
    return true;
  }
  void append(const std::string& value) {
    const std::string now = text_.empty() ? "\"\"" : text_;
    text_ = now.substr(0, now.size() - 1) + value.substr(1);
  }
  void txn(ObjectOp* op) {
    Json steps = Json::parse(op->value);
    for (Json& step : steps) {
      const std::string key = step[1].dump();
      if (step[0] == "w") {
        cells_[key] = step[2];
      } else {
        step[2] = cells_[key];
      }
    }
    op->value = steps.dump();
  }

  RandomStream* random_;
  std::string text_;
  bool held_ = false;
  std::vector<std::string> queue_;
  std::map<std::string, Json> cells_;
};

std::string number(int below, RandomStream* random) {
  return fmt::format("{}", 1 + random->below(static_cast<std::uint64_t>(below)));
}

std::string random_txn(RandomStream* random) {
  Json steps = Json::array();
  const std::uint64_t count = 1 + random->below(3);
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::string key = random->chance(0.5) ? "x" : "y";
    const bool write = random->chance(0.5);
    Json value = static_cast<int>(random->below(3));
    if (value == 0) value = nullptr;
    if (write && value.is_null()) value = 3;
    steps.push_back({write ? "w" : "r", key, value});
  }
  return steps.dump();
}

ObjectOp random_op(ModelKind model, int values, RandomStream* random) {
  ObjectOp op;
  const double draw = random->uniform();
  const bool reads = draw < 0.4;
  switch (model) {
    case ModelKind::kRegister:
    case ModelKind::kCasRegister:
      op.function = reads ? Function::kRead : Function::kWrite;
      if (draw > 0.95) op.function = Function::kDelete;
      if (model == ModelKind::kCasRegister && draw > 0.6 && draw < 0.95) {
        op.function = Function::kCas;
      }
      op.value = number(values, random);
      if (reads && random->chance(0.15)) op.value.clear();
      if (op.function == Function::kDelete) op.value.clear();
      if (op.function == Function::kCas) {
        op.value =
            fmt::format("[{},{}]", random->chance(0.1) ? "null" : op.value, number(values, random));
      }
      break;
    case ModelKind::kMutex:
      op.function = draw < 0.5 ? Function::kAcquire : Function::kRelease;
      break;
    case ModelKind::kFifoQueue:
      op.function = draw < 0.5 ? Function::kEnqueue : Function::kDequeue;
      op.value = number(values, random);
      if (op.function == Function::kDequeue && random->chance(0.15)) op.value.clear();
      break;
    case ModelKind::kMultiRegister:
      op.function = Function::kTransaction;
      op.value = random_txn(random);
      break;
    case ModelKind::kKvAppend:
      op.function = reads ? Function::kRead : Function::kAppend;
      if (draw > 0.85) op.function = Function::kWrite;
      op.value = random->chance(0.5) ? "\"a\"" : "\"b\"";
      if (reads) {
        const std::vector<std::string> texts{"",       "\"a\"",  "\"b\"",   "\"ab\"", "\"ba\"",
                                             "\"aa\"", "\"bb\"", "\"aba\"", "\"bab\""};
        op.value = random->pick(texts);
      }
      break;
  }
  return op;
}

bool changes(const ObjectOp& op) { return op.function != Function::kRead; }

}  // namespace

History history_of(const std::vector<ObjectOp>& ops) {
  struct Step {
    std::size_t op;
    bool invoke;
  };
  std::map<Position, Step> steps;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    QUORATE_CHECK(steps.emplace(ops[i].start, Step{i, true}).second, "two events at one place");
    if (ops[i].end == kNever) continue;
    QUORATE_CHECK(ops[i].end > ops[i].start, "an operation that ends before it starts");
    QUORATE_CHECK(steps.emplace(ops[i].end, Step{i, false}).second, "two events at one place");
  }
  HistoryBuilder builder;
  std::set<std::int32_t> idle;
  std::int32_t next_process = 1;
  std::vector<std::int32_t> process_of(ops.size());
  for (const auto& [position, step] : steps) {
    const ObjectOp& op = ops[step.op];
    if (step.invoke) {
      if (idle.empty()) idle.insert(next_process++);
      process_of[step.op] = *idle.begin();
      idle.erase(idle.begin());
    }
    ClientEvent event;
    event.index = position;
    event.time_ns = position * 1'000'000;
    event.process = process_of[step.op];
    event.type = step.invoke ? EventType::kInvoke : completion_of(op.outcome);
    event.function = op.function;
    event.key = op.key;
    if (takes_value(op.function) || event.type == EventType::kOk) event.value = op.value;
    const auto added = builder.add(event);
    QUORATE_CHECK(added.has_value(), "{}", added.error().to_string());
    if (!step.invoke && op.outcome != Outcome::kInfo) idle.insert(event.process);
  }
  return builder.build();
}

std::string to_text(const std::vector<ObjectOp>& ops) {
  std::string text;
  for (const ObjectOp& op : ops) {
    text += fmt::format("{} {}[{},{}]{}; ", name_of(op.function), op.value, op.start,
                        op.end == kNever ? "INF" : fmt::format("{}", op.end),
                        op.outcome == Outcome::kInfo   ? "i"
                        : op.outcome == Outcome::kFail ? "f"
                                                       : "");
  }
  return text;
}

std::vector<ObjectOp> parse_object_ops(std::string_view notation) {
  std::vector<ObjectOp> ops;
  while (true) {
    const auto begin = notation.find_first_not_of(' ');
    if (begin == std::string_view::npos) return ops;
    notation.remove_prefix(begin);
    const auto end = std::min(notation.find_first_of(' '), notation.size());
    ops.push_back(WordParser(notation.substr(0, end)).parse());
    notation.remove_prefix(end);
  }
}

std::vector<ObjectOp> random_object_ops(ModelKind model, int most, RandomStream* random) {
  const std::size_t count = 2 + random->below(static_cast<std::uint64_t>(most - 1));
  const int values = random->chance(0.3) ? 6 : 1 + static_cast<int>(random->below(3));
  std::vector<Position> places(2 * count);
  std::iota(places.begin(), places.end(), Position{1});
  random->shuffle(&places);
  const bool narrow = random->chance(0.5);  // little in flight at once
  std::vector<ObjectOp> ops;
  std::vector<std::pair<Position, std::size_t>> effects;
  for (std::size_t i = 0; i < count; ++i) {
    ObjectOp op = random_op(model, values, random);
    op.start = std::min(places[2 * i], places[2 * i + 1]);
    op.end = std::max(places[2 * i], places[2 * i + 1]);
    ops.push_back(op);
  }
  if (narrow) {
    for (std::size_t i = 0; i < count; ++i) {
      ops[i].start = static_cast<Position>(4 * i + random->below(2) * 6 + 1 + 0);
      ops[i].end = ops[i].start + 3 + static_cast<Position>(random->below(4)) * 2 + 0;
    }
    std::set<Position> taken;
    for (ObjectOp& op : ops) {
      while (!taken.insert(op.start).second) ++op.start;
      op.end = std::max(op.end, op.start + 1);
      while (!taken.insert(op.end).second) ++op.end;
    }
  }
  if (random->chance(0.6)) {
    for (std::size_t i = 0; i < count; ++i) {
      const auto width = static_cast<std::uint64_t>(ops[i].end - ops[i].start);
      effects.emplace_back(ops[i].start + static_cast<Position>(random->below(width + 1)), i);
    }
    std::sort(effects.begin(), effects.end());
    Run run(random);
    for (const auto& [place, i] : effects) {
      if (!run.apply(&ops[i])) ops[i].outcome = Outcome::kFail;
    }
  }
  for (ObjectOp& op : ops) {
    if (op.outcome == Outcome::kFail) continue;
    if (random->chance(changes(op) ? 0.2 : 0.05)) op.outcome = Outcome::kInfo;
    if (random->chance(0.04)) op.outcome = Outcome::kFail;
    if (op.outcome == Outcome::kInfo) op.end = kNever;
  }
  return ops;
}

std::vector<ObjectOp> mutate(std::vector<ObjectOp> ops, RandomStream* random) {
  if (ops.empty()) return ops;
  const std::size_t at = random->below(ops.size());
  const std::size_t other = random->below(ops.size());
  switch (random->below(4)) {
    case 0:
      ops.erase(ops.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    case 1:
      if (ops[at].function == ops[other].function) std::swap(ops[at].value, ops[other].value);
      break;
    case 2:
      if (ops[at].outcome == Outcome::kOk) {
        ops[at].outcome = Outcome::kInfo;
        ops[at].end = kNever;
      }
      break;
    default: {
      std::set<Position> taken;
      for (const ObjectOp& op : ops) taken.insert({op.start, op.end});
      if (ops[at].end == kNever) break;
      Position end = ops[at].start + 1 + static_cast<Position>(random->below(12));
      while (taken.contains(end)) ++end;
      ops[at].end = end;
      break;
    }
  }
  return ops;
}

}  // namespace quorate
