#include "harness/run/final_reads.h"

#include <algorithm>

#include <fmt/core.h>

namespace quorate {

FinalReads::FinalReads(const Load::Parts& parts, const std::vector<std::string>& keys,
                       const std::vector<std::string>& crashed, std::int32_t first_process)
    : load_(parts, static_cast<std::size_t>(parts.config.nodes), first_process),
      left_(static_cast<std::size_t>(parts.config.nodes)) {
  const auto all = static_cast<std::uint8_t>(parts.config.n);
  for (std::size_t key = 0; key < keys.size(); ++key) {
    for (std::size_t place = 0; place < left_.size(); ++place) {
      const std::string node = fmt::format("n{}", place + 1);
      if (std::find(crashed.begin(), crashed.end(), node) != crashed.end()) continue;
      left_[place].push_back({.key = keys[key], .value = {}, .final_read = true});
      if (crashed.empty() && key % left_.size() == place) {
        left_[place].push_back({.key = keys[key], .value = {}, .final_read = true, .r = all});
      }
    }
  }
  load_.start(
      [this](std::size_t place, std::int32_t) -> std::optional<Invocation> {
        if (left_[place].empty()) return std::nullopt;
        return left_[place].front();
      },
      0, parts.config.seed,
      [this](std::size_t place, const Invocation&, const Completion& completion) {
        if (completion.outcome == Outcome::kOk) left_[place].pop_front();
      });
}

}  // namespace quorate
