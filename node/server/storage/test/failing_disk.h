// FailingDisk: a file system whose syncs fail while the test says so.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include <rocksdb/file_system.h>

namespace quorate::node {

class FailingDisk final : public rocksdb::FileSystemWrapper {
 public:
  FailingDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

  const char* Name() const override { return "FailingDisk"; }
  void fail(bool fails) { *fails_ = fails; }

  rocksdb::IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSWritableFile> opened;
    rocksdb::IOStatus status = target()->NewWritableFile(path, options, &opened, debug);
    if (status.ok()) *file = std::make_unique<File>(std::move(opened), fails_);
    return status;
  }

 private:
  class File final : public rocksdb::FSWritableFileOwnerWrapper {
   public:
    File(std::unique_ptr<rocksdb::FSWritableFile> file, std::shared_ptr<std::atomic<bool>> fails)
        : FSWritableFileOwnerWrapper(std::move(file)), fails_(std::move(fails)) {}
    rocksdb::IOStatus Sync(const rocksdb::IOOptions& options,
                           rocksdb::IODebugContext* debug) override {
      if (*fails_) return rocksdb::IOStatus::IOError("the test's disk refuses to sync");
      return FSWritableFileOwnerWrapper::Sync(options, debug);
    }

   private:
    const std::shared_ptr<std::atomic<bool>> fails_;
  };

  const std::shared_ptr<std::atomic<bool>> fails_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace quorate::node
