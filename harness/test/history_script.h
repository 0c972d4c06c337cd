// HistoryScript: a history written down event by event. Event i has position i and happens at i ms.
#pragma once

#include <map>
#include <string>

#include "base/check.h"
#include "harness/run/recorder.h"
#include "results/history.h"
#include "results/history_json.h"

namespace quorate {

class HistoryScript {
 public:
  HistoryScript& write(std::int32_t process, const std::string& value,
                       const std::string& key = "x") {
    return invoke(process, {Function::kWrite, key, value, false});
  }
  HistoryScript& read(std::int32_t process, const std::string& key = "x") {
    return invoke(process, {Function::kRead, key, "", false});
  }
  HistoryScript& final_read(std::int32_t process, const std::string& key = "x") {
    return invoke(process, {Function::kRead, key, "", true});
  }
  // `found`: what a read returns; empty: nothing is there. A write's own value is told as it is.
  HistoryScript& ok(std::int32_t process, const std::string& found = "") {
    return complete(process, EventType::kOk, found);
  }
  HistoryScript& fail(std::int32_t process) { return complete(process, EventType::kFail, ""); }
  HistoryScript& info(std::int32_t process) { return complete(process, EventType::kInfo, ""); }

  HistoryScript& nemesis(EventType type, const std::string& f) {
    return mark("nemesis", type, f, "");
  }
  HistoryScript& mark(const std::string& process, EventType type, const std::string& f,
                      const std::string& value) {
    const Mark made{next_, next_ * 1'000'000, process, type, f, value};
    ++next_;
    append_json_line(made, &lines_);
    const Result<void> added = builder_.add(made);
    QUORATE_CHECK(added.has_value(), "{}", added.error().context);
    return *this;
  }

  // The two marks of an injection that worked, and of a heal.
  HistoryScript& inject(const std::string& fault) {
    return nemesis(EventType::kInvoke, "inject-" + fault)
        .nemesis(EventType::kOk, "inject-" + fault);
  }
  HistoryScript& heal(const std::string& fault) {
    return nemesis(EventType::kInvoke, "heal-" + fault).nemesis(EventType::kOk, "heal-" + fault);
  }
  HistoryScript& harness(const std::string& f, const std::string& json = "") {
    return mark("harness", EventType::kInfo, f, json);
  }
  HistoryScript& crash(const std::string& node, const std::string& how) {
    return harness("node-crash", Json{{"node", node}, {"how", how}}.dump());
  }
  HistoryScript& phase(const std::string& name) { return harness("phase", '"' + name + '"'); }

  // `count` reads of `key`, one after the other, which all find `value`.
  HistoryScript& reads(int count, std::int32_t process, const std::string& value,
                       const std::string& key = "x") {
    for (int i = 0; i < count; ++i) read(process, key).ok(process, value);
    return *this;
  }

  History build() { return builder_.build(); }
  // The same as the lines of a history file.
  const std::string& lines() const { return lines_; }

 private:
  HistoryScript& invoke(std::int32_t process, const Invocation& invocation) {
    in_flight_[process] = invocation;
    return add(process, EventType::kInvoke, invocation.value);
  }

  HistoryScript& complete(std::int32_t process, EventType type, const std::string& found) {
    const Invocation& invocation = in_flight_.at(process);
    return add(process, type, invocation.function == Function::kWrite ? invocation.value : found);
  }

  HistoryScript& add(std::int32_t process, EventType type, const std::string& value) {
    const Invocation& invocation = in_flight_.at(process);
    const std::string key = quote_json(invocation.key);
    const std::string text = value.empty() ? std::string() : quote_json(value);
    ClientEvent event;
    event.index = next_;
    event.time_ns = next_++ * 1'000'000;
    event.process = process;
    event.type = type;
    event.function = invocation.function;
    event.key = key;
    event.value = text;
    event.final_read = invocation.final_read;
    append_json_line(event, &lines_);
    const Result<void> added = builder_.add(event);
    QUORATE_CHECK(added.has_value(), "{}", added.error().context);
    return *this;
  }

  HistoryBuilder builder_;
  std::string lines_;
  Position next_ = 0;
  std::map<std::int32_t, Invocation> in_flight_;
};

}  // namespace quorate
