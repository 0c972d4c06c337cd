#include "workloads/register.h"

#include "workloads/combinators.h"
#include "workloads/fitting_checks.h"
#include "workloads/unique_values.h"

namespace quorate {
namespace {

using WriteOfKey = std::function<Invocation(const Asked&, const std::string& key, RandomStream*)>;

class ReadsAndWrites final : public Generator {
 public:
  ReadsAndWrites(const WorkloadOptions& options, WriteOfKey write)
      : keys_("k", options.keys, options.key_distribution),
        read_share_(options.read_share),
        writers_(options.writers),
        clients_(static_cast<std::size_t>(options.clients)),
        write_(std::move(write)) {}

  Next next(const Asked& asked, RandomStream* random) override {
    std::size_t key = keys_.draw(random);
    if (random->chance(read_share_)) return read(key);
    const auto client = static_cast<std::size_t>(asked.client);
    if (writers_ == Writers::kOnePerKey && key % clients_ != client % clients_) {
      // Its own key that is next to the drawn one.
      const std::size_t own = key - key % clients_ + client % clients_;
      if (own < keys_.keys().size()) {
        key = own;
      } else if (own >= clients_) {
        key = own - clients_;
      } else {
        return read(key);
      }
    }
    return write_(asked, keys_.keys()[key], random);
  }

 private:
  Next read(std::size_t key) const { return Invocation{.key = keys_.keys()[key], .value = {}}; }

  KeyChoice keys_;
  double read_share_;
  Writers writers_;
  std::size_t clients_;
  WriteOfKey write_;
};

}  // namespace

GeneratorPtr reads_and_writes(const WorkloadOptions& options, WriteOfKey write) {
  return std::make_unique<ReadsAndWrites>(options, std::move(write));
}

RegisterWorkload::RegisterWorkload(const WorkloadOptions& options) : options_(options) {
  QUORATE_CHECK(options.keys >= 1 && options.clients >= 1);
  QUORATE_CHECK(options.read_share >= 0 && options.read_share <= 1);
}

GeneratorPtr RegisterWorkload::generator() const {
  return reads_and_writes(
      options_,
      [values = UniqueValues()](const Asked& asked, const std::string& key, RandomStream*) mutable {
        return Invocation{Function::kWrite, key, values.next(asked.process)};
      });
}

std::vector<std::unique_ptr<Checker>> RegisterWorkload::checkers(
    const CheckContext& context) const {
  return checks_of_registers(context);
}

}  // namespace quorate
