// The checker of one property of one kind of object: what `quorate check FILE` asks for.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "checker/checker.h"

namespace quorate {

struct Question {
  std::string model = "register";  // docs/models.md
  Property property = Property::kLinearizable;
  InitialValue initial;
};

// "register", "cas-register", "mutex", "fifo-queue", "multi-register", "kv-append", "set",
// "counter".
std::vector<std::string_view> model_names();

// A register can be judged by every property, the others by linearizable; a set and a counter also
// by latest, no-lost-write and, a set, no-dirty-read. Errors: kInvalidArgument: no such model, or
// an initial value that it cannot have; kUnsupported: no checker judges that.
Result<std::unique_ptr<Checker>> checker_for(const Question& question);

// Refuses a history with an operation that the model does not have, by name. O(operations).
Result<void> check_operations(const History& history, std::string_view model);

}  // namespace quorate
