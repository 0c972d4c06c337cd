#include "harness/systems/system.h"

#include <fmt/core.h>

#include "harness/systems/quorate/quorate_system.h"

namespace quorate {

Result<std::unique_ptr<System>> make_system(std::string_view name) {
  if (name != "quorate") {
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("there is no system \"{}\"; there is: quorate", name)};
  }
  std::error_code error;
  const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return Error{ErrorCode::kIo, "read /proc/self/exe: " + error.message()};
  return std::unique_ptr<System>(new QuorateSystem(self.parent_path() / "quorate-node"));
}

}  // namespace quorate
