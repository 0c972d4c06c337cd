// SavedRun: all that a run folder says, read once for every form of its report.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "results/history.h"

namespace quorate {

struct Picture {
  std::string property;
  int number = 0;  // of the violation among those of its property, from 1
  std::string svg;
};

struct SavedRun {
  std::string name;                  // the folder's
  std::filesystem::path folder;      // absolute
  Json test;                         // test.json
  Json results;                      // results.json; null: the run did not finish
  History history;                   // empty where there is none
  std::vector<Picture> pictures;     // by property and number
  std::vector<std::string> notices;  // what is missing here: sentences for people
};

// Reads a run folder. A run that did not finish is read as far as it got, and its notices say what
// is missing. Errors: kNotFound where there is no test.json; kProtocol, kCorrupt or kIo for a file
// that is there and cannot be read, with its name and the place.
Result<SavedRun> read_run(const std::filesystem::path& folder);

// The operations of every violation that results.json tells: indices into History::ops(),
// ascending, without duplicates; none that the history does not have.
std::vector<std::size_t> operations_of_violations(const SavedRun& record);

// Forgiving access to JSON that another version may have written: what is missing, or of another
// type, is null, "" or 0.
const Json& part_of(const Json& object, std::string_view name);
std::string text_in(const Json& object, std::string_view name);
double number_in(const Json& object, std::string_view name);

}  // namespace quorate
