#include "workloads/test/drive.h"

#include <fmt/core.h>

namespace quorate {
namespace {

struct Client {
  Asked asked;
  RandomStream random;
  Duration ready{};
  bool done = false;
};

}  // namespace

std::vector<Driven> drive(Generator* generator, const Drive& how) {
  std::vector<Client> clients;
  for (std::int32_t i = 0; i < how.clients; ++i) {
    clients.push_back({{.client = i, .process = i}, RandomStream(how.seed, fmt::format("{}", i))});
  }
  std::int32_t next_process = how.clients;
  std::vector<Driven> driven;
  for (Duration now{}; now < how.length; now += how.step) {
    for (Client& client : clients) {
      if (client.done || client.ready > now) continue;
      client.asked.now = now;
      const Next next = generator->next(client.asked, &client.random);
      client.done = std::holds_alternative<Done>(next);
      if (const auto* until = std::get_if<WaitUntil>(&next)) client.ready = until->at;
      const auto* invocation = std::get_if<Invocation>(&next);
      if (invocation == nullptr) continue;
      driven.push_back({client.asked, *invocation});
      const Outcome outcome = how.outcome ? how.outcome(driven.size() - 1) : Outcome::kOk;
      client.asked.last = outcome;
      if (outcome == Outcome::kInfo) client.asked.process = next_process++;
    }
  }
  return driven;
}

}  // namespace quorate
