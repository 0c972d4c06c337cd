#include "harness/run/final_reads.h"

#include <algorithm>

#include <fmt/core.h>

namespace quorate {
namespace {

constexpr std::size_t kClientsPerPlace = 4;
constexpr auto kPoll = std::chrono::milliseconds(2);

}  // namespace

FinalReads::FinalReads(const Load::Parts& parts, const std::vector<std::string>& keys,
                       const std::vector<std::string>& crashed, bool all_serve,
                       std::int32_t first_process)
    : load_(parts, static_cast<std::size_t>(parts.config.nodes) * kClientsPerPlace, first_process),
      left_(static_cast<std::size_t>(parts.config.nodes)),
      left_from_all_(left_.size()) {
  std::optional<std::uint8_t> all;
  if (all_serve) all = static_cast<std::uint8_t>(parts.config.n);
  plan(keys, crashed, all);
  load_.start(
      [this](const Asked& asked) { return next(asked); },
      [this](std::size_t client, const Invocation& invocation, const Completion& completion) {
        const bool ok = completion.outcome == Outcome::kOk;
        if (ok && invocation.r == 0) --unread_;
        if (!ok) queue_of(client, invocation.r != 0).push_front(invocation);
      });
}

// Client i stands at place i modulo places.
std::deque<Invocation>& FinalReads::queue_of(std::size_t client, bool from_all) {
  std::vector<std::deque<Invocation>>& queues = from_all ? left_from_all_ : left_;
  return queues[client % queues.size()];
}

Next FinalReads::next(const Asked& asked) {
  const auto client = static_cast<std::size_t>(asked.client);
  const bool from_all = queue_of(client, false).empty();
  if (from_all && unread_ > 0) return WaitUntil{asked.now + kPoll};
  std::deque<Invocation>& queue = queue_of(client, from_all);
  if (queue.empty()) return Done{};
  Next next = std::move(queue.front());
  queue.pop_front();
  return next;
}

void FinalReads::plan(const std::vector<std::string>& keys, const std::vector<std::string>& crashed,
                      std::optional<std::uint8_t> all) {
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
      ++unread_;
    }
    if (!all) continue;
    left_from_all_[key % places].push_back(
        {.key = keys[key], .value = {}, .final_read = true, .r = *all});
  }
}

}  // namespace quorate
