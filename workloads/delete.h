// The delete workload: writes, deletes and reads of a few hot keys, so that what was deleted can
// come back if the store lets it. A read of nothing carries the version of the tombstone that it
// saw.
#pragma once

#include "workloads/workload.h"

namespace quorate {

class DeleteWorkload final : public Workload {
 public:
  // REQUIRES: as WorkloadOptions says.
  explicit DeleteWorkload(const WorkloadOptions& options) : options_(options) {}
  std::string_view name() const override { return "delete"; }
  std::unique_ptr<Generator> generator() const override;
  std::vector<std::unique_ptr<Checker>> checkers(const CheckContext& context) const override;

 private:
  WorkloadOptions options_;
};

}  // namespace quorate
