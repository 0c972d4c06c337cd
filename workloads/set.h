// The set workload: every key is one element, added once by writing it. Whoever reads a key asks
// whether the element is there.
//
// Elements are added all through the load, evenly, so that every fault meets some that are being
// added. Between, elements are looked for: half of the time one of the newest.
#pragma once

#include "workloads/workload.h"

namespace quorate {

class SetWorkload final : public Workload {
 public:
  // REQUIRES: as WorkloadOptions says.
  explicit SetWorkload(const WorkloadOptions& options) : options_(options) {}
  std::string_view name() const override { return "set"; }
  std::unique_ptr<Generator> generator() const override;
  std::vector<std::unique_ptr<Checker>> checkers(const CheckContext& context) const override;

 private:
  WorkloadOptions options_;
};

}  // namespace quorate
