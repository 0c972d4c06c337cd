// Random logs that a run could have written: for round trips.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/random.h"
#include "results/history.h"
#include "results/json_text.h"

namespace quorate {

// A ClientEvent that owns its texts.
struct OwnedEvent {
  ClientEvent event;
  std::string key, value, node, version, error, replicas;

  ClientEvent view() const {
    ClientEvent viewed = event;
    viewed.key = key;
    viewed.value = value;
    viewed.node = node;
    viewed.version = version;
    viewed.error = error;
    viewed.replicas = replicas;
    return viewed;
  }
};
using AnyEvent = std::variant<OwnedEvent, Mark>;

class RandomLog {
 public:
  explicit RandomLog(std::uint64_t seed) : random_(seed, "random log") {}

  std::vector<AnyEvent> draw(std::size_t events) {
    std::vector<AnyEvent> log;
    while (log.size() < events) {
      index_ += 1 + static_cast<Position>(random_.below(3));
      time_ns_ += static_cast<std::int64_t>(random_.below(1000));
      if (random_.chance(0.1)) {
        log.emplace_back(mark());
      } else {
        log.emplace_back(client_event());
      }
    }
    return log;
  }

 private:
  struct Process {
    std::int32_t id = 0;
    bool busy = false;
    OwnedEvent invoked;
  };

  // Texts with everything that needs an escape, and with what is longer than one byte.
  std::string text() {
    const std::vector<std::string> parts{"n1", "\"", "\\", "\n", "\t", "\x01",
                                         "é",  "€",  "𝄞",  "/",  " "};
    std::string drawn = "x";
    for (std::size_t i = random_.below(4); i > 0; --i) drawn += random_.pick(parts);
    return drawn;
  }

  std::string json() {
    if (random_.chance(0.3)) return std::to_string(random_.below(1000));
    if (random_.chance(0.1)) return "[1,{\"a\":null}]";
    std::string quoted;
    append_json_string(text(), &quoted);
    return quoted;
  }

  Mark mark() {
    return Mark{index_,           time_ns_, random_.chance(0.5) ? "nemesis" : "harness",
                EventType::kInfo, text(),   random_.chance(0.5) ? json() : ""};
  }

  OwnedEvent client_event() {
    Process& process = processes_[random_.below(processes_.size())];
    if (process.id == 0) process.id = next_process_++;
    OwnedEvent drawn = process.busy ? completion(process) : invocation(process);
    drawn.event.index = index_;
    drawn.event.time_ns = time_ns_;
    return drawn;
  }

  OwnedEvent invocation(Process& process) {
    OwnedEvent drawn;
    drawn.event.process = process.id;
    drawn.event.function = random_.chance(0.5) ? Function::kRead : Function::kWrite;
    if (random_.chance(0.9)) drawn.key = json();
    if (drawn.event.function == Function::kWrite) drawn.value = json();
    if (random_.chance(0.5)) drawn.node = text();
    drawn.event.r = static_cast<std::uint8_t>(random_.below(256));
    drawn.event.final_read = random_.chance(0.1);
    process.busy = true;
    process.invoked = drawn;
    return drawn;
  }

  OwnedEvent completion(Process& process) {
    OwnedEvent drawn = process.invoked;
    const std::vector<EventType> types{EventType::kOk, EventType::kFail, EventType::kInfo};
    drawn.event.type = random_.pick(types);
    drawn.event.w = static_cast<std::uint8_t>(random_.below(256));
    if (drawn.event.function == Function::kRead && random_.chance(0.9)) drawn.value = json();
    if (random_.chance(0.5)) drawn.version = text();
    if (random_.chance(0.5)) drawn.error = text();
    if (random_.chance(0.5)) drawn.replicas = "[\"n1\",\"n2\"]";
    process.busy = false;
    if (drawn.event.type == EventType::kInfo) process.id = 0;
    return drawn;
  }

  RandomStream random_;
  std::vector<Process> processes_ = std::vector<Process>(5);
  std::int32_t next_process_ = 1;
  Position index_ = -1;
  std::int64_t time_ns_ = 0;
};

}  // namespace quorate
