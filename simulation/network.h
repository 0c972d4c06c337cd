// Network: what becomes of the messages between endpoints. Each direction of a link has a state;
// an open one delivers after a random delay, so messages overtake each other.
//
// Nothing is delivered twice: that is the contract of node::Send. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "base/time.h"
#include "node/core/messages.h"
#include "simulation/cluster_setup.h"

namespace quorate::simulation {

struct Message {
  Endpoint from = 0;
  Endpoint to = 0;
  std::uint32_t from_life = 0;  // of the processes that the connection joins
  std::uint32_t to_life = 0;
  bool is_reply = false;
  node::ReplicaRequest request;
  node::ReplicaReply reply;

  node::RequestKind kind() const { return is_reply ? reply.kind : request.kind; }
};

enum class LinkState : std::uint8_t {
  kOpen,
  kHeld,        // keeps what it is given until it is released
  kHeldWrites,  // keeps the requests to write a record, and lets everything else through
  kLossy,       // takes what it is given, and loses it
  kDown,        // takes nothing, and the sender knows
};

class Network {
 public:
  Network(std::size_t endpoints, std::uint64_t seed);

  LinkState state(Endpoint from, Endpoint to) const { return links_[index(from, to)]; }
  void set_state(Endpoint from, Endpoint to, LinkState state) { links_[index(from, to)] = state; }

  // Without delay, until false is given: for the time in which a cluster starts.
  void set_instant(bool instant) { instant_ = instant; }
  Duration delay_of(const Message& message);
  // Of a disk's sync, or of a client's pause: the same distribution as a fast message's.
  Duration short_delay();

  // Slots: where a message lies between its sending and its arrival.
  std::uint32_t put(Message message);
  Message& at(std::uint32_t slot) { return slots_[slot]; }
  void free(std::uint32_t slot);
  std::size_t in_flight() const { return slots_.size() - free_.size(); }

  void hold(std::uint32_t slot) { held_.push_back(slot); }
  bool holds_any() const { return !held_.empty(); }
  std::vector<std::uint32_t> take_held(Endpoint from, Endpoint to);

 private:
  std::size_t index(Endpoint from, Endpoint to) const { return from * endpoints_ + to; }

  const std::size_t endpoints_;
  RandomStream random_;
  double slow_ = 0;         // of all messages
  double slow_writes_ = 0;  // of those that carry a client's record
  bool instant_ = false;
  std::vector<LinkState> links_;
  std::vector<Message> slots_;
  std::vector<std::uint32_t> free_;
  std::vector<std::uint32_t> held_;
};

}  // namespace quorate::simulation
