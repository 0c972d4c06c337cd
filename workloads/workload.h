// Workload: what clients do, and the checks that fit what they do.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "checker/checker.h"
#include "workloads/generator.h"
#include "workloads/key_choice.h"

namespace quorate {

// Who may write a key.
enum class Writers {
  kAny,
  kOnePerKey,  // client number (key number modulo clients), whatever process it is
};
std::string_view name_of(Writers writers);  // "any", "one-per-key"
std::optional<Writers> writers_named(std::string_view name);

struct WorkloadOptions {
  int keys = 5;             // >= 1
  double read_share = 0.5;  // [0, 1]
  KeyDistribution key_distribution = KeyDistribution::kUniform;
  Writers writers = Writers::kAny;
  Duration probe_delay = std::chrono::milliseconds(20);  // longest
  // What it runs on.
  int clients = 10;                          // >= 1
  int nodes = 5;                             // >= 1
  Duration time = std::chrono::seconds(10);  // of load
};

// What a check must know of the run, beside its history: RegisterOptions of
// checker/registers/register_checks.h says what it is for.
struct CheckContext {
  int replicas = 0;  // n, where the quorums of the configuration must meet; else 0
  bool reads_must_meet = false;
  bool writes_last = true;  // acknowledged writes may not be lost: convergence_checker
};

class Workload {
 public:
  virtual ~Workload() = default;
  virtual std::string_view name() const = 0;
  virtual std::unique_ptr<Generator> generator() const = 0;
  // The checks that its histories are made for, one a property.
  virtual std::vector<std::unique_ptr<Checker>> checkers(const CheckContext& context) const = 0;
  // Their properties.
  std::vector<Property> judged_by() const;
};

// A workload as people choose it.
struct WorkloadInfo {
  std::string_view name;
  std::string_view description;           // one line
  std::vector<std::string_view> options;  // "--keys", …: those of its own
  int keys = 0;                           // default; 0: in proportion to the run's length
  double read_share = 0;                  // default
};

// In the order in which they are listed.
const std::vector<WorkloadInfo>& all_workloads();
// nullptr if there is none of this name.
const WorkloadInfo* find_workload(std::string_view name);

// How many keys it takes unless told otherwise; `name` need not exist.
int default_keys(std::string_view name, Duration time);
double default_read_share(std::string_view name);

// Errors: kInvalidArgument with the names that exist.
Result<std::unique_ptr<Workload>> make_workload(std::string_view name,
                                                const WorkloadOptions& options);

}  // namespace quorate
