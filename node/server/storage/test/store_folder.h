// What the tests of the storage do with a data folder: write it, copy it as a killed process leaves
// it, and damage its files.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/test/temporary_folder.h"
#include "node/server/storage/rocksdb_store.h"

namespace quorate::node {

inline std::string key_number(int i) { return "key" + std::to_string(1000 + i); }

// Writes `count` records of 100 bytes, from the `first`-th on, each by a write of its own.
inline void write_records(Store* store, int first, int count) {
  for (int i = first; i < first + count; ++i) {
    ASSERT_TRUE(store->write({{Table::kRecords, key_number(i), std::string(100, 'v')}}));
  }
}

// How many records there are; -1 where they are not the first ones that write_records() wrote.
inline int records_in(Store* store) {
  const StorePage page = store->page(Table::kRecords, {"", ""}, {100'000, 1U << 30U}).value();
  for (std::size_t i = 0; i < page.entries.size(); ++i) {
    if (page.entries[i].key != key_number(static_cast<int>(i))) return -1;
    if (page.entries[i].bytes != std::string(100, 'v')) return -1;
  }
  return static_cast<int>(page.entries.size());
}

// The folder as a killed process leaves it: nothing closed, nothing flushed. A kill takes a moment,
// a copy takes longer: where the table changes meanwhile, it is copied again.
inline void copy_as_killed(const std::filesystem::path& from, const std::filesystem::path& to) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    const std::string before = read_file(from / ".durable").value();
    std::error_code failed;
    std::filesystem::remove_all(to, failed);
    std::filesystem::copy(from, to, std::filesystem::copy_options::recursive, failed);
    if (!failed && read_file(from / ".durable").value() == before) return;
  }
  ADD_FAILURE() << from << " never stands still";
}

// The greatest name that begins and ends so: numbers of one width grow.
inline std::filesystem::path newest(const std::filesystem::path& folder, std::string_view begin,
                                    std::string_view end) {
  std::filesystem::path found;
  for (const auto& file : std::filesystem::directory_iterator(folder)) {
    const std::string name = file.path().filename().string();
    if (!name.starts_with(begin) || !name.ends_with(end) || file.file_size() == 0) continue;
    if (found.empty() || name > found.filename().string()) found = file.path();
  }
  return found;
}

inline void overwrite(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline void flip_byte(const std::filesystem::path& path, std::size_t at) {
  std::string bytes = read_file(path).value();
  bytes.at(at) = static_cast<char>(bytes.at(at) ^ 0x40);
  overwrite(path, bytes);
}

}  // namespace quorate::node
