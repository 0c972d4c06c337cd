// A history told once more, with something added to its events: versions, replicas, marks.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "results/history.h"

namespace quorate {

// Everything that replies told beside the value, as a test adds it. Empty: as it was.
struct Retelling {
  std::string version;
  std::string replicas;  // JSON array
};

// `retell` is asked for each operation with a completion, by its index; `marks` come at the end.
History retold(const History& history, const std::function<Retelling(std::size_t)>& retell,
               const std::vector<Mark>& marks = {});

// The notation of history_notation.h and "D[start,end]" for deletes, where each word may end with
// "@VERSION" and "#n1,n3": what the reply told, and who answered.
History versioned_history(std::string_view notation, const std::vector<Mark>& marks = {});

}  // namespace quorate
