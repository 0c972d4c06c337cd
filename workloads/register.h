// The register workload: reads and writes, mixed by a ratio, over a few hot keys.
//
// Every written value is unique ("process-seq"), so that a read names the write that it saw; few
// keys, because only operations on the same key can contradict each other (theory 7.1).
#pragma once

#include "workloads/workload.h"

namespace quorate {

class RegisterWorkload final : public Workload {
 public:
  explicit RegisterWorkload(const WorkloadOptions& options);
  std::string_view name() const override { return "register"; }
  std::unique_ptr<Generator> generator() const override;
  std::vector<std::string> final_keys() const override { return keys_; }
  const std::vector<Property>& judged_by() const override;

 private:
  std::vector<std::string> keys_;  // "k1", "k2", …
  double read_share_;
};

}  // namespace quorate
