#include <cmath>
#include <map>
#include <sstream>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/check.h"
#include "checker/evidence/test/anomaly_examples.h"

namespace quorate {
namespace {

struct ExampleOp {
  std::int32_t process = 0;
  Function function = Function::kRead;
  std::string key;
  std::string value;
  std::int64_t begin_us = 0;
  std::int64_t end_us = -1;
  EventType outcome = EventType::kOk;
  std::string node;
  std::string version;
  std::string replicas;
  bool final_read = false;
};

std::int64_t microseconds(const std::string& milliseconds) {
  return std::llround(std::stod(milliseconds) * 1000);
}

std::string json_names(const std::string& names) {
  std::string json;
  std::istringstream stream(names);
  for (std::string name; std::getline(stream, name, ',');) {
    json += fmt::format("{}\"{}\"", json.empty() ? "[" : ",", name);
  }
  return json + "]";
}

void read_extra(const std::string& word, ExampleOp* op) {
  const std::string rest = word.substr(1);
  if (word[0] == '>') {
    op->node = rest;
  } else if (word[0] == '@') {
    op->version = rest;
  } else if (word[0] == '#') {
    op->replicas = json_names(rest);
  } else if (word == "fail") {
    op->outcome = EventType::kFail;
  } else if (word == "final") {
    op->final_read = true;
  } else {
    QUORATE_CHECK(word == "info", "{}", word);
    op->outcome = EventType::kInfo;
  }
}

ExampleOp read_op(const std::string& first, std::istringstream* words) {
  ExampleOp op;
  std::string function;
  std::string span;
  *words >> function >> op.key >> op.value >> span;
  op.process = std::stoi(first);
  op.function = function_named(function).value();
  if (op.value == "-") op.value.clear();
  if (op.key == "-") op.key.clear();
  const std::size_t dash = span.find('-');
  op.begin_us = microseconds(span.substr(0, dash));
  if (span.substr(dash + 1) == "?") {
    op.outcome = EventType::kInfo;
  } else {
    op.end_us = microseconds(span.substr(dash + 1));
  }
  for (std::string word; *words >> word;) read_extra(word, &op);
  return op;
}

// held POLL NODE KEY VALUE VERSION
std::string read_held(std::istringstream* words) {
  std::string poll;
  std::string node;
  std::string key;
  std::string value;
  std::string version;
  *words >> poll >> node >> key >> value >> version;
  return fmt::format(R"({{"poll":{},"node":"{}","records":[[{},{},"{}"]]}})", poll, node, key,
                     value == "-" ? "null" : value, version);
}

// KEY VALUE VERSION
std::string read_record(std::istringstream* words) {
  std::string key;
  std::string value;
  std::string version;
  *words >> key >> value >> version;
  return fmt::format(R"([{},{},"{}"])", key, value, version);
}
// went-back TIME NODE, what it had, what it has
std::string read_regress(std::istringstream* words) {
  std::string node;
  *words >> node;
  const std::string had = read_record(words);
  return fmt::format(R"({{"node":"{}","had":{},"has":{}}})", node, had, read_record(words));
}

struct ExampleMark {
  std::int64_t time_us = 0;
  std::string f;
  std::string value;
};

void add_event(const ExampleOp& op, bool invoke, Position index, HistoryBuilder* builder) {
  ClientEvent event;
  event.index = index;
  event.time_ns = (invoke ? op.begin_us : op.end_us) * 1000;
  event.process = op.process;
  event.type = invoke ? EventType::kInvoke : op.outcome;
  event.function = op.function;
  event.key = op.key;
  if (!invoke || takes_value(op.function)) event.value = op.value;
  event.node = op.node;
  if (!invoke) event.version = op.version;
  if (!invoke) event.replicas = op.replicas;
  event.final_read = op.final_read;
  const auto added = builder->add(event);
  QUORATE_CHECK(added.has_value(), "{}", added.error().to_string());
}

void add_mark(const ExampleMark& mark, Position index, HistoryBuilder* builder) {
  const Mark added{index, mark.time_us * 1000, "harness", EventType::kInfo, mark.f, mark.value};
  QUORATE_CHECK(builder->add(added).has_value());
}

// Everything by the time at which it happened; what replicas held comes last.
class Example {
 public:
  explicit Example(std::string_view lines) {
    std::istringstream stream{std::string(lines)};
    for (std::string line; std::getline(stream, line);) {
      std::istringstream words(line);
      if (std::string first; words >> first) take(first, &words);
    }
  }

  History build() const {
    HistoryBuilder builder;
    Position index = 0;
    for (const auto& [time, event] : events_) {
      if (event.is_mark) {
        add_mark(event.mark, index++, &builder);
      } else {
        add_event(event.op, event.invoke, index++, &builder);
      }
    }
    for (const std::string& value : held_) {
      add_mark({events_.rbegin()->first, "replica-state", value}, index++, &builder);
    }
    return builder.build();
  }

 private:
  struct Event {
    bool is_mark = false;
    ExampleMark mark;
    ExampleOp op;
    bool invoke = false;
  };

  void take(const std::string& first, std::istringstream* words) {
    if (first == "held") {
      held_.push_back(read_held(words));
    } else if (first == "healed") {
      std::string time;
      *words >> time;
      const ExampleMark mark{microseconds(time), "phase", "\"heal\""};
      schedule(mark.time_us, {.is_mark = true, .mark = mark});
    } else if (first == "went-back") {
      std::string time;
      *words >> time;
      const ExampleMark mark{microseconds(time), "replica-regress", read_regress(words)};
      schedule(mark.time_us, {.is_mark = true, .mark = mark});
    } else {
      const ExampleOp op = read_op(first, words);
      schedule(op.begin_us, {.op = op, .invoke = true});
      if (op.end_us >= 0) schedule(op.end_us, {.op = op});
    }
  }
  void schedule(std::int64_t time_us, Event event) {
    const bool fresh = events_.emplace(time_us, std::move(event)).second;
    QUORATE_CHECK(fresh, "two events at one time");
  }

  std::vector<std::string> held_;
  std::map<std::int64_t, Event> events_;
};

}  // namespace

History example_history(std::string_view lines) { return Example(lines).build(); }

std::string printed(const Violation& violation) {
  std::string text;
  for (const std::string& line : violation.lines) text += line + "\n";
  return text;
}

}  // namespace quorate
