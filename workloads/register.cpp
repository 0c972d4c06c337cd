#include "workloads/register.h"

#include <unordered_map>

#include <fmt/core.h>

namespace quorate {
namespace {

class RegisterGenerator final : public Generator {
 public:
  RegisterGenerator(std::vector<std::string> keys, double read_share)
      : keys_(std::move(keys)), read_share_(read_share) {}

  Invocation next(std::int32_t process, RandomStream* random) override {
    Invocation invocation;
    invocation.key = random->pick(keys_);
    if (random->chance(read_share_)) return invocation;
    invocation.function = Function::kWrite;
    invocation.value = fmt::format("{}-{}", process, ++written_[process]);
    return invocation;
  }

 private:
  std::vector<std::string> keys_;
  double read_share_;
  std::unordered_map<std::int32_t, std::int64_t> written_;  // by process
};

}  // namespace

RegisterWorkload::RegisterWorkload(const WorkloadOptions& options)
    : read_share_(options.read_share) {
  QUORATE_CHECK(options.keys >= 1 && read_share_ >= 0 && read_share_ <= 1);
  for (int i = 1; i <= options.keys; ++i) keys_.push_back(fmt::format("k{}", i));
}

std::unique_ptr<Generator> RegisterWorkload::generator() const {
  return std::make_unique<RegisterGenerator>(keys_, read_share_);
}

const std::vector<Property>& RegisterWorkload::judged_by() const {
  static const std::vector<Property> properties{Property::kLatest, Property::kWriteOrder,
                                                Property::kLinearizable, Property::kNoLostWrite,
                                                Property::kNoDirtyRead};
  return properties;
}

}  // namespace quorate
