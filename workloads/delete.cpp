#include "workloads/delete.h"

#include "workloads/fitting_checks.h"
#include "workloads/register.h"
#include "workloads/unique_values.h"

namespace quorate {
namespace {

constexpr double kDeleteShare = 1.0 / 3;  // of what is no read

}  // namespace

GeneratorPtr DeleteWorkload::generator() const {
  return reads_and_writes(options_,
                          [values = UniqueValues()](const Asked& asked, const std::string& key,
                                                    RandomStream* random) mutable {
                            if (random->chance(kDeleteShare))
                              return Invocation{Function::kDelete, key, {}};
                            return Invocation{Function::kWrite, key, values.next(asked.process)};
                          });
}

std::vector<std::unique_ptr<Checker>> DeleteWorkload::checkers(const CheckContext& context) const {
  return checks_of_deleted_registers(context);
}

}  // namespace quorate
