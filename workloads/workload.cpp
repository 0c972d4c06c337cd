#include "workloads/workload.h"

#include <fmt/core.h>

#include "workloads/register.h"

namespace quorate {

Result<std::unique_ptr<Workload>> make_workload(std::string_view name,
                                                const WorkloadOptions& options) {
  if (name == "register") return std::unique_ptr<Workload>(new RegisterWorkload(options));
  return Error{ErrorCode::kInvalidArgument,
               fmt::format("there is no workload \"{}\"; there is: register", name)};
}

}  // namespace quorate
