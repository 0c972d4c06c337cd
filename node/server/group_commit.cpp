#include "node/server/group_commit.h"

#include <utility>

namespace quorate::node {

GroupCommit::GroupCommit(Store* store, Done done)
    : store_(store), done_(std::move(done)), thread_([this] { work(); }) {}

GroupCommit::~GroupCommit() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

std::uint64_t GroupCommit::submit(StoreChange change) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(change));
    wake = std::exchange(asleep_, false);
  }
  if (wake) changed_.notify_one();
  return ++submitted_;
}

void GroupCommit::work() {
  std::vector<StoreChange> batch;
  std::uint64_t durable = 0;
  while (true) {
    batch.clear();
    {
      std::unique_lock lock(mutex_);
      while (waiting_.empty() && !stopping_) {
        asleep_ = true;
        changed_.wait(lock);
      }
      if (waiting_.empty()) return;
      batch.swap(waiting_);
    }
    const Result<void> written = store_->write(batch);
    if (!written) {
      done_(written.error());
      return;
    }
    durable += batch.size();
    done_(durable);
  }
}

}  // namespace quorate::node
