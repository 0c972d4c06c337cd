#include "workloads/fitting_checks.h"

#include <algorithm>

#include "checker/sessions/sessions.h"
#include "workloads/deletes_as_writes.h"

namespace quorate {
namespace {

void add(std::unique_ptr<Checker> checker, Checkers* checks) {
  if (checker) checks->push_back(std::move(checker));
}

}  // namespace

Checkers checks_of_registers(const CheckContext&) {
  Checkers checks;
  for (const Property property : kAllProperties) {
    add(register_checker(property), &checks);
    add(session_checker(property), &checks);
  }
  return checks;
}

Checkers checks_of_deleted_registers(const CheckContext&) {
  Checkers checks;
  for (const Property property : kAllProperties) {
    add(judging_deletes(register_checker(property)), &checks);
    add(session_checker(property), &checks);
  }
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
