#include "checker/objects/test/object_notation.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/check.h"

namespace quorate {
namespace {

class ObjectParser {
 public:
  explicit ObjectParser(std::string_view word) : word_(word), rest_(word) {}

  ObjectOp parse() {
    ObjectOp op;
    const auto colon = rest_.find(':');
    if (colon != std::string_view::npos) {
      op.key = fmt::format("\"{}\"", rest_.substr(0, colon));
      rest_.remove_prefix(colon + 1);
    }
    op.add = take("AR") == 'A';
    op.set = rest_.starts_with('{');
    if (op.set) {
      parse_items(&op.items);
    } else {
      op.amount = static_cast<int>(number());
    }
    take("[");
    op.start = number();
    take(",");
    op.end = rest_.starts_with("INF") ? infinity() : number();
    take("]");
    while (!rest_.empty()) {
      const char flag = take("ifF");
      if (flag == 'i') op.outcome = Outcome::kInfo;
      if (flag == 'f') op.outcome = Outcome::kFail;
      if (flag == 'F') op.final_read = true;
    }
    return op;
  }

 private:
  void parse_items(std::vector<int>* items) {
    take("{");
    while (!rest_.starts_with('}')) {
      if (!items->empty()) take(",");
      items->push_back(static_cast<int>(number()));
    }
    take("}");
  }
  char take(std::string_view choices) {
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

std::string value_of(const ObjectOp& op) {
  if (op.set) return fmt::format("[{}]", fmt::join(op.items, ","));
  return fmt::format("{}", op.amount);
}

void add_event(const ObjectOp& op, std::size_t number, bool invoke, HistoryBuilder* builder) {
  const std::string value = value_of(op);
  ClientEvent event;
  event.index = invoke ? op.start : op.end;
  event.time_ns = event.index * 1'000'000;
  event.process = static_cast<std::int32_t>(number);
  event.type = invoke                         ? EventType::kInvoke
               : op.outcome == Outcome::kOk   ? EventType::kOk
               : op.outcome == Outcome::kFail ? EventType::kFail
                                              : EventType::kInfo;
  event.function = op.add ? Function::kAdd : Function::kRead;
  event.key = op.key;
  if (op.add || event.type == EventType::kOk) event.value = value;
  event.final_read = op.final_read;
  const auto added = builder->add(event);
  QUORATE_CHECK(added.has_value(), "{}", added.error().to_string());
}

}  // namespace

std::vector<ObjectOp> parse_objects(std::string_view notation) {
  std::vector<ObjectOp> ops;
  while (true) {
    const auto begin = notation.find_first_not_of(' ');
    if (begin == std::string_view::npos) return ops;
    notation.remove_prefix(begin);
    const auto end = std::min(notation.find(' '), notation.size());
    ops.push_back(ObjectParser(notation.substr(0, end)).parse());
    notation.remove_prefix(end);
  }
}

History object_history(const std::vector<ObjectOp>& ops) {
  std::map<Position, std::pair<std::size_t, bool>> events;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    QUORATE_CHECK(events.emplace(ops[i].start, std::pair(i, true)).second, "two at one place");
    if (ops[i].end == kNever) continue;
    QUORATE_CHECK(events.emplace(ops[i].end, std::pair(i, false)).second, "two at one place");
  }
  HistoryBuilder builder;
  for (const auto& [position, event] : events) {
    add_event(ops[event.first], event.first, event.second, &builder);
  }
  return builder.build();
}

History object_history(std::string_view notation) {
  return object_history(parse_objects(notation));
}

std::string to_notation(const std::vector<ObjectOp>& ops) {
  std::string text;
  for (const ObjectOp& op : ops) {
    const std::string end = op.end == kNever ? "INF" : fmt::format("{}", op.end);
    const std::string value =
        op.set ? fmt::format("{{{}}}", fmt::join(op.items, ",")) : fmt::format("{}", op.amount);
    text +=
        fmt::format("{}{}{}{}[{},{}]", text.empty() ? "" : " ", op.key.empty() ? "" : op.key + ":",
                    op.add ? "A" : "R", value, op.start, end);
    if (op.outcome == Outcome::kInfo) text += "i";
    if (op.outcome == Outcome::kFail) text += "f";
    if (op.final_read) text += "F";
  }
  return text;
}

std::vector<ObjectOp> in_order(std::vector<ObjectOp> ops) {
  std::sort(ops.begin(), ops.end(),
            [](const ObjectOp& a, const ObjectOp& b) { return a.start < b.start; });
  return ops;
}

}  // namespace quorate
