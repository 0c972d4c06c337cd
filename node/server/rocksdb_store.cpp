#include "node/server/rocksdb_store.h"

#include <utility>

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include "base/file.h"

namespace quorate::node {
namespace {

// RocksDB's own log, sent nowhere: what matters comes back as a status.
class SilentLog final : public rocksdb::Logger {
 public:
  SilentLog() : Logger(rocksdb::InfoLogLevel::FATAL_LEVEL) {}
  using Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

rocksdb::Options small_and_careful() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.info_log = std::make_shared<SilentLog>();
  // Nothing is forgotten in silence: the default would stop replay at the first bad record,
  // whatever follows it.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.track_and_verify_wals_in_manifest = true;
  options.paranoid_checks = true;
  // Small footprint, quick start.
  options.write_buffer_size = 16U << 20U;
  options.arena_block_size = 256U << 10U;
  options.max_write_buffer_number = 2;
  options.max_background_jobs = 2;
  options.compression = rocksdb::kNoCompression;
  options.skip_stats_update_on_db_open = true;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.max_manifest_file_size = 1U << 20U;
  // Sleep for a lock instead of spinning: the harness runs many nodes on few processors.
  options.enable_write_thread_adaptive_yield = false;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(8U << 20U);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

Error to_error(std::string_view what, const rocksdb::Status& status) {
  const bool damaged = status.IsCorruption() || status.IsInvalidArgument();
  return Error{damaged ? ErrorCode::kCorrupt : ErrorCode::kIo,
               fmt::format("{}: {}", what, status.ToString())};
}

class RocksDbStore final : public Store {
 public:
  explicit RocksDbStore(std::unique_ptr<rocksdb::DB> db) : db_(std::move(db)) {}
  ~RocksDbStore() override { db_->Close().PermitUncheckedError(); }
  RocksDbStore(const RocksDbStore&) = delete;
  RocksDbStore& operator=(const RocksDbStore&) = delete;

  Result<std::optional<std::string>> get(Table table, std::string_view key) override {
    std::string bytes;
    const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), key_of(table, key), &bytes);
    if (status.IsNotFound()) return std::optional<std::string>();
    if (!status.ok()) return to_error("read a record", status);
    return std::optional<std::string>(std::move(bytes));
  }

  // RocksDB appends to its log, syncs the log, and only then publishes the batch to readers.
  Result<void> write(const std::vector<StoreChange>& changes) override {
    rocksdb::WriteBatch batch;
    for (const StoreChange& change : changes) {
      const std::string key = key_of(change.table, change.key);
      const rocksdb::Status added =
          change.bytes ? batch.Put(key, *change.bytes) : batch.Delete(key);
      if (!added.ok()) return to_error("collect changes", added);
    }
    rocksdb::WriteOptions durable;
    durable.sync = true;
    const rocksdb::Status status = db_->Write(durable, &batch);
    if (!status.ok()) return to_error("write and sync the log", status);
    return {};
  }

  Result<void> sync() override {
    const rocksdb::Status status = db_->SyncWAL();
    if (!status.ok()) return to_error("sync the log", status);
    return {};
  }

  Result<StorePage> page(Table table, const KeyRange& range, PageLimits limits) override {
    StorePage page;
    std::size_t bytes = 0;
    const std::string after = key_of(table, range.after);
    const std::string before = range.before.empty()
                                   ? std::string(1, static_cast<char>(prefix_of(table) + 1))
                                   : key_of(table, range.before);
    const rocksdb::Slice end(before);
    rocksdb::ReadOptions bounded;
    bounded.iterate_upper_bound = &end;
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator(bounded));
    at->Seek(after);
    if (at->Valid() && at->key() == rocksdb::Slice(after)) at->Next();
    for (; at->Valid(); at->Next()) {
      page.more = page.entries.size() >= limits.entries || bytes >= limits.bytes;
      if (page.more) break;
      page.entries.push_back({at->key().ToString().substr(1), at->value().ToString()});
      bytes += at->key().size() + at->value().size();
    }
    if (!at->status().ok()) return to_error("read the records in order", at->status());
    return page;
  }

 private:
  // One letter before every key: the tables share one log, so that one sync covers them all.
  static char prefix_of(Table table) { return "rthm"[static_cast<std::size_t>(table)]; }
  static std::string key_of(Table table, std::string_view key) {
    return std::string(1, prefix_of(table)).append(key);
  }

  std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_rocksdb_store(const std::filesystem::path& folder) {
  if (const auto made = make_directories(folder); !made) return made.error();
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(small_and_careful(), folder.string(), &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  if (status.ok()) return std::unique_ptr<Store>(std::make_unique<RocksDbStore>(std::move(db)));
  if (status.IsIOError() && status.ToString().find("lock") != std::string::npos) {
    return Error{
        ErrorCode::kIo,
        fmt::format("the data folder {} is in use by another node ({}); stop that node, or "
                    "give this one a folder of its own",
                    folder.string(), status.ToString())};
  }
  return to_error(fmt::format("open the store in {}", folder.string()), status);
}

}  // namespace quorate::node
