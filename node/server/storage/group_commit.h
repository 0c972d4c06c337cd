// GroupCommit: makes records durable in a thread of its own, many with one sync.
//
// While one sync runs, submitted records gather; the next takes them all. Records are written in
// the order of submission. Owned and called by one thread (the event loop); `done` is called from
// the storage thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/time.h"
#include "node/core/histogram.h"
#include "node/core/store.h"
#include "node/server/storage/durability.h"

namespace quorate::node {

class GroupCommit {
 public:
  // Tells that the records of tickets [1, `through`] may be acknowledged: they are durable, or,
  // with durability periodic or none, handed to the operating system. Or why no more ever will be:
  // that is the last call.
  using Done = std::function<void(Result<std::uint64_t> through)>;

  struct Stats {
    std::uint64_t batches = 0;  // written
    std::uint64_t syncs = 0;
    Histogram commit_times;  // of a batch: its write, and with durability batch its sync
    Histogram sync_times;    // of the syncs of durability periodic
  };

  // With durability periodic nothing stays unsynced for longer than the period, and what a sync
  // under way takes.
  GroupCommit(Store* store, const StoreOptions& options, Done done);
  // Finishes what was submitted (with durability periodic, a last sync is part of it), then stops.
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // Takes changes that are made as one; returns their ticket (1, 2, 3, …). Never blocks on the
  // disk. After an error they are not written.
  std::uint64_t submit(std::vector<StoreChange> changes);

  // Thread-safe.
  Stats stats() const;

 private:
  void work();
  // Waits for something to do, and moves what was submitted, up to *ticket, to *batch. False:
  // nothing will come.
  bool gather(std::vector<StoreChange>* batch, std::uint64_t* ticket);
  bool is_sync_due(Instant now) const { return sync_by_ && now >= *sync_by_; }
  Result<void> write(const std::vector<StoreChange>& batch);
  Result<void> sync();

  Store* const store_;
  const StoreOptions options_;
  const Done done_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<StoreChange> waiting_;  // guarded by mutex_
  bool asleep_ = false;               // guarded by mutex_
  bool stopping_ = false;             // guarded by mutex_
  Stats stats_;                       // guarded by mutex_
  std::optional<Instant> sync_by_;  // the storage thread's: when something unsynced must be synced
  std::uint64_t submitted_ = 0;     // tickets; guarded by mutex_
  std::thread thread_;              // last: starts when all else is there
};

}  // namespace quorate::node
