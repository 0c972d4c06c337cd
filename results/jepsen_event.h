// JepsenHistoryBuilder: events of a Jepsen history, as EDN values, made into a History.
//
// More tolerant than HistoryBuilder, with what is harmless: the order is that in which events come,
// time that is missing or runs backwards is that of the event before, an :index that does not
// increase is passed over, a completion may leave out what its invocation said, a process that
// comes back after info goes on under a new number. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "results/edn.h"
#include "results/history.h"
#include "results/history_file.h"
#include "results/text_error.h"

namespace quorate {

// What one event tells; null where it tells nothing. Only for the call that it is passed to.
struct JepsenEvent {
  std::size_t offset = 0;  // where it starts, for errors
  const EdnValue* index = nullptr;
  const EdnValue* time = nullptr;
  const EdnValue* process = nullptr;
  const EdnValue* type = nullptr;
  const EdnValue* f = nullptr;
  const EdnValue* key = nullptr;
  const EdnValue* value = nullptr;
  const EdnValue* node = nullptr;
  const EdnValue* error = nullptr;
};

class JepsenHistoryBuilder {
 public:
  explicit JepsenHistoryBuilder(const ReadOptions& options);
  ~JepsenHistoryBuilder();
  JepsenHistoryBuilder(const JepsenHistoryBuilder&) = delete;
  JepsenHistoryBuilder& operator=(const JepsenHistoryBuilder&) = delete;

  // What is wrong with the event, if anything; then the builder must not be used again.
  std::optional<TextError> add(const JepsenEvent& event);
  History build();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace quorate
