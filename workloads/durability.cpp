#include "workloads/durability.h"

#include "workloads/fitting_checks.h"
#include "workloads/pace.h"
#include "workloads/unique_values.h"

namespace quorate {
namespace {

class WriteOnce final : public Generator {
 public:
  explicit WriteOnce(Pace pace) : pace_(pace) {}

  Next next(const Asked& asked, RandomStream*) override {
    if (written_ == pace_.count()) return Done{};
    if (const Duration due = pace_.due(written_); due > asked.now) return WaitUntil{due};
    return Invocation{Function::kWrite, fmt::format("d{}", ++written_),
                      values_.next(asked.process)};
  }

 private:
  Pace pace_;
  std::int64_t written_ = 0;
  UniqueValues values_;
};

}  // namespace

GeneratorPtr DurabilityWorkload::generator() const {
  return std::make_unique<WriteOnce>(Pace(options_.keys, options_.time));
}

std::vector<std::unique_ptr<Checker>> DurabilityWorkload::checkers(
    const CheckContext& context) const {
  return checks_of_registers(context);
}

}  // namespace quorate
