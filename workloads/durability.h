// The durability workload: every key is written once, evenly over the load, and read when all is
// over. No read comes before the final ones: none can repair what was lost.
#pragma once

#include "workloads/workload.h"

namespace quorate {

class DurabilityWorkload final : public Workload {
 public:
  // REQUIRES: as WorkloadOptions says.
  explicit DurabilityWorkload(const WorkloadOptions& options) : options_(options) {}
  std::string_view name() const override { return "durability"; }
  std::unique_ptr<Generator> generator() const override;
  std::vector<std::unique_ptr<Checker>> checkers(const CheckContext& context) const override;

 private:
  WorkloadOptions options_;
};

}  // namespace quorate
