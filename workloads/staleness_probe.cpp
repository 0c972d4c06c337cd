#include "workloads/staleness_probe.h"

#include <algorithm>
#include <cmath>

#include "workloads/combinators.h"
#include "workloads/fitting_checks.h"
#include "workloads/unique_values.h"

namespace quorate {
namespace {

constexpr double kShareAtOnce = 0.2;  // of the reads: no wait at all
constexpr double kMagnitudes = 100;   // the longest wait over the shortest that is not none

// One client's probes.
class Probe final : public Generator {
 public:
  Probe(const WorkloadOptions& options, std::int32_t client)
      : options_(options), key_(fmt::format("p{}", client + 1)) {}

  Next next(const Asked& asked, RandomStream* random) override {
    if (state_ == State::kWriting && asked.last == Outcome::kOk) {
      read_at_ = asked.now + draw_wait(random);
      state_ = State::kWaiting;
    }
    if (state_ == State::kWaiting) {
      if (read_at_ > asked.now) return WaitUntil{read_at_};
      state_ = State::kReading;
      const auto nodes = static_cast<std::uint64_t>(options_.nodes);
      return Invocation{.key = key_, .value = {}, .node = static_cast<int>(random->below(nodes))};
    }
    state_ = State::kWriting;  // also where the write before was not acknowledged
    return Invocation{Function::kWrite, key_, values_.next(asked.process)};
  }

 private:
  enum class State { kReading, kWriting, kWaiting };

  Duration draw_wait(RandomStream* random) const {
    if (random->chance(kShareAtOnce)) return Duration::zero();
    const double share = std::pow(kMagnitudes, random->uniform() - 1);  // (1/kMagnitudes, 1)
    const auto longest = static_cast<double>(options_.probe_delay.count());
    return Duration(static_cast<Duration::rep>(share * longest));
  }

  WorkloadOptions options_;
  std::string key_;
  State state_ = State::kReading;  // of the last operation
  Duration read_at_{};
  UniqueValues values_;
};

}  // namespace

GeneratorPtr StalenessProbeWorkload::generator() const {
  return per_client([options = options_](std::int32_t client) {
    return GeneratorPtr(std::make_unique<Probe>(options, client));
  });
}

std::vector<std::unique_ptr<Checker>> StalenessProbeWorkload::checkers(
    const CheckContext& context) const {
  return checks_of_registers(context);
}

}  // namespace quorate
