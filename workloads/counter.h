// The counter workload: every client has a counter of its own, whose running total 1, 2, 3, … it
// writes to its key, alone; everybody reads.
//
// A total that is certain to have failed is written again. After a write of unknown outcome the
// client leaves the key as it is, and goes on with a new one ("c3", "c3.2", …): a late effect of
// that write would look like a lost one, and be none (theory 5.4: rotate counters).
#pragma once

#include "workloads/workload.h"

namespace quorate {

class CounterWorkload final : public Workload {
 public:
  // REQUIRES: as WorkloadOptions says.
  explicit CounterWorkload(const WorkloadOptions& options) : options_(options) {}
  std::string_view name() const override { return "counter"; }
  std::unique_ptr<Generator> generator() const override;
  std::vector<std::unique_ptr<Checker>> checkers(const CheckContext& context) const override;

 private:
  WorkloadOptions options_;
};

}  // namespace quorate
