// Aim: waits for a moment in the store's work, as it is seen on the network, and freezes the links
// of the node in the middle of it, so that a fault from the nemesis's thread still finds things as
// they were. Also counts how far each write came, and how long records were on their way.
#pragma once

#include <functional>
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

  // The next moment of this kind freezes the links of its coordinator, is kept for take(), and told
  // to `came` on the network's thread. At most one is waited for: a new one takes the place of the
  // old.
  void arm(MomentKind kind, std::function<void()> came);
  // The moment that came, once. Then the links stay frozen until thaw().
  std::optional<Moment> take();
  // Waits for nothing any more, and lets the links go on.
  void thaw();
  WriteCounts counts() const;
  // {COORDINATOR: {REPLICA: [nanoseconds, …]}}, by the names of the endpoints (way_times.h).
  Json way_times() const;

  Ruling on_packet(std::size_t from, std::size_t to, std::span<const std::byte> packet) override;

 private:
  Aim(Network& network, std::unique_ptr<TrafficReader> reader, WriteMoments moments);
  std::vector<std::pair<std::size_t, std::size_t>> links_of(std::size_t endpoint) const;

  Network& network_;
  const std::size_t endpoints_;

  mutable std::mutex mutex_;  // guards the rest
  std::unique_ptr<TrafficReader> reader_;
  TcpStreams streams_;
  WriteMoments moments_;
  WayTimes way_times_;
  std::vector<ReplicaMessage> messages_;
  std::optional<MomentKind> armed_;
  std::function<void()> tell_;
  std::optional<Moment> came_;
};

}  // namespace quorate
