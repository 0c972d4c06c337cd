// The models that there are (theory: section 2.6; docs/models.md).
#pragma once

#include <memory>

#include "checker/checker.h"
#include "checker/general/general_checker.h"
#include "checker/general/model.h"

namespace quorate {

// A new model for one key. REQUIRES: the history outlives it, check_initial allowed `initial`.
std::unique_ptr<Model> make_model(ModelKind kind, const History& history,
                                  const InitialValue& initial);

std::unique_ptr<Model> make_register(const History& history, const InitialValue& initial);
std::unique_ptr<Model> make_mutex(const InitialValue& initial);
std::unique_ptr<Model> make_fifo_queue(const History& history);
std::unique_ptr<Model> make_multi_register(const History& history, const InitialValue& initial);
std::unique_ptr<Model> make_kv_append(const History& history, const InitialValue& initial);

// Whether an object of this kind can begin with `initial`.
Result<void> check_initial(ModelKind kind, const InitialValue& initial);

}  // namespace quorate
