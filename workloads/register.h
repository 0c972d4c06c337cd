// The register workload: reads and writes, mixed by a ratio, over a few hot keys.
#pragma once

#include "workloads/workload.h"

namespace quorate {

class RegisterWorkload final : public Workload {
 public:
  // REQUIRES: options.keys >= 1, options.read_share in [0, 1], options.clients >= 1.
  explicit RegisterWorkload(const WorkloadOptions& options);
  std::string_view name() const override { return "register"; }
  std::unique_ptr<Generator> generator() const override;
  std::vector<std::unique_ptr<Checker>> checkers(const CheckContext& context) const override;

 private:
  WorkloadOptions options_;
};

// Reads of keys "k1", "k2", …, as often as the options say; else what `write` makes of a key that
// the client may write (a client that may write none reads).
GeneratorPtr reads_and_writes(
    const WorkloadOptions& options,
    std::function<Invocation(const Asked&, const std::string& key, RandomStream*)> write);

}  // namespace quorate
