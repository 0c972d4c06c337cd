// Aim: waits for a moment in the store's work, as it is seen on the network, and freezes the links
// of the node in the middle of it, so that a fault from the nemesis's thread still finds things as
// they were. Also counts how far each write came, and how long records were on their way.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/json.h"
#include "nemesis/network.h"
#include "nemesis/packet/tcp_streams.h"
#include "nemesis/traffic/replica_message.h"
#include "nemesis/traffic/way_times.h"
#include "nemesis/traffic/write_moments.h"

namespace quorate {

// Thread-safe.
class Aim final : public PacketWatcher {
 public:
  // Watches from now on: before connections are opened, as others stay unread. Errors: kUnsupported
  // where the network cannot.
  static Result<std::unique_ptr<Aim>> begin(Network& network, std::unique_ptr<TrafficReader> reader,
                                            WriteMoments moments);
  ~Aim() override;

  // The next such moment freezes the links of its coordinator, is kept for take(), and told to
  // `came` on the network's thread. `id`: any number, by which take() tells it. Several can be
  // waited for; while one that came is neither taken nor thawed, no other comes.
  void arm(std::size_t id, WantedMoment wanted, std::function<void()> came);
  // No more. Where its moment came just now, the links go on.
  void disarm(std::size_t id);
  struct Came {
    std::size_t id = 0;
    Moment moment;
  };
  // The moment that came, once; it is not waited for any more. Then the links stay frozen until
  // thaw().
  std::optional<Came> take();
  // Lets the links go on.
  void thaw();
  WriteCounts counts() const;
  // {COORDINATOR: {REPLICA: [nanoseconds, …]}}, by the names of the endpoints (way_times.h).
  Json way_times() const;

  Ruling on_packet(std::size_t from, std::size_t to, std::span<const std::byte> packet) override;

 private:
  Aim(Network& network, std::unique_ptr<TrafficReader> reader, WriteMoments moments);
  std::function<void()> look_at(Moment moment, Ruling* ruling);
  std::vector<std::pair<std::size_t, std::size_t>> links_of(std::size_t endpoint) const;

  Network& network_;
  const std::size_t endpoints_;

  mutable std::mutex mutex_;  // guards the rest
  std::unique_ptr<TrafficReader> reader_;
  TcpStreams streams_;
  WriteMoments moments_;
  WayTimes way_times_;
  std::vector<ReplicaMessage> messages_;
  struct Armed {
    WantedMoment wanted;
    std::function<void()> tell;
  };
  std::map<std::size_t, Armed> armed_;  // by id
  std::optional<Came> came_;
  bool frozen_ = false;
};

}  // namespace quorate
