// Shrinking a history without an order to the few operations that show it (theory: section 2.6, the
// last paragraph).
//
// What is left out is left out soundly: the whole history could have an order only if what is kept
// had one. Leaving out an operation that another may have observed could *make* a violation, so a
// set that is kept is closed (Closure).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/general/key_calls.h"
#include "checker/general/search.h"

namespace quorate {

// Which calls have to stay for the sake of others. Calls are named by their place in `all`.
class Closure {
 public:
  // REQUIRES: outlived by calls and model.
  Closure(const std::vector<Call>& all, const Model& model);

  // Adds to `kept` (a flag for each call) all that it needs.
  void close(std::vector<bool>* kept) const;
  // Takes out of `kept` what goes together with `call`.
  void drop_with(std::size_t call, std::vector<bool>* kept) const;

 private:
  void add_text(std::size_t index);
  void add_facts(std::size_t index);
  void group_by_element();
  void group_by_section();
  void close_groups(std::vector<bool>* kept) const;
  void close_observations(std::vector<bool>* kept) const;

  // A certain overwrite of a cell.
  struct Overwrite {
    Position invoked = 0;
    Position first_end = 0;  // of this and all that were invoked later
  };
  void find_overwrites();
  void add_sources(std::size_t observer, FactId fact, const std::vector<Overwrite>& overwrites,
                   std::vector<bool>* kept, std::vector<std::size_t>* work) const;
  bool may_see(std::size_t observer, std::size_t source,
               const std::vector<Overwrite>& overwrites) const;

  const std::vector<Call>& all_;
  const Model& model_;
  std::vector<std::uint32_t> groups_;               // of calls that go or stay together
  std::vector<std::vector<std::size_t>> put_by_;    // by fact; kText: one list
  std::vector<std::vector<Overwrite>> overwrites_;  // by cell: the fact that it held at first
  std::vector<std::uint32_t> cell_of_;              // by fact
};

struct Shrunk {
  std::vector<Call> calls;
  bool minimal = true;  // false: the budget ended first
};

// REQUIRES: search() says that `bad` has no order, and `bad` is a cut of `all`.
Shrunk shrink(const std::vector<Call>& all, Position bad_end, Model* model, SearchBudget* budget);

}  // namespace quorate
