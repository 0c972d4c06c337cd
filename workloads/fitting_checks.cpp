#include "workloads/fitting_checks.h"

#include <algorithm>

#include "checker/registers/register_checks.h"
#include "checker/replicas/replicas.h"
#include "checker/sessions/sessions.h"

namespace quorate {
namespace {

void add(std::unique_ptr<Checker> checker, Checkers* checks) {
  if (checker) checks->push_back(std::move(checker));
}

RegisterOptions options_of(const CheckContext& context) {
  return {.initial = {}, .replicas = context.replicas, .reads_must_meet = context.reads_must_meet};
}

}  // namespace

Checkers checks_of_registers(const CheckContext& context) {
  Checkers checks = checks_of_deleted_registers(context);
  for (const Property property : kAllProperties) add(session_checker(property), &checks);
  return checks;
}

Checkers checks_of_deleted_registers(const CheckContext& context) {
  Checkers checks;
  for (const Property property : kAllProperties) {
    add(register_checker_with(property, options_of(context)), &checks);
  }
  // What the replicas hold when the run is over, and the run's own marks.
  add(convergence_checker(context.writes_last), &checks);
  add(availability_checker(), &checks);
  return checks;
}

Checkers with_own(Checkers checks, Checkers own) {
  for (std::unique_ptr<Checker>& checker : own) {
    if (!checker) continue;
    const auto same = std::find_if(checks.begin(), checks.end(), [&](const auto& other) {
      return other->property() == checker->property();
    });
    if (same == checks.end()) {
      checks.push_back(std::move(checker));
    } else {
      *same = std::move(checker);
    }
  }
  return checks;
}

}  // namespace quorate
