// decide: whether calls of one object have an order, by chains of values where they can tell, else
// by search.
#pragma once

#include <vector>

#include "checker/general/key_calls.h"
#include "checker/general/search.h"

namespace quorate {

struct Decision {
  SearchResult result;    // `order` and `stuck` only where it was searched
  bool searched = false;  // else judged by value_chains.h
};

// REQUIRES: as search(), but that the calls need not be reduced.
Decision decide(std::vector<Call> calls, Model* model, SearchBudget* budget);

}  // namespace quorate
