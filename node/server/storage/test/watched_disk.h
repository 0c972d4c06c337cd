// WatchedDisk: a file system that calls the test before everything that changes a file or the
// folder, so that the test can see what a process that is killed right there leaves behind.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <rocksdb/file_system.h>

namespace quorate::node {

class WatchedDisk final : public rocksdb::FileSystemWrapper {
 public:
  using Watcher = std::function<void(std::string_view operation)>;

  // Nothing changes while `watcher` runs, and it is called by one thread at a time.
  explicit WatchedDisk(Watcher watcher)
      : FileSystemWrapper(rocksdb::FileSystem::Default()),
        gate_(std::make_shared<Gate>(std::move(watcher))) {}

  const char* Name() const override { return "WatchedDisk"; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    const auto held = gate_->enter("create");
    std::unique_ptr<rocksdb::FSWritableFile> opened;
    rocksdb::IOStatus status = target()->NewWritableFile(path, options, &opened, debug);
    if (status.ok()) *file = std::make_unique<File>(std::move(opened), gate_);
    return status;
  }
  rocksdb::IOStatus NewDirectory(const std::string& path, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* directory,
                                 rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSDirectory> opened;
    rocksdb::IOStatus status = target()->NewDirectory(path, options, &opened, debug);
    if (status.ok()) *directory = std::make_unique<Directory>(std::move(opened), gate_);
    return status;
  }
  rocksdb::IOStatus DeleteFile(const std::string& path, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    const auto held = gate_->enter("remove");
    return target()->DeleteFile(path, options, debug);
  }
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    const auto held = gate_->enter("rename");
    return target()->RenameFile(from, to, options, debug);
  }

 private:
  class Gate {
   public:
    explicit Gate(Watcher watcher) : watcher_(std::move(watcher)) {}
    std::unique_lock<std::mutex> enter(std::string_view operation) {
      std::unique_lock lock(mutex_);
      watcher_(operation);
      return lock;
    }

   private:
    const Watcher watcher_;
    std::mutex mutex_;
  };

  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<Gate> gate)
        : FSWritableFileOwnerWrapper(std::move(file)), gate_(std::move(gate)) {}
    using FSWritableFileOwnerWrapper::Append;
    rocksdb::IOStatus Append(const rocksdb::Slice& data, const rocksdb::IOOptions& options,
                             rocksdb::IODebugContext* debug) override {
      const auto held = gate_->enter("append");
      return FSWritableFileOwnerWrapper::Append(data, options, debug);
    }
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      const auto held = gate_->enter("sync");
      return FSWritableFileOwnerWrapper::Sync(options, debug);
    }

   private:
    const std::shared_ptr<Gate> gate_;
  };

  class Directory final : public rocksdb::FSDirectoryWrapper {
   public:
    Directory(std::unique_ptr<rocksdb::FSDirectory>&& directory, std::shared_ptr<Gate> gate)
        : FSDirectoryWrapper(std::move(directory)), gate_(std::move(gate)) {}
    rocksdb::IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options,
                                          rocksdb::IODebugContext* debug,
                                          const rocksdb::DirFsyncOptions& directory) override {
      const auto held = gate_->enter("sync the folder");
      return FSDirectoryWrapper::FsyncWithDirOptions(options, debug, directory);
    }

   private:
    const std::shared_ptr<Gate> gate_;
  };

  const std::shared_ptr<Gate> gate_;
};

}  // namespace quorate::node
