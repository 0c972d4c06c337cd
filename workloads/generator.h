// Generator: which operation a client does next, and when.
//
// Pure: equal construction and equal calls give equal operations; no clock, no global random
// source. The clients of a run ask one generator, each whenever it is idle. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/random.h"
#include "base/time.h"
#include "results/operation.h"

namespace quorate {

// One operation that a client is to invoke. Key and value are plain text.
struct Invocation {
  Function function = Function::kRead;
  std::string key;
  std::string value;        // of a function that takes one
  bool final_read = false;  // made after healing and quiescence
  std::uint8_t r = 0;       // 0: the run's own r
  std::optional<int>
      node{};  // from 0: which node to ask, where nodes coordinate; else the client's

  bool operator==(const Invocation&) const = default;
};

// Who asks for its next operation, and when.
struct Asked {
  std::int32_t client = 0;        // from 0; a client keeps its number for the whole run
  std::int32_t process = 0;       // changes after an operation of unknown outcome
  Duration now{};                 // since the load began; never less than in an earlier call
  std::optional<Outcome> last{};  // of this client's operation before
};

// Nothing yet: ask again at this time since the load began, which is later than now.
struct WaitUntil {
  Duration at{};
  bool operator==(const WaitUntil&) const = default;
};

// Nothing more for this client; asked again, the answer stays the same.
struct Done {
  bool operator==(const Done&) const = default;
};

using Next = std::variant<Invocation, WaitUntil, Done>;

class Generator {
 public:
  virtual ~Generator() = default;
  // Draws from *random only (a stream of the client that asks), and from streams of its own.
  // What it answers counts as done: an Invocation will be invoked at once.
  virtual Next next(const Asked& asked, RandomStream* random) = 0;
};

using GeneratorPtr = std::unique_ptr<Generator>;

}  // namespace quorate
