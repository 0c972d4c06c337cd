#include "checker/test/history_notation.h"

#include <charconv>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/check.h"

namespace quorate {
namespace {

// Reads one word of the notation from its front to its back.
class WordParser {
 public:
  explicit WordParser(std::string_view word) : word_(word), rest_(word) {}

  TestOp parse() {
    TestOp op;
    if (const auto colon = rest_.find(':'); colon != std::string_view::npos) {
      op.key = rest_.substr(0, colon);
      rest_.remove_prefix(colon + 1);
    }
    const char function = take_one_of("WRD");
    op.function = function == 'W'   ? Function::kWrite
                  : function == 'R' ? Function::kRead
                                    : Function::kDelete;
    if (function != 'D') op.value = static_cast<int>(number());
    take_one_of("[");
    op.start = number();
    take_one_of(",");
    op.end = rest_.starts_with("INF") ? infinity() : number();
    take_one_of("]");
    while (!rest_.empty()) {
      const char flag = take_one_of("ifFvrw");
      if (flag == 'i') op.outcome = Outcome::kInfo;
      if (flag == 'f') op.outcome = Outcome::kFail;
      if (flag == 'F') op.final_read = true;
      if (flag == 'v') op.version = static_cast<int>(number());
      if (flag == 'r') op.r = static_cast<int>(number());
      if (flag == 'w') op.w = static_cast<int>(number());
    }
    QUORATE_CHECK(op.end != kNever || op.outcome == Outcome::kInfo, "{}: INF without i", word_);
    return op;
  }

 private:
  char take_one_of(std::string_view choices) {
    QUORATE_CHECK(!rest_.empty() && choices.find(rest_[0]) != std::string_view::npos,
                  "{}: expected one of {}", word_, choices);
    const char taken = rest_[0];
    rest_.remove_prefix(1);
    return taken;
  }
  Position number() {
    Position result = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), result);
    QUORATE_CHECK(error == std::errc(), "{}: expected a number", word_);
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return result;
  }
  Position infinity() {
    rest_.remove_prefix(3);
    return kNever;
  }

  std::string_view word_;
  std::string_view rest_;
};

struct Step {
  std::size_t op;
  bool invoke;
};

std::map<Position, Step> steps_of(const std::vector<TestOp>& ops) {
  std::map<Position, Step> steps;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    QUORATE_CHECK(steps.emplace(ops[i].start, Step{i, true}).second, "two events at one place");
    if (ops[i].end == kNever) continue;
    QUORATE_CHECK(ops[i].end > ops[i].start, "an operation that ends before it starts");
    QUORATE_CHECK(steps.emplace(ops[i].end, Step{i, false}).second, "two events at one place");
  }
  return steps;
}

EventType completion_of(Outcome outcome) {
  if (outcome == Outcome::kOk) return EventType::kOk;
  return outcome == Outcome::kFail ? EventType::kFail : EventType::kInfo;
}

}  // namespace

std::vector<TestOp> parse_ops(std::string_view notation) {
  std::vector<TestOp> ops;
  while (true) {
    const auto begin = notation.find_first_not_of(" \n");
    if (begin == std::string_view::npos) return ops;
    notation.remove_prefix(begin);
    const auto end = std::min(notation.find_first_of(" \n"), notation.size());
    ops.push_back(WordParser(notation.substr(0, end)).parse());
    notation.remove_prefix(end);
  }
}

void play(const std::vector<TestOp>& ops, bool with_times,
          const std::function<void(const ClientEvent&)>& take) {
  std::set<std::int32_t> idle;
  std::int32_t next_process = 1;
  std::vector<std::int32_t> process_of(ops.size());
  for (const auto& [position, step] : steps_of(ops)) {
    const TestOp& op = ops[step.op];
    if (step.invoke) {
      if (idle.empty()) idle.insert(next_process++);
      process_of[step.op] = *idle.begin();
      idle.erase(idle.begin());
    }
    const std::int32_t process = process_of[step.op];
    const std::string key = fmt::format("\"{}\"", op.key);
    const std::string value = op.value == 0 ? "" : fmt::format("{}", op.value);
    const std::string node = fmt::format("n{}", 1 + process % 3);
    ClientEvent event;
    event.index = position;
    event.time_ns = with_times ? position * 1'000'000 : 0;
    event.process = process;
    event.type = step.invoke ? EventType::kInvoke : completion_of(op.outcome);
    event.function = op.function;
    event.key = key;
    const std::string version = fmt::format("v{}", op.version);
    if (!step.invoke && op.version != 0) event.version = version;
    event.r = static_cast<std::uint8_t>(op.r);
    event.w = static_cast<std::uint8_t>(op.w);
    const bool tells = op.function == Function::kWrite || event.type == EventType::kOk;
    if (tells) event.value = value;
    event.node = node;
    event.final_read = op.final_read;
    take(event);
    if (!step.invoke && op.outcome != Outcome::kInfo) idle.insert(process);
  }
}

History history_of(const std::vector<TestOp>& ops, bool with_times) {
  HistoryBuilder builder;
  play(ops, with_times, [&builder](const ClientEvent& event) {
    const auto added = builder.add(event);
    QUORATE_CHECK(added.has_value(), "{}", added.error().to_string());
  });
  return builder.build();
}

History history_of(std::string_view notation) { return history_of(parse_ops(notation)); }

std::string to_notation(const std::vector<TestOp>& ops) {
  std::string text;
  for (const TestOp& op : ops) {
    const std::string end = op.end == kNever ? "INF" : fmt::format("{}", op.end);
    const std::string deed =
        op.function == Function::kDelete
            ? "D"
            : fmt::format("{}{}", op.function == Function::kWrite ? "W" : "R", op.value);
    text += fmt::format("{}{}{}[{},{}]", text.empty() ? "" : " ", op.key == "x" ? "" : op.key + ":",
                        deed, op.start, end);
    if (op.outcome == Outcome::kInfo) text += "i";
    if (op.outcome == Outcome::kFail) text += "f";
    if (op.final_read) text += "F";
    if (op.version != 0) text += fmt::format("v{}", op.version);
    if (op.r != 0) text += fmt::format("r{}", op.r);
    if (op.w != 0) text += fmt::format("w{}", op.w);
  }
  return text;
}

std::vector<TestOp> ops_of(const History& history) {
  std::vector<TestOp> ops;
  for (const Op& op : history.ops()) {
    TestOp test_op;
    test_op.function = op.function;
    const std::string_view value = history.text(op.value);
    std::from_chars(value.data(), value.data() + value.size(), test_op.value);
    test_op.start = op.invoked;
    test_op.end = op.completed;
    test_op.outcome = op.outcome;
    test_op.final_read = op.final_read;
    test_op.key = history.plain(op.key);
    const std::string_view version = history.text(op.version);
    std::from_chars(version.data() + !version.empty(), version.data() + version.size(),
                    test_op.version);
    test_op.r = op.r;
    test_op.w = op.w;
    ops.push_back(test_op);
  }
  return ops;
}

}  // namespace quorate
