#include "checker/general/decide.h"

#include <utility>

#include "checker/general/value_chains.h"

namespace quorate {

Decision decide(std::vector<Call> calls, Model* model, SearchBudget* budget) {
  const std::vector<Call> reduced = reduce(std::move(calls), *model);
  Decision decision;
  if (const auto chains = judge_chains(reduced, *model)) {
    if (!chains->linearizable) {
      decision.result.answer = SearchResult::Answer::kNotLinearizable;
      decision.result.bad_end = chains->bad_end;
    }
    return decision;
  }
  decision.searched = true;
  decision.result = search(reduced, model, budget);
  return decision;
}

}  // namespace quorate
