#include "node/server/storage/rocksdb_store.h"

#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "base/file.h"
#include "node/core/planted_bugs.h"
#include "node/server/storage/tracking_file_system.h"

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
  // recover_files() has cut a torn end: whatever is wrong now was not seen there.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kAbsoluteConsistency;
  options.recycle_log_file_num = 0;  // a log is only appended to: the durable table relies on it
  options.track_and_verify_wals_in_manifest = true;
  options.paranoid_checks = true;
  options.max_bgerror_resume_count = 0;  // after an error the node ends: nothing is tried again
  // Small footprint, quick start.
  options.write_buffer_size = 16U << 20U;
  options.allow_fallocate = false;  // 22 MB a node, kept with every run, for some kB
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

// The disk as RocksDB sees it; ends after the database.
struct TrackedDisk {
  std::unique_ptr<DurableTable> table;
  std::unique_ptr<rocksdb::Env> environment;
};

class RocksDbStore final : public Store {
 public:
  RocksDbStore(TrackedDisk disk, std::unique_ptr<rocksdb::DB> db, Durability durability)
      : disk_(std::move(disk)), db_(std::move(db)) {
    write_options_.sync = durability == Durability::kBatch && !planted(Bug::kAckBeforeFsync);
  }
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

  // RocksDB appends to its log, syncs the log (durability batch), and only then publishes the batch
  // to readers.
  Result<void> write(const std::vector<StoreChange>& changes) override {
    if (failed_) return *failed_;
    rocksdb::WriteBatch batch;
    for (const StoreChange& change : changes) {
      const std::string key = key_of(change.table, change.key);
      const rocksdb::Status added =
          change.bytes ? batch.Put(key, *change.bytes) : batch.Delete(key);
      if (!added.ok()) return to_error("collect changes", added);
    }
    const rocksdb::Status status = db_->Write(write_options_, &batch);
    return result_of("write the log", status);
  }

  Result<void> sync() override {
    if (failed_) return *failed_;
    return result_of("sync the log", db_->SyncWAL());
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

  // Of a change. After the first failure nobody knows what the log holds, so nothing more is added.
  Result<void> result_of(std::string_view what, const rocksdb::Status& status) {
    if (status.ok()) return {};
    failed_ = to_error(what, status);
    return *failed_;
  }

  const TrackedDisk disk_;
  const std::unique_ptr<rocksdb::DB> db_;
  std::optional<Error> failed_;  // of write() or sync(), which one thread calls at a time
  rocksdb::WriteOptions write_options_;
};

// A new folder's own name is in its parent.
Result<void> make_durable_folder(const std::filesystem::path& folder) {
  if (std::filesystem::exists(folder)) return {};
  if (const auto made = make_directories(folder); !made) return made.error();
  const std::filesystem::path parent = std::filesystem::absolute(folder).parent_path();
  const FileDescriptor opened(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || ::fsync(opened.get()) != 0) return io_error("sync " + parent.string(), errno);
  return {};
}

Result<std::unique_ptr<rocksdb::DB>> open_database(const std::filesystem::path& folder,
                                                   rocksdb::Env* environment) {
  rocksdb::Options options = small_and_careful();
  options.env = environment;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(options, folder.string(), &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  if (status.ok()) status = db->VerifyChecksum();
  if (status.ok()) return db;
  return to_error(fmt::format("open the store in {}", folder.string()), status);
}

}  // namespace

Result<OpenedStore> open_rocksdb_store(const std::filesystem::path& folder,
                                       const StoreOptions& options,
                                       std::shared_ptr<rocksdb::FileSystem> disk) {
  if (const auto made = make_durable_folder(folder); !made) return made.error();
  auto table = DurableTable::open(folder);
  if (!table) return table.error();
  const Result<RecoveryReport> recovery = recover_files(folder, table->get());
  if (!recovery) return recovery.error();
  if (const auto adopted = (*table)->adopt_files(); !adopted) return adopted.error();
  if (recovery->torn_tail_bytes > 0) {
    spdlog::warn("cut a torn end of the log file={} bytes={}", recovery->torn_file,
                 recovery->torn_tail_bytes);
  }
  if (!disk) disk = rocksdb::FileSystem::Default();
  TrackedDisk tracked{std::move(*table), nullptr};
  tracked.environment =
      rocksdb::NewCompositeEnv(make_tracking_file_system(std::move(disk), tracked.table.get()));
  auto db = open_database(folder, tracked.environment.get());
  if (!db) return db.error();
  return OpenedStore{
      std::make_unique<RocksDbStore>(std::move(tracked), std::move(*db), options.durability),
      *recovery};
}

}  // namespace quorate::node
