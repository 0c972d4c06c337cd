#include "workloads/sessions.h"

#include <map>

#include "checker/sessions/sessions.h"
#include "workloads/fitting_checks.h"
#include "workloads/register.h"
#include "workloads/unique_values.h"

namespace quorate {
namespace {

constexpr double kReturnShare = 0.5;  // of the operations: to the key used before

// Sends each operation of a client elsewhere than the one before, and half of them to its key.
class Alternating final : public Generator {
 public:
  Alternating(const WorkloadOptions& options, GeneratorPtr inner)
      : nodes_(options.nodes), writers_(options.writers), inner_(std::move(inner)) {}

  Next next(const Asked& asked, RandomStream* random) override {
    Next next = inner_->next(asked, random);
    auto* invocation = std::get_if<Invocation>(&next);
    if (invocation == nullptr) return next;
    Session& session = sessions_[asked.client];
    const bool returns = !session.key.empty() && random->chance(kReturnShare);
    const bool may_write = writers_ == Writers::kAny || invocation->function == Function::kRead;
    if (returns && may_write) invocation->key = session.key;
    session.key = invocation->key;
    session.node = session.node < 0 ? asked.client % nodes_ : other_than(session.node, random);
    invocation->node = session.node;
    return next;
  }

 private:
  struct Session {
    std::string key;
    int node = -1;
  };

  int other_than(int node, RandomStream* random) const {
    if (nodes_ == 1) return node;
    const auto step = 1 + random->below(static_cast<std::uint64_t>(nodes_ - 1));
    return (node + static_cast<int>(step)) % nodes_;
  }

  int nodes_;
  Writers writers_;
  GeneratorPtr inner_;
  std::map<std::int32_t, Session> sessions_;  // by client
};

}  // namespace

GeneratorPtr SessionsWorkload::generator() const {
  return std::make_unique<Alternating>(
      options_, reads_and_writes(
                    options_, [values = UniqueValues()](const Asked& asked, const std::string& key,
                                                        RandomStream*) mutable {
                      return Invocation{Function::kWrite, key, values.next(asked.process)};
                    }));
}

std::vector<std::unique_ptr<Checker>> SessionsWorkload::checkers(
    const CheckContext& context) const {
  Checkers own;
  for (const Property property : kAllProperties) own.push_back(causal_checker(property));
  return with_own(checks_of_registers(context), std::move(own));
}

}  // namespace quorate
