// ClusterControl: what faults may do to a running cluster. The nemesis declares it; the harness
// implements it.
//
// Called from the nemesis's own thread; every call blocks until it is done or has failed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "nemesis/link_layers.h"
#include "nemesis/network.h"

namespace quorate {

enum class FileDamage { kFlippedBit, kTruncated };

// Equal to DiskState{} is healthy.
struct DiskState {
  bool full = false;          // writes fail for want of space
  bool failing_sync = false;  // fsync fails; the node may end itself over it
  Duration slow_by{};         // that each sync takes longer
};

// What spreads records behind the clients' backs.
enum class Mechanism { kHints, kAntiEntropy };
// kHold: nothing is sent until it goes on; kDrop: what would be sent is thrown away, and counts as
// sent.
enum class Stall { kNone, kHold, kDrop };

class ClusterControl {
 public:
  virtual ~ClusterControl() = default;
  virtual const std::vector<std::string>& nodes() const = 0;
  // SIGKILL to the node's own process; returns when it has been reaped. Gives the pid. Errors:
  // kNotFound if it is not running.
  virtual Result<int> kill(std::string_view node) = 0;
  // Starts a dead node on its old data; returns when it answers. Gives the new pid; of a node that
  // runs, its pid.
  virtual Result<int> start(std::string_view node) = 0;
  // SIGSTOP and SIGCONT; both idempotent. pause returns when every thread of the process stands
  // still.
  virtual Result<int> pause(std::string_view node) = 0;
  virtual Result<int> resume(std::string_view node) = 0;
  virtual Network& network() = 0;
  // How faults bend links, so that several can bend one link at a time: as LinkLayers does.
  Result<void> bend_link(const void* owner, std::string_view from, std::string_view to,
                         const LinkState& state) {
    return layers_.bend(network(), owner, from, to, state);
  }
  Result<std::size_t> unbend_links(const void* owner) { return layers_.unbend(network(), owner); }

  // What only some systems can do; the others answer kUnsupported. Each of the three acts on the
  // disk of a node that is dead, and says in JSON what it did.
  // What a loss of power would have left: what was not synced is gone. With `tear`, part of the
  // last unsynced write of the log stays. {"bytes_lost": …, "records_at_risk": …}
  virtual Result<Json> cut_power(std::string_view node, bool tear);
  virtual Result<Json> wipe_disk(std::string_view node);
  // Flips a bit in, or cuts the end off, a file that `seed` chooses.
  virtual Result<Json> damage_file(std::string_view node, FileDamage damage, std::uint64_t seed);

  // These act on a node that runs, hold until they are changed again, and are forgotten when it is
  // started anew.
  virtual Result<void> set_clock(std::string_view node, Duration offset, double drift_ppm);
  virtual Result<void> set_disk(std::string_view node, const DiskState& state);
  virtual Result<void> stall(std::string_view node, Mechanism mechanism, Stall how);

 private:
  LinkLayers layers_;
};

}  // namespace quorate
