#include "node/server/storage/group_commit.h"

#include <utility>

namespace quorate::node {
namespace {

std::chrono::steady_clock::time_point steady(Instant instant) {
  return std::chrono::steady_clock::time_point(
      std::chrono::duration_cast<std::chrono::steady_clock::duration>(instant.time_since_epoch()));
}

}  // namespace

GroupCommit::GroupCommit(Store* store, const StoreOptions& options, Done done)
    : store_(store), options_(options), done_(std::move(done)), thread_([this] { work(); }) {}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

std::uint64_t GroupCommit::submit(std::vector<StoreChange> changes) {
  bool wake = false;
  std::uint64_t ticket = 0;
  {
    const std::lock_guard lock(mutex_);
    for (StoreChange& change : changes) waiting_.push_back(std::move(change));
    ticket = ++submitted_;
    wake = std::exchange(asleep_, false);
  }
  if (wake) changed_.notify_one();
  return ticket;
}

GroupCommit::Stats GroupCommit::stats() const {
  const std::lock_guard lock(mutex_);
  return stats_;
}

bool GroupCommit::gather(std::vector<StoreChange>* batch, std::uint64_t* ticket) {
  std::unique_lock lock(mutex_);
  while (waiting_.empty() && !stopping_ && !is_sync_due(monotonic_now())) {
    asleep_ = true;
    if (sync_by_) {
      changed_.wait_until(lock, steady(*sync_by_));
    } else {
      changed_.wait(lock);
    }
  }
  asleep_ = false;
  batch->swap(waiting_);
  *ticket = submitted_;
  return !batch->empty() || !stopping_;
}

Result<void> GroupCommit::write(const std::vector<StoreChange>& batch) {
  const Instant begin = monotonic_now();
  Result<void> written = store_->write(batch);
  const Duration took = monotonic_now() - begin;
  if (options_.durability == Durability::kPeriodic && !sync_by_) sync_by_ = begin + options_.period;
  const std::lock_guard lock(mutex_);
  ++stats_.batches;
  if (options_.durability == Durability::kBatch) ++stats_.syncs;
  stats_.commit_times.add(took);
  return written;
}

Result<void> GroupCommit::sync() {
  sync_by_.reset();
  const Instant begin = monotonic_now();
  Result<void> synced = store_->sync();
  const Duration took = monotonic_now() - begin;
  const std::lock_guard lock(mutex_);
  ++stats_.syncs;
  stats_.sync_times.add(took);
  return synced;
}

void GroupCommit::work() {
  std::vector<StoreChange> batch;
  std::uint64_t ticket = 0;
  Result<void> done;
  bool more = true;
  while (more && done) {
    batch.clear();
    more = gather(&batch, &ticket);
    if (!batch.empty()) {
      done = write(batch);
      if (done) done_(ticket);
    }
    if (done && sync_by_ && (!more || is_sync_due(monotonic_now()))) done = sync();
  }
  if (!done) done_(done.error());
}

}  // namespace quorate::node
