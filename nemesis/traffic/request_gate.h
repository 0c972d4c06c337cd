// RequestGate: holds back what one node asks another, and lets its answers to the other pass: the
// held links of an interleaving that is told step by step.
//
// Nodes ask each other on connections of their own, so an answer is what the end sends that did not
// open the connection. What is held back is dropped each time that TCP sends it, and arrives with
// the next time once the link is released, unless its sender gave up in between. Thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "base/result.h"
#include "nemesis/network.h"
#include "nemesis/packet/tcp_streams.h"
#include "nemesis/traffic/replica_message.h"

namespace quorate {

class RequestGate final : public PacketWatcher {
 public:
  // Watches from now on: before connections are opened, as others always pass. Errors: kUnsupported
  // where the network cannot.
  static Result<std::unique_ptr<RequestGate>> begin(Network& network,
                                                    std::unique_ptr<TrafficReader> reader);
  ~RequestGate() override;

  // Endpoints are numbered as in Network::endpoints().
  void hold(std::size_t from, std::size_t to);
  // From the next record on that `from` sends `to`: what it asks before, passes.
  void hold_writes(std::size_t from, std::size_t to);
  void release(std::size_t from, std::size_t to);
  void release_all();
  // Whether anything was held back since the link was last told to hold.
  bool holds_back(std::size_t from, std::size_t to) const;
  // How many records of `from` the other has acknowledged to it, in all.
  std::size_t acknowledged(std::size_t from, std::size_t to) const;

  Ruling on_packet(std::size_t from, std::size_t to, std::span<const std::byte> packet) override;

 private:
  enum class State { kOpen, kUntilWrite, kHeld };
  struct Link {
    State state = State::kOpen;
    bool holds_back = false;
    std::size_t acknowledged = 0;
  };

  RequestGate(Network& network, std::unique_ptr<TrafficReader> reader);
  Link& link(std::size_t from, std::size_t to) { return links_[from * endpoints_ + to]; }
  void set(std::size_t from, std::size_t to, State state);
  // Reads what the packet adds to its connection; whether a record is in it, on its way.
  bool brings_record(std::size_t from, std::size_t to, std::span<const std::byte> packet);

  Network& network_;
  const std::size_t endpoints_;

  mutable std::mutex mutex_;  // guards the rest
  std::unique_ptr<TrafficReader> reader_;
  TcpStreams streams_;
  std::vector<ReplicaMessage> messages_;
  std::vector<Link> links_;
};

}  // namespace quorate
