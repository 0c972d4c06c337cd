// GroupCommit: makes records durable in a thread of its own, many with one sync.
//
// While one sync runs, submitted records gather; the next sync takes them all. Records become
// durable in the order of submission. Owned and called by one thread (the event loop); `done` is
// called from the storage thread.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "node/core/store.h"

namespace quorate::node {

class GroupCommit {
 public:
  // Tells that the records of tickets [1, `through`] are durable, or why no more ever will be.
  using Done = std::function<void(Result<std::uint64_t> through)>;

  GroupCommit(Store* store, Done done);
  // Finishes what was submitted, then stops.
  ~GroupCommit();
  GroupCommit(const GroupCommit&) = delete;
  GroupCommit& operator=(const GroupCommit&) = delete;

  // Takes one change; returns its ticket (1, 2, 3, …). Never blocks on the disk. After an error it
  // is not written.
  std::uint64_t submit(StoreChange change);

 private:
  void work();

  Store* const store_;
  const Done done_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<StoreChange> waiting_;  // guarded by mutex_
  bool asleep_ = false;               // guarded by mutex_
  bool stopping_ = false;             // guarded by mutex_
  std::uint64_t submitted_ = 0;       // the owner's
  std::thread thread_;                // last: starts when all else is there
};

}  // namespace quorate::node
