#include "checker/checker_for.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "checker/general/general_checker.h"
#include "checker/objects/objects.h"
#include "checker/replicas/replicas.h"
#include "checker/sessions/sessions.h"

namespace quorate {
namespace {

constexpr std::array<std::string_view, 2> kObjects{"set", "counter"};

std::unique_ptr<Checker> of_register(Property property, const InitialValue& initial) {
  if (auto checker = register_checker(property, initial)) return checker;
  if (auto checker = session_checker(property, initial)) return checker;
  if (auto checker = causal_checker(property, initial)) return checker;
  if (property == Property::kConverges) return convergence_checker();
  if (property == Property::kAvailableAfterHeal) return availability_checker();
  return nullptr;
}

Error no_checker(const Question& question) {
  return Error{
      ErrorCode::kUnsupported,
      fmt::format("no checker judges \"{}\" of a {}{}", name_of(question.property), question.model,
                  question.property == Property::kLinearizable
                      ? ""
                      : "; without --property it is linearizability")};
}

}  // namespace

std::vector<std::string_view> model_names() {
  std::vector<std::string_view> names;
  for (const ModelKind model : kAllModels) names.push_back(name_of(model));
  names.insert(names.end(), kObjects.begin(), kObjects.end());
  return names;
}

Result<std::unique_ptr<Checker>> checker_for(const Question& question) {
  std::unique_ptr<Checker> checker;
  if (question.model == "set") {
    checker = set_checker(question.property, SetView::kObject);
  } else if (question.model == "counter") {
    checker = counter_checker(question.property, CounterView::kObject);
  } else {
    const std::optional<ModelKind> model = model_named(question.model);
    if (!model) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("there is no model \"{}\"; there is: {}", question.model,
                               fmt::join(model_names(), ", "))};
    }
    if (question.property == Property::kLinearizable) {
      return linearizable_checker(*model, question.initial);
    }
    if (*model == ModelKind::kRegister) checker = of_register(question.property, question.initial);
  }
  if (!checker) return no_checker(question);
  return checker;
}

Result<void> check_operations(const History& history, std::string_view model) {
  if (const auto kind = model_named(model)) return validate_operations(history, *kind);
  for (const Op& op : history.ops()) {
    if (op.function == Function::kRead || op.function == Function::kAdd) continue;
    return Error{ErrorCode::kInvalidArgument,
                 fmt::format("event {}: a {} has no \"{}\", only \"add\" and \"read\"", op.invoked,
                             model, name_of(op.function))};
  }
  return {};
}

}  // namespace quorate
