// The packed form of a run that the viewer reads: one JSON document, then the operations as columns
// of numbers, then the texts that they refer to.
//
//   "QRP1"                      4 bytes
//   length of the JSON          4 bytes, little endian
//   the JSON                    "kind": "run", … "columns": [{"name", "bytes", "delta"}, …],
//   "texts" the columns, in that order  one number an operation: zigzag, then LEB128; where
//   "delta", the
//                               difference from the operation before
//   the texts                   "texts" bytes: UTF-8, each ended by a zero byte; the first is empty
//
// docs/reading_a_report.md describes the JSON.
#pragma once

#include <cstddef>
#include <string>

#include "results/report/saved_run.h"

namespace quorate {

// More operations than this are not all shown one by one.
inline constexpr std::size_t kMostOperations = 150'000;

std::string packed_run(const SavedRun& record, std::size_t most_operations = kMostOperations);

// What a report tells besides results.json and test.json, without the operations: "faults",
// "marks", "series". Also for `--format json`.
Json run_facts(const SavedRun& record);

}  // namespace quorate
