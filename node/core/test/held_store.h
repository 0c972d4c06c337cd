// HeldStore: a Store in memory whose syncs wait until the test lets them go, or fail when it says
// so.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include "node/core/store.h"

namespace quorate::node {

class HeldStore final : public Store {
 public:
  Result<std::optional<std::string>> get(Table table, std::string_view key) override {
    const std::lock_guard lock(mutex_);
    const auto at = durable_.find({table, std::string(key)});
    if (at == durable_.end()) return std::optional<std::string>();
    return std::optional<std::string>(at->second);
  }

  Result<void> write(const std::vector<StoreChange>& changes) override {
    std::unique_lock lock(mutex_);
    ++writes_begun_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    if (fails_) return Error{ErrorCode::kIo, "the test's disk refuses"};
    for (const StoreChange& change : changes) {
      if (change.bytes) {
        durable_[{change.table, change.key}] = *change.bytes;
      } else {
        durable_.erase({change.table, change.key});
      }
    }
    batches_.push_back(changes.size());
    changed_.notify_all();
    return {};
  }

  Result<void> sync() override {
    const std::lock_guard lock(mutex_);
    if (fails_ || syncs_fail_) return Error{ErrorCode::kIo, "the test's disk refuses"};
    ++syncs_;
    changed_.notify_all();
    return {};
  }

  Result<StorePage> page(Table table, const KeyRange& range, PageLimits limits) override {
    const std::lock_guard lock(mutex_);
    StorePage page;
    for (auto at = durable_.upper_bound({table, range.after}); at != durable_.end(); ++at) {
      if (at->first.first != table) break;
      if (!range.before.empty() && at->first.second >= range.before) break;
      page.more = page.entries.size() >= limits.entries;
      if (page.more) break;
      page.entries.push_back({at->first.second, at->second});
    }
    return page;
  }

  void hold() { set(&held_, true); }
  void release() { set(&held_, false); }
  void fail() { set(&fails_, true); }
  void fail_syncs() { set(&syncs_fail_, true); }

  // Waits until the `count`-th write has begun; false after five seconds.
  bool await_write(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(5), [&] { return writes_begun_ >= count; });
  }
  // Waits until sync() has succeeded `count` times; false after five seconds.
  bool await_sync(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(5), [&] { return syncs_ >= count; });
  }
  int syncs() {
    const std::lock_guard lock(mutex_);
    return syncs_;
  }
  // Waits until `count` writes are over; false after five seconds.
  bool await_end_of_write(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(5),
                             [&] { return batches_.size() >= count; });
  }
  std::vector<std::size_t> batches() {
    const std::lock_guard lock(mutex_);
    return batches_;
  }

 private:
  void set(bool* what, bool value) {
    const std::lock_guard lock(mutex_);
    *what = value;
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::pair<Table, std::string>, std::string> durable_;
  std::vector<std::size_t> batches_;
  int writes_begun_ = 0;
  bool held_ = false;
  bool fails_ = false;
  bool syncs_fail_ = false;
  int syncs_ = 0;
};

}  // namespace quorate::node
