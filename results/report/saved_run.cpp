#include "results/report/saved_run.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "base/file.h"
#include "results/history_json.h"
#include "results/run_folder.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

// A log that was cut off may end inside a line: that line was never whole.
Result<History> read_partial_history(const fs::path& path) {
  Result<std::string> text = read_file(path);
  if (!text) return text.error();
  const std::size_t last = text->rfind('\n');
  text->resize(last == std::string::npos ? 0 : last + 1);
  return parse_history(*text, path.string());
}

Result<void> take_history(const RunFolder& folder, SavedRun* record) {
  const fs::path partial = folder.history_path().string() + ".partial";
  const bool whole = is_file(folder.history_path());
  if (!whole && !is_file(partial)) {
    record->notices.emplace_back("Nothing was observed: the folder has no history.");
    return {};
  }
  if (!whole) {
    record->notices.emplace_back(
        "The history was cut off: it is shown up to the last event that was saved.");
  }
  Result<History> history =
      whole ? read_history(folder.history_path()) : read_partial_history(partial);
  if (!history) return history.error();
  record->history = std::move(*history);
  return {};
}

Result<void> take_results(const RunFolder& folder, SavedRun* record) {
  if (!is_file(folder.path() / "results.json")) {
    record->notices.emplace_back(
        "This run did not finish, or is not over yet: there is no results.json, so nothing was "
        "judged. quorate check judges what was observed.");
    return {};
  }
  Result<Json> results = folder.read_json("results.json");
  if (!results) return results.error();
  record->results = std::move(*results);
  return {};
}

// "latest-1-stale-read.svg"; a property's name may have dashes, so the number is looked for.
bool read_picture_name(const std::string& name, Picture* picture) {
  for (std::size_t dash = name.find('-'); dash != std::string::npos;
       dash = name.find('-', dash + 1)) {
    const char* const end = name.data() + name.size();
    const auto [rest, status] = std::from_chars(name.data() + dash + 1, end, picture->number);
    if (status != std::errc{} || rest == end || *rest != '-') continue;
    picture->property = name.substr(0, dash);
    return true;
  }
  return false;
}

Result<void> take_pictures(const RunFolder& folder, SavedRun* record) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder.path() / "pictures", error)) {
    Picture picture;
    if (entry.path().extension() != ".svg") continue;
    if (!read_picture_name(entry.path().filename().string(), &picture)) continue;
    Result<std::string> svg = read_file(entry.path());
    if (!svg) return svg.error();
    picture.svg = std::move(*svg);
    record->pictures.push_back(std::move(picture));
  }
  std::sort(record->pictures.begin(), record->pictures.end(), [](const auto& a, const auto& b) {
    return std::tie(a.property, a.number) < std::tie(b.property, b.number);
  });
  return {};  // no folder: no pictures
}

}  // namespace

Result<SavedRun> read_run(const fs::path& path) {
  const Result<RunFolder> folder = RunFolder::open(path);
  if (!folder) return folder.error();
  SavedRun record;
  std::error_code error;
  record.folder = fs::canonical(path, error);
  if (error) return Error{ErrorCode::kIo, fmt::format("{}: {}", path.string(), error.message())};
  record.name = record.folder.filename().string();
  Result<Json> test = folder->read_json("test.json");
  if (!test) return test.error();
  record.test = std::move(*test);
  if (auto taken = take_results(*folder, &record); !taken) return taken.error();
  if (auto taken = take_history(*folder, &record); !taken) return taken.error();
  if (auto taken = take_pictures(*folder, &record); !taken) return taken.error();
  return record;
}

std::vector<std::size_t> operations_of_violations(const SavedRun& record) {
  std::vector<std::size_t> ops;
  const auto take = [&](const Json& violations) {
    for (const Json& violation : violations) {
      for (const Json& op : part_of(violation, "ops")) {
        if (!op.is_number_unsigned()) continue;
        const auto index = op.get<std::size_t>();
        if (index < record.history.ops().size()) ops.push_back(index);
      }
    }
  };
  for (const Json& property : part_of(record.results, "properties")) {
    take(part_of(property, "violations"));
  }
  take(part_of(record.results, "inside"));
  std::sort(ops.begin(), ops.end());
  ops.erase(std::unique(ops.begin(), ops.end()), ops.end());
  return ops;
}

const Json& part_of(const Json& object, std::string_view name) {
  static const Json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

std::string text_in(const Json& object, std::string_view name) {
  const Json& part = part_of(object, name);
  return part.is_string() ? part.get<std::string>() : std::string();
}

double number_in(const Json& object, std::string_view name) {
  const Json& part = part_of(object, name);
  return part.is_number() ? part.get<double>() : 0;
}

}  // namespace quorate
