// UniqueValues: the value of every write, never the same twice, so that a read names the write that
// it saw (theory 0.1): "PROCESS-SEQUENCE".
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include <fmt/core.h>

namespace quorate {

class UniqueValues {
 public:
  std::string next(std::int32_t process) {
    return fmt::format("{}-{}", process, ++written_[process]);
  }

 private:
  std::unordered_map<std::int32_t, std::int64_t> written_;  // by process; looked up, never iterated
};

}  // namespace quorate
