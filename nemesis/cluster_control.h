// ClusterControl: what faults may do to a running cluster. The nemesis declares it; the harness
// implements it.
//
// Called from the nemesis's own thread; every call blocks until it is done or has failed.
#pragma once

#include <optional>
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
  Duration slow_by{};         // that each sync takes longer, in whole milliseconds
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
  // runs, its pid. Errors: kCorrupt, with what the node said, where its files were damaged and it
  // refuses them.
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
  // What a loss of power would have left: what was not synced is gone. With `tear`, a piece that
  // this seed draws of what the log had not synced stays, its end garbled. {"bytes_lost",
  // "records_lost", "acknowledged_lost": records of them that the node may have acknowledged}
  virtual Result<Json> cut_power(std::string_view node, std::optional<std::uint64_t> tear);
  // {"bytes_lost", "files_lost"}
  virtual Result<Json> wipe_disk(std::string_view node);
  // Flips a bit in, or cuts the end off, a file with records that `seed` chooses. {"file", …}.
  // Errors: kNotFound where there is no such file that is not empty.
  virtual Result<Json> damage_file(std::string_view node, FileDamage damage, std::uint64_t seed);
  // Whether a node that runs has back what it may have lost, and serves. Here: true.
  virtual Result<bool> is_whole(std::string_view node);

  // These act on a node that runs, hold until they are changed again, and are forgotten when it is
  // started anew. (A slow disk is slow whatever runs: it stays so, and may be so before the node is
  // started.) Errors: kNotFound where it does not run.
  virtual Result<void> set_clock(std::string_view node, Duration offset, double drift_ppm);
  // From when the disk is full or its syncs fail, the node may end itself in good order; that is
  // then no crash.
  virtual Result<void> set_disk(std::string_view node, const DiskState& state);
  virtual Result<void> stall(std::string_view node, Mechanism mechanism, Stall how);

 private:
  LinkLayers layers_;
};

}  // namespace quorate
