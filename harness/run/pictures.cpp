#include "harness/run/pictures.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/file.h"
#include "checker/evidence/picture.h"

namespace quorate {
namespace {

// "stale-read"
std::string file_name_of(std::string name) {
  std::replace(name.begin(), name.end(), ' ', '-');
  return name;
}

}  // namespace

Result<int> write_pictures(const std::filesystem::path& folder, const History& history,
                           const Verdict& verdict) {
  int written = 0;
  for (const PropertyVerdict& property : verdict.properties) {
    int number = 0;
    for (const Violation& violation : property.result.violations) {
      ++number;
      if (violation.ops.empty()) continue;
      std::error_code error;
      std::filesystem::create_directories(folder, error);
      if (error) {
        return Error{ErrorCode::kIo,
                     fmt::format("create {}: {}", folder.string(), error.message())};
      }
      const std::string name = fmt::format("{}-{}-{}.svg", name_of(property.property), number,
                                           file_name_of(violation.anomaly));
      const auto saved = write_file_atomically(folder / name, to_svg(history, violation));
      if (!saved) return saved.error();
      ++written;
    }
  }
  return written;
}

}  // namespace quorate
