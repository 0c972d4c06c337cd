#include "workloads/set.h"

#include <algorithm>

#include "checker/objects/objects.h"
#include "workloads/fitting_checks.h"
#include "workloads/pace.h"
#include "workloads/unique_values.h"

namespace quorate {
namespace {

constexpr std::int64_t kNewest = 16;    // elements that count as new
constexpr double kShareOfNewest = 0.5;  // of the reads

std::string element(std::int64_t index) { return fmt::format("e{}", index + 1); }

class SetGenerator final : public Generator {
 public:
  SetGenerator(Pace pace, double read_share) : pace_(pace), read_share_(read_share) {}

  Next next(const Asked& asked, RandomStream* random) override {
    const bool due = added_ < pace_.count() && asked.now >= pace_.due(added_);
    if (due && (added_ == 0 || !random->chance(read_share_))) {
      return Invocation{Function::kWrite, element(added_++), values_.next(asked.process)};
    }
    const std::int64_t among = random->chance(kShareOfNewest) ? std::min(kNewest, added_) : added_;
    const auto back = static_cast<std::int64_t>(random->below(static_cast<std::uint64_t>(among)));
    return Invocation{.key = element(added_ - 1 - back), .value = {}};
  }

 private:
  Pace pace_;
  double read_share_;  // while an element is due
  std::int64_t added_ = 0;
  UniqueValues values_;
};

}  // namespace

GeneratorPtr SetWorkload::generator() const {
  return std::make_unique<SetGenerator>(Pace(options_.keys, options_.time), options_.read_share);
}

std::vector<std::unique_ptr<Checker>> SetWorkload::checkers(const CheckContext& context) const {
  Checkers own;
  for (const Property property : kAllProperties) {
    own.push_back(set_checker(property, SetView::kKeyPerElement));
  }
  return with_own(checks_of_registers(context), std::move(own));
}

}  // namespace quorate
