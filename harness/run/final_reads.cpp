#include "harness/run/final_reads.h"

#include <algorithm>

#include <fmt/core.h>

namespace quorate {
namespace {

constexpr std::size_t kClientsPerPlace = 4;

}  // namespace

FinalReads::FinalReads(const Load::Parts& parts, const std::vector<std::string>& keys,
                       const std::vector<std::string>& crashed, std::int32_t first_process)
    : load_(parts, static_cast<std::size_t>(parts.config.nodes) * kClientsPerPlace, first_process),
      left_(static_cast<std::size_t>(parts.config.nodes)) {
  plan(keys, crashed, static_cast<std::uint8_t>(parts.config.n));
  // Client i stands at place i modulo places.
  load_.start(
      [this](const Asked& asked) -> Next {
        std::deque<Invocation>& left = left_[static_cast<std::size_t>(asked.client) % left_.size()];
        if (left.empty()) return Done{};
        Next next = std::move(left.front());
        left.pop_front();
        return next;
      },
      [this](std::size_t client, const Invocation& invocation, const Completion& completion) {
        if (completion.outcome == Outcome::kOk) return;
        left_[client % left_.size()].push_front(invocation);
      });
}

void FinalReads::plan(const std::vector<std::string>& keys, const std::vector<std::string>& crashed,
                      std::uint8_t all) {
  const std::size_t places = left_.size();
  const std::size_t places_of_a_key =
      std::clamp<std::size_t>(kMostFinalReads / std::max<std::size_t>(1, keys.size()), 1, places);
  std::vector<std::size_t> alive;
  for (std::size_t place = 0; place < places; ++place) {
    const std::string node = fmt::format("n{}", place + 1);
    if (std::find(crashed.begin(), crashed.end(), node) == crashed.end()) alive.push_back(place);
  }
  for (std::size_t key = 0; key < keys.size(); ++key) {
    for (std::size_t i = 0; i < std::min(places_of_a_key, alive.size()); ++i) {
      const std::size_t place = alive[(key + i) % alive.size()];
      left_[place].push_back({.key = keys[key], .value = {}, .final_read = true});
    }
    if (!crashed.empty()) continue;
    left_[key % places].push_back({.key = keys[key], .value = {}, .final_read = true, .r = all});
  }
}

}  // namespace quorate
