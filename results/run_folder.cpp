#include "results/run_folder.h"

#include <ctime>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

#include "base/check.h"
#include "base/file.h"
#include "base/random.h"
#include "results/verdict.h"

namespace quorate {
namespace {

namespace fs = std::filesystem;

Error file_error(std::string_view what, const fs::path& path, const std::error_code& error) {
  return Error{ErrorCode::kIo, fmt::format("{} {}: {}", what, path.string(), error.message())};
}

// Absolute and without "." or a slash at the end, so that it has a name and a parent.
Result<fs::path> named_path(const fs::path& path) {
  std::error_code error;
  fs::path absolute = fs::absolute(path, error).lexically_normal();
  if (error) return file_error("resolve", path, error);
  return absolute.has_filename() ? absolute : absolute.parent_path();
}

Result<void> claim(const fs::path& folder) {
  if (auto made = make_directories(folder.parent_path()); !made) return made;
  std::error_code error;
  if (fs::create_directory(folder, error)) return {};
  if (error) return file_error("mkdir", folder, error);
  const bool empty = fs::is_empty(folder, error);
  if (error) return file_error("look into", folder, error);
  if (empty) return {};
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("{} is not empty: a run needs a folder of its own", folder.string())};
}

// Never a moment without the link: the new one is made beside it and renamed over it.
Result<void> link_as_latest(const fs::path& folder) {
  const fs::path link = folder.parent_path() / "latest";
  const fs::path fresh = folder.parent_path() / fmt::format("latest.{}.partial", ::getpid());
  std::error_code error;
  fs::remove(fresh, error);
  fs::create_directory_symlink(folder.filename(), fresh, error);
  if (error) return file_error("link", fresh, error);
  fs::rename(fresh, link, error);
  if (!error) return {};
  std::error_code ignored;
  fs::remove(fresh, ignored);
  return file_error("link", link, error);
}

}  // namespace

Result<RunFolder> RunFolder::create(const fs::path& path, bool link_latest) {
  const Result<fs::path> folder = named_path(path);
  if (!folder) return folder.error();
  if (auto claimed = claim(*folder); !claimed) return claimed.error();
  if (link_latest) {
    if (auto linked = link_as_latest(*folder); !linked) return linked.error();
  }
  return RunFolder(path);
}

Result<RunFolder> RunFolder::open(const fs::path& path) {
  std::error_code error;
  if (fs::is_regular_file(path / "test.json", error)) return RunFolder(path);
  return Error{ErrorCode::kNotFound,
               fmt::format("{} is not a run folder: it has no test.json", path.string())};
}

Result<void> RunFolder::write_json(std::string_view name, const Json& json) const {
  QUORATE_CHECK(!name.empty() && name.find('/') == std::string_view::npos, "name is {}", name);
  std::string text = json.dump(2, ' ', false, Json::error_handler_t::replace);
  text += '\n';
  return write_file_atomically(path_ / name, text);
}

Result<Json> RunFolder::read_json(std::string_view name) const {
  const fs::path path = path_ / name;
  const Result<std::string> text = read_file(path);
  if (!text) return text.error();
  return parse_json(*text, path.string());
}

void leave_error(const RunFolder& folder, const Error& error) {
  Verdict verdict;
  verdict.outcome = RunOutcome::kHarnessError;
  verdict.sentence = error.to_string();
  Json results = to_json(verdict);
  results["exit-code"] = exit_code(verdict.outcome);
  (void)folder.write_json("results.json", results);
}

std::string new_run_name() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  return fmt::format("{:04}{:02}{:02}-{:02}{:02}{:02}-{:06x}", utc.tm_year + 1900, utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, draw_entropy() & 0xffffff);
}

}  // namespace quorate
