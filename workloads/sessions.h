// The sessions workload: every client asks another node each time, and comes back to the keys that
// it has just used: what one node told it, the next one must know, too, if the store promises
// sessions.
//
// Where clients drive the quorums themselves there is no node to alternate between.
#pragma once

#include "workloads/workload.h"

namespace quorate {

class SessionsWorkload final : public Workload {
 public:
  // REQUIRES: as WorkloadOptions says.
  explicit SessionsWorkload(const WorkloadOptions& options) : options_(options) {}
  std::string_view name() const override { return "sessions"; }
  std::unique_ptr<Generator> generator() const override;
  std::vector<std::unique_ptr<Checker>> checkers(const CheckContext& context) const override;

 private:
  WorkloadOptions options_;
};

}  // namespace quorate
