// Workload: what clients do, and which properties its histories can be judged by.
//
// Generators are pure: equal construction and equal calls give equal operations.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "results/operation.h"
#include "results/property.h"

namespace quorate {

// One operation that a client is to invoke. Key and value are plain text.
struct Invocation {
  Function function = Function::kRead;
  std::string key;
  std::string value;        // of a write
  bool final_read = false;  // made after healing and quiescence
  std::uint8_t r = 0;       // 0: the run's own r
};

class Generator {
 public:
  virtual ~Generator() = default;
  // The next operation of `process`; draws from *random only.
  virtual Invocation next(std::int32_t process, RandomStream* random) = 0;
};

struct WorkloadOptions {
  int keys = 5;             // >= 1
  double read_share = 0.5;  // [0, 1]
};

class Workload {
 public:
  virtual ~Workload() = default;
  virtual std::string_view name() const = 0;
  virtual std::unique_ptr<Generator> generator() const = 0;
  // What to read when the run is over, each once per place that a client can ask.
  virtual std::vector<std::string> final_keys() const = 0;
  // The properties that a history of this workload can be judged by.
  virtual const std::vector<Property>& judged_by() const = 0;
};

// Errors: kInvalidArgument with the names that exist.
Result<std::unique_ptr<Workload>> make_workload(std::string_view name,
                                                const WorkloadOptions& options);

}  // namespace quorate
