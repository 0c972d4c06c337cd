#include "workloads/counter.h"

#include <map>

#include <fmt/core.h>

#include "checker/objects/objects.h"
#include "workloads/fitting_checks.h"

namespace quorate {
namespace {

constexpr double kShareOfAll = 0.2;  // of the reads: any counter, also one that was left

class CounterGenerator final : public Generator {
 public:
  explicit CounterGenerator(double read_share) : read_share_(read_share) {}

  Next next(const Asked& asked, RandomStream* random) override {
    Writer& own = writers_[asked.client];
    if (own.wrote) settle(&own, asked.last.value_or(Outcome::kOk));
    own.wrote = !random->chance(read_share_) || keys_.empty();
    if (!own.wrote) return Invocation{.key = key_to_read(random), .value = {}};
    if (own.key.empty()) open(asked.client, &own);
    return Invocation{Function::kWrite, own.key, std::to_string(++own.total)};
  }

 private:
  struct Writer {
    std::string key;  // empty: the next write opens one
    int opened = 0;
    std::int64_t total = 0;
    bool wrote = false;  // the operation before was a write
  };

  // What became of the write before.
  static void settle(Writer* own, Outcome outcome) {
    if (outcome == Outcome::kFail) --own->total;
    if (outcome == Outcome::kInfo) own->key.clear();
  }

  void open(std::int32_t client, Writer* own) {
    own->key = ++own->opened == 1 ? fmt::format("c{}", client + 1)
                                  : fmt::format("c{}.{}", client + 1, own->opened);
    own->total = 0;
    keys_.push_back(own->key);
  }

  const std::string& key_to_read(RandomStream* random) {
    if (random->chance(kShareOfAll)) return random->pick(keys_);
    auto writer = writers_.begin();
    std::advance(writer, random->below(writers_.size()));
    return writer->second.key.empty() ? keys_.back() : writer->second.key;
  }

  double read_share_;
  std::map<std::int32_t, Writer> writers_;  // by client
  std::vector<std::string> keys_;           // all that were opened
};

}  // namespace

GeneratorPtr CounterWorkload::generator() const {
  return std::make_unique<CounterGenerator>(options_.read_share);
}

std::vector<std::unique_ptr<Checker>> CounterWorkload::checkers(const CheckContext& context) const {
  Checkers own;
  for (const Property property : kAllProperties) {
    own.push_back(counter_checker(property, CounterView::kKeyPerClient));
  }
  return with_own(checks_of_registers(context), std::move(own));
}

}  // namespace quorate
