#include "node/server/storage/tracking_file_system.h"

#include <atomic>
#include <filesystem>
#include <mutex>
#include <utility>

namespace quorate::node {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSDirectory;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

std::string name_in(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

IOStatus to_status(const Error& error) {
  return error.code == ErrorCode::kLimit ? IOStatus::NoSpace(error.context)
                                         : IOStatus::IOError(error.context);
}

class TrackedFile;

// The log that is being written. A log is synced before the next one is begun, whatever the
// durability, so that only the end of the newest can be torn, and a torn older one is damage.
class NewestLog {
 public:
  void open(TrackedFile* file) {
    const std::lock_guard lock(mutex_);
    file_ = file;
  }
  void close(const TrackedFile* file) {
    const std::lock_guard lock(mutex_);
    if (file_ == file) file_ = nullptr;
  }
  IOStatus sync(const IOOptions& options, IODebugContext* debug);

 private:
  std::mutex mutex_;
  TrackedFile* file_ = nullptr;
};

class TrackedFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  TrackedFile(std::unique_ptr<FSWritableFile> file, DurableTable* table,
              DurableTable::Handle handle, std::uint64_t bytes, std::shared_ptr<NewestLog> log)
      : FSWritableFileOwnerWrapper(std::move(file)),
        table_(table),
        handle_(handle),
        bytes_(bytes),
        log_(std::move(log)) {
    if (log_) log_->open(this);
  }
  ~TrackedFile() override {
    if (log_) log_->close(this);
  }
  TrackedFile(const TrackedFile&) = delete;
  TrackedFile& operator=(const TrackedFile&) = delete;

  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    if (log_) log_->close(this);
    return FSWritableFileOwnerWrapper::Close(options, debug);
  }

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    return appended(data.size(), FSWritableFileOwnerWrapper::Append(data, options, debug));
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verify, IODebugContext* debug) override {
    return appended(data.size(), FSWritableFileOwnerWrapper::Append(data, options, verify, debug));
  }
  IOStatus PositionedAppend(const Slice& /*data*/, std::uint64_t /*offset*/,
                            const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported("writing at a place of its own choice is not tracked");
  }
  IOStatus PositionedAppend(const Slice& data, std::uint64_t offset, const IOOptions& options,
                            const rocksdb::DataVerificationInfo& /*verify*/,
                            IODebugContext* debug) override {
    return PositionedAppend(data, offset, options, debug);
  }
  IOStatus Truncate(std::uint64_t size, const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = FSWritableFileOwnerWrapper::Truncate(size, options, debug);
    if (!status.ok()) return status;
    bytes_ = size;
    table_->on_truncated(handle_, size);
    return status;
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    const std::uint64_t bytes = bytes_;
    return synced(bytes, FSWritableFileOwnerWrapper::Sync(options, debug));
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    const std::uint64_t bytes = bytes_;
    return synced(bytes, FSWritableFileOwnerWrapper::Fsync(options, debug));
  }

  bool is_synced() const { return synced_ == bytes_; }
  // Nobody knows how it ends.
  bool has_failed() const { return failed_; }

 private:
  IOStatus appended(std::size_t bytes, IOStatus status) {
    if (status.ok()) {
      bytes_ += bytes;
    } else {
      failed_ = true;  // a piece of it may be there
    }
    return status;
  }
  IOStatus synced(std::uint64_t bytes, IOStatus status) {
    if (!status.ok()) failed_ = true;
    if (failed_ && status.ok()) {
      return IOStatus::IOError("an earlier write or sync of this file failed");
    }
    if (status.ok()) {
      table_->on_synced(handle_, bytes);
      synced_ = bytes;
    }
    return status;
  }

  DurableTable* const table_;
  const DurableTable::Handle handle_;
  std::atomic<std::uint64_t> bytes_;  // a sync may run beside an append
  std::atomic<std::uint64_t> synced_ = 0;
  std::atomic<bool> failed_ = false;
  const std::shared_ptr<NewestLog> log_;  // null: this is no log
};

IOStatus NewestLog::sync(const IOOptions& options, IODebugContext* debug) {
  const std::lock_guard lock(mutex_);
  if (file_ == nullptr) return IOStatus::OK();
  if (file_->has_failed()) return IOStatus::IOError("the log before this one has a torn end");
  if (file_->is_synced()) return IOStatus::OK();
  return file_->Sync(options, debug);
}

class TrackedDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  TrackedDirectory(std::unique_ptr<FSDirectory>&& directory, DurableTable* table)
      : FSDirectoryWrapper(std::move(directory)), table_(table) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    const DurableTable::Changes changes = table_->before_folder_sync();
    return synced(changes, FSDirectoryWrapper::Fsync(options, debug));
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& directory) override {
    const DurableTable::Changes changes = table_->before_folder_sync();
    return synced(changes, FSDirectoryWrapper::FsyncWithDirOptions(options, debug, directory));
  }

 private:
  IOStatus synced(const DurableTable::Changes& changes, IOStatus status) {
    if (status.ok()) table_->on_folder_synced(changes);
    return status;
  }

  DurableTable* const table_;
};

class TrackingFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  TrackingFileSystem(const std::shared_ptr<rocksdb::FileSystem>& disk, DurableTable* table)
      : FileSystemWrapper(disk), table_(table) {}

  const char* Name() const override { return "QuorateTrackingFileSystem"; }

  // A file that was there is set aside, not overwritten: the disk may still owe it.
  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) override {
    const std::string name = name_in(path);
    const bool is_log = name.ends_with(".log");
    if (is_log) {
      IOStatus synced = newest_log_->sync(options.io_options, debug);
      if (!synced.ok()) return synced;
    }
    if (table_->find(name)) {
      IOStatus removed = DeleteFile(path, options.io_options, debug);
      if (!removed.ok() && !removed.IsPathNotFound()) return removed;
    }
    const auto handle = table_->create(name, 0);
    if (!handle) return to_status(handle.error());
    std::unique_ptr<FSWritableFile> created;
    IOStatus status = FileSystemWrapper::NewWritableFile(path, options, &created, debug);
    if (status.ok()) {
      *file = std::make_unique<TrackedFile>(std::move(created), table_, *handle, 0,
                                            is_log ? newest_log_ : nullptr);
    } else {
      static_cast<void>(table_->remove(name));  // not durable: there is nothing to keep
    }
    return status;
  }

  // Only recovery does it, to cut what it had allocated ahead.
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                              std::unique_ptr<FSWritableFile>* file,
                              IODebugContext* debug) override {
    const auto handle = table_->find(name_in(path));
    if (!handle) return IOStatus::PathNotFound(path);
    std::uint64_t bytes = 0;
    IOStatus status = GetFileSize(path, options.io_options, &bytes, debug);
    if (!status.ok()) return status;
    std::unique_ptr<FSWritableFile> opened;
    status = FileSystemWrapper::ReopenWritableFile(path, options, &opened, debug);
    if (status.ok()) {
      *file = std::make_unique<TrackedFile>(std::move(opened), table_, *handle, bytes, nullptr);
    }
    return status;
  }

  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<FSDirectory>* directory, IODebugContext* debug) override {
    std::unique_ptr<FSDirectory> opened;
    IOStatus status = FileSystemWrapper::NewDirectory(path, options, &opened, debug);
    if (status.ok()) *directory = std::make_unique<TrackedDirectory>(std::move(opened), table_);
    return status;
  }

  IOStatus DeleteFile(const std::string& path, const IOOptions& options,
                      IODebugContext* debug) override {
    if (const auto noted = table_->remove(name_in(path)); !noted) return to_status(noted.error());
    return FileSystemWrapper::DeleteFile(path, options, debug);
  }

  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* debug) override {
    const std::uint64_t synced = table_->synced(name_in(from));
    for (const std::string& path : {from, to}) {
      if (const auto noted = table_->remove(name_in(path)); !noted) return to_status(noted.error());
    }
    IOStatus status = FileSystemWrapper::RenameFile(from, to, options, debug);
    if (!status.ok()) return status;
    const auto handle = table_->create(name_in(to), synced);
    if (!handle) return to_status(handle.error());
    return status;
  }

  IOStatus Truncate(const std::string& path, std::size_t size, const IOOptions& options,
                    IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::Truncate(path, size, options, debug);
    const auto handle = table_->find(name_in(path));
    if (status.ok() && handle) table_->on_truncated(*handle, size);
    return status;
  }

  IOStatus ReuseWritableFile(const std::string& /*path*/, const std::string& /*old*/,
                             const FileOptions& /*options*/,
                             std::unique_ptr<FSWritableFile>* /*file*/,
                             IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported("reusing a log is not tracked");
  }
  IOStatus NewRandomRWFile(const std::string& /*path*/, const FileOptions& /*options*/,
                           std::unique_ptr<rocksdb::FSRandomRWFile>* /*file*/,
                           IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported("overwriting is not tracked");
  }
  IOStatus NewMemoryMappedFileBuffer(
      const std::string& /*path*/,
      std::unique_ptr<rocksdb::MemoryMappedFileBuffer>* /*buffer*/) override {
    return IOStatus::NotSupported("overwriting is not tracked");
  }
  IOStatus LinkFile(const std::string& /*from*/, const std::string& /*to*/,
                    const IOOptions& /*options*/, IODebugContext* /*debug*/) override {
    return IOStatus::NotSupported("further hard links are not tracked");
  }

 private:
  DurableTable* const table_;
  const std::shared_ptr<NewestLog> newest_log_ = std::make_shared<NewestLog>();
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> make_tracking_file_system(
    std::shared_ptr<rocksdb::FileSystem> disk, DurableTable* table) {
  return std::make_shared<TrackingFileSystem>(disk, table);
}

}  // namespace quorate::node
