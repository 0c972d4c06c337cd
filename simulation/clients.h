// Clients: what the two or three clients of a random schedule do: four to nine operations on the
// one key, each client one after another, some of which it gives up. Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/random.h"
#include "simulation/world.h"

namespace quorate::simulation {

class Clients {
 public:
  // The world must outlive this. Wakes itself with tokens below kTokens.
  static constexpr std::uint64_t kTokens = 1 << 20;
  Clients(World* world, std::uint64_t seed);

  // A token of the world's that is below kTokens.
  void on_wake(std::uint64_t token);
  // To be called after every step: who has an answer goes on.
  void go_on();
  bool done() const { return left_ == 0; }

 private:
  struct Client {
    Endpoint home = 0;  // where it coordinates, unless it moves
    std::uint32_t process = 0;
    std::vector<Order> plan;  // from the back
    std::optional<OperationIndex> current;
    bool waits = true;  // for its next turn
  };

  std::vector<Order> draw_plan(std::size_t client, std::size_t length);
  void begin_next(std::size_t client);
  void plan_turn(std::size_t client);
  // So that the quorums of all operations still meet.
  node::QuorumSize raised_quorum();
  Duration pause();

  World* const world_;
  RandomStream random_;
  double moves_ = 0;     // how often a client asks another node
  double gives_up_ = 0;  // of operations
  bool may_delete_ = false;
  std::uint32_t next_process_ = 0;
  std::size_t left_ = 0;  // operations not yet begun, and in progress
  std::vector<Client> clients_;
};

}  // namespace quorate::simulation
