// A history in any of the forms that Quorate reads, which it recognises (docs/history_format.md).
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "results/history.h"

namespace quorate {

enum class HistoryFormat : std::uint8_t {
  kJsonLines,  // one JSON object a line: Quorate's own
  kEdn,        // Jepsen's history.edn: one map after another, or one vector or list of them
  kJepsenLog,  // Jepsen's text log: PROCESS :type :f VALUE [ERROR], behind any logger's prefix
};

inline constexpr std::array<HistoryFormat, 3> kAllHistoryFormats{
    HistoryFormat::kJsonLines, HistoryFormat::kEdn, HistoryFormat::kJepsenLog};

// "jsonl", "edn", "jepsen-log".
std::string_view name_of(HistoryFormat format);
std::optional<HistoryFormat> history_format_named(std::string_view name);

// The form of a text, by its first bytes that say something; what says nothing is kJsonLines.
// Enough are the first 64 KiB.
HistoryFormat recognised_format(std::string_view start);

struct ReadOptions {
  std::optional<HistoryFormat> format;  // nullopt: recognised
  // An ok read of nil does not say "nothing is there", it says nothing (so in Knossos's examples):
  // its completion is taken as fail, and a read of nil inside a transaction is left out.
  bool nil_read_is_unknown = false;
  // Every client's value is a pair [key value], as jepsen.independent writes them (EDN and logs).
  bool values_are_pairs = false;
};

struct ReadHistory {
  History history;
  HistoryFormat format = HistoryFormat::kJsonLines;
};

// Reads a whole file, or a pipe. JSON lines go through a small buffer, the others are held in
// memory while they are read. Errors name file, line and column (in bytes), and what was expected.
Result<ReadHistory> read_history_file(const std::filesystem::path& path,
                                      const ReadOptions& options = {});
// The same from memory. `where` names the source in errors.
Result<ReadHistory> parse_history_text(std::string_view text, std::string_view where,
                                       const ReadOptions& options = {});

}  // namespace quorate
