// libFuzzer: a data folder is damaged, and opened.
//
// The input says what is done to the files of a small store, prepared once: 8 bytes each, (which
// file, what, where (2 bytes), how many bytes (2), with what (2)). Opening it must give an error
// that has words, or a store whose records all decode; and where only the log was damaged, one that
// holds the first records written and no others.
#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <spdlog/spdlog.h>

#include "base/check.h"
#include "base/file.h"
#include "base/test/temporary_folder.h"
#include "node/core/key_position.h"
#include "node/core/record.h"
#include "node/server/storage/disk_identity.h"
#include "node/server/storage/rocksdb_store.h"

namespace quorate::node {
namespace {

constexpr int kInTables = 40;
constexpr int kInLog = 20;
constexpr std::size_t kMaxSteps = 8;
constexpr std::size_t kStepBytes = 8;

std::string key_number(int i) { return "key" + std::to_string(1000 + i); }

Record record_number(int i) {
  return Record{{static_cast<std::uint64_t>(i) + 1, 7, 1}, i % 5 == 0, i % 5 == 0 ? "" : "value"};
}

// The files of a killed node: some records in a table, some in the log, some of these synced.
class Prepared {
 public:
  Prepared() {
    spdlog::set_level(spdlog::level::off);
    const TemporaryFolder alive;
    write(alive, 0, kInTables);
    write(alive, kInTables, 0);  // opening it makes a table of the log
    const auto opened = open_rocksdb_store(alive.path(), {Durability::kNone, {}});
    put(opened->store.get(), kInTables, kInLog / 2);
    QUORATE_CHECK(opened->store->sync());
    put(opened->store.get(), kInTables + kInLog / 2, kInLog / 2);
    for (const auto& file : std::filesystem::directory_iterator(alive.path())) {
      if (!file.is_regular_file()) continue;
      files_[file.path().filename().string()] = read_file(file.path()).value();
    }
  }
  const std::map<std::string, std::string>& files() const { return files_; }

 private:
  static void put(Store* store, int first, int count) {
    for (int i = first; i < first + count; ++i) {
      const std::string bytes = encode_record(record_number(i));
      QUORATE_CHECK(store->write({{Table::kRecords, key_number(i), bytes}}));
    }
  }
  static void write(const TemporaryFolder& folder, int first, int count) {
    const auto opened = open_rocksdb_store(folder.path(), {});
    QUORATE_CHECK(open_disk(opened->store.get(), 7));
    put(opened->store.get(), first, count);
  }

  std::map<std::string, std::string> files_;
};

void damage(std::string* bytes, const std::uint8_t* step) {
  if (bytes->empty()) return;
  const std::size_t at = (step[2] * 256U + step[3]) % bytes->size();
  const std::size_t count = std::min<std::size_t>(step[4] * 256U + step[5], bytes->size() - at);
  const auto with = static_cast<char>(step[6]);
  switch (step[1] % 5) {
    case 0:
      (*bytes)[at] = static_cast<char>((*bytes)[at] ^ with);
      break;
    case 1:
      bytes->resize(at);
      break;
    case 2:
      std::fill_n(bytes->begin() + static_cast<std::ptrdiff_t>(at), count, with);
      break;
    case 3:
      bytes->erase(at, count);
      break;
    default:
      bytes->insert(at, bytes->substr(at, count));
  }
}

// How many of the first records there are. Aborts where others are there.
int count_prefix(Store* store, bool only_log_damaged) {
  const auto page = store->page(Table::kRecords, {"", ""}, {1000, 1U << 20U});
  if (!page) return 0;
  int count = 0;
  for (const StoredEntry& entry : page->entries) {
    const auto record = decode_record(entry.bytes);
    QUORATE_CHECK(record, "a record does not decode: {}", record.error().to_string());
    if (!only_log_damaged) continue;
    QUORATE_CHECK(entry.key == key_number(count), "{} is there without all before it", entry.key);
    QUORATE_CHECK(*record == record_number(count));
    ++count;
  }
  return count;
}

void try_input(const std::uint8_t* data, std::size_t size) {
  static const Prepared prepared;
  static const TemporaryFolder folder;
  std::map<std::string, std::string> files = prepared.files();
  bool only_log = true;
  for (std::size_t i = 0; i + kStepBytes <= size && i < kMaxSteps * kStepBytes; i += kStepBytes) {
    const auto file = std::next(files.begin(), data[i] % static_cast<int>(files.size()));
    damage(&file->second, data + i);
    only_log = only_log && file->first.ends_with(".log");
  }
  std::filesystem::remove_all(folder.path());
  std::filesystem::create_directories(folder.path());
  for (const auto& [name, bytes] : files) {
    std::ofstream(folder.path() / name, std::ios::binary) << bytes;
  }
  const auto opened = open_rocksdb_store(folder.path(), {Durability::kNone, {}});
  if (!opened) {
    QUORATE_CHECK(!opened.error().context.empty());
    return;
  }
  const int count = count_prefix(opened->store.get(), only_log);
  QUORATE_CHECK(!only_log || count >= kInTables + kInLog / 2, "synced records are gone: {}", count);
}

}  // namespace
}  // namespace quorate::node

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  quorate::node::try_input(data, size);
  return 0;
}
