#include "node/server/storage/disturbed_disk.h"

#include <chrono>
#include <string>
#include <thread>
#include <utility>

#include <rocksdb/file_system.h>

namespace quorate::node {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSDirectory;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// As the engine's own file system translates ENOSPC and EIO.
IOStatus no_space() {
  IOStatus status = IOStatus::NoSpace("write", "No space left on device");
  status.SetRetryable(true);
  return status;
}
IOStatus failed_sync() { return IOStatus::IOError("fsync", "Input/output error"); }

// Takes as long as the disk is slow; then whether the sync fails.
IOStatus before_sync(const DiskTrouble& trouble) {
  const std::chrono::milliseconds slow(trouble.slow_ms.load());
  if (slow.count() > 0) std::this_thread::sleep_for(slow);
  return trouble.sync_fails ? failed_sync() : IOStatus::OK();
}

class DisturbedFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  DisturbedFile(std::unique_ptr<FSWritableFile> file, std::shared_ptr<const DiskTrouble> trouble)
      : FSWritableFileOwnerWrapper(std::move(file)), trouble_(std::move(trouble)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    if (!trouble_->full) return FSWritableFileOwnerWrapper::Append(data, options, debug);
    if (!std::exchange(is_full_, true)) {
      FSWritableFileOwnerWrapper::Append(Slice(data.data(), data.size() / 2), options, debug)
          .PermitUncheckedError();
    }
    return no_space();
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*verify*/, IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Allocate(std::uint64_t offset, std::uint64_t size, const IOOptions& options,
                    IODebugContext* debug) override {
    if (trouble_->full) return no_space();
    return FSWritableFileOwnerWrapper::Allocate(offset, size, options, debug);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = before_sync(*trouble_);
    return status.ok() ? FSWritableFileOwnerWrapper::Sync(options, debug) : status;
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = before_sync(*trouble_);
    return status.ok() ? FSWritableFileOwnerWrapper::Fsync(options, debug) : status;
  }

 private:
  const std::shared_ptr<const DiskTrouble> trouble_;
  bool is_full_ = false;
};

class DisturbedFolder final : public rocksdb::FSDirectoryWrapper {
 public:
  DisturbedFolder(std::unique_ptr<FSDirectory>&& folder, std::shared_ptr<const DiskTrouble> trouble)
      : FSDirectoryWrapper(std::move(folder)), trouble_(std::move(trouble)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = before_sync(*trouble_);
    return status.ok() ? FSDirectoryWrapper::Fsync(options, debug) : status;
  }
  IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                               const rocksdb::DirFsyncOptions& folder) override {
    IOStatus status = before_sync(*trouble_);
    if (!status.ok()) return status;
    return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, folder);
  }

 private:
  const std::shared_ptr<const DiskTrouble> trouble_;
};

class DisturbedDisk final : public rocksdb::FileSystemWrapper {
 public:
  explicit DisturbedDisk(std::shared_ptr<const DiskTrouble> trouble)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), trouble_(std::move(trouble)) {}

  const char* Name() const override { return "QuorateDisturbedDisk"; }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* debug) override {
    return disturbed(file, FileSystemWrapper::NewWritableFile(path, options, file, debug));
  }
  IOStatus ReopenWritableFile(const std::string& path, const FileOptions& options,
                              std::unique_ptr<FSWritableFile>* file,
                              IODebugContext* debug) override {
    return disturbed(file, FileSystemWrapper::ReopenWritableFile(path, options, file, debug));
  }
  IOStatus NewDirectory(const std::string& path, const IOOptions& options,
                        std::unique_ptr<FSDirectory>* folder, IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewDirectory(path, options, folder, debug);
    if (status.ok()) *folder = std::make_unique<DisturbedFolder>(std::move(*folder), trouble_);
    return status;
  }

 private:
  IOStatus disturbed(std::unique_ptr<FSWritableFile>* file, IOStatus status) const {
    if (status.ok()) *file = std::make_unique<DisturbedFile>(std::move(*file), trouble_);
    return status;
  }

  const std::shared_ptr<const DiskTrouble> trouble_;
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> make_disturbed_disk(
    std::shared_ptr<const DiskTrouble> trouble) {
  return std::make_shared<DisturbedDisk>(std::move(trouble));
}

}  // namespace quorate::node
