// Which run folders a campaign keeps whole, and how much room they take.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/result.h"

namespace quorate {

// Removes all but test.json and results.json. Idempotent.
Result<void> slim_run_folder(const std::filesystem::path& folder);

// The bytes of all files below, as the file system counts them. O(files).
std::int64_t disk_use_of(const std::filesystem::path& folder);

// Bytes that may still be written where `folder` lies. -1: not known.
std::int64_t free_space_at(const std::filesystem::path& folder);

// "12.3 GiB"
std::string size_text(std::int64_t bytes);

}  // namespace quorate
