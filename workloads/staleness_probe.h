// The staleness probe: write, wait t, read: how often is the value there t after it was
// acknowledged?
//
// Every client writes a key of its own, so that the latest complete write of a read is never in
// doubt (theory 6.2), and reads it through a node drawn at random. t is drawn anew each time: 0, or
// any order of magnitude up to the longest alike.
#pragma once

#include "workloads/workload.h"

namespace quorate {

class StalenessProbeWorkload final : public Workload {
 public:
  // REQUIRES: as WorkloadOptions says.
  explicit StalenessProbeWorkload(const WorkloadOptions& options) : options_(options) {}
  std::string_view name() const override { return "staleness-probe"; }
  std::unique_ptr<Generator> generator() const override;
  std::vector<std::unique_ptr<Checker>> checkers(const CheckContext& context) const override;

 private:
  WorkloadOptions options_;
};

}  // namespace quorate
