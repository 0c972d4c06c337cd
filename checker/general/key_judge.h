// KeyJudge: whether one key is linearizable, by the cheapest way that is exact for it, and why not.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "checker/checker.h"
#include "checker/general/general_checker.h"
#include "checker/general/key_calls.h"
#include "checker/general/search_budget.h"
#include "checker/registers/counterexample.h"

namespace quorate {

// How a key was judged.
enum class Method : std::uint8_t {
  kClusters,  // reads and writes: of unique values, or a read that no model allows
  kChains,    // unique values: value_chains.h
  kSearch,
};

struct KeyVerdict {
  Validity validity = Validity::kUnknown;
  Method method = Method::kSearch;
  std::string reason;         // kUnknown: which budget
  std::uint64_t steps = 0;    // kSearch
  Position bad_end = kNever;  // kInvalid, not kClusters: what is before it has no order
};

// Reusable; keeps its arrays from key to key. Not thread-safe: one for each thread.
class KeyJudge {
 public:
  // REQUIRES: all outlive this; symbol_count as KeyIndex tells it.
  KeyJudge(const History& history, std::size_t symbol_count, ModelKind kind,
           const InitialValue& initial, SearchBudget* budget);

  // `ops`: all of the key (of the history, for a model over all keys), by invocation.
  KeyVerdict judge(std::span<const OpIndex> ops);
  // The violation of a key that was judged kInvalid, within `budget`; where that ends first, the
  // last line says that it is not minimal.
  Violation explain(std::span<const OpIndex> ops, const KeyVerdict& verdict, SearchBudget* budget);

 private:
  // How far the clusters tell of a key.
  enum class Clusters { kNotARegister, kBadReads, kOrder };
  Clusters build_clusters(std::span<const OpIndex> ops);
  std::unique_ptr<KeyCalls> calls_of(std::span<const OpIndex> ops) const;
  bool ordered() const;
  void judge_calls(std::span<const OpIndex> ops, KeyVerdict* verdict);
  Violation explain_clusters();

  const History& history_;
  ModelKind kind_;
  const InitialValue& initial_;
  SearchBudget* budget_;
  KeyClusters clusters_;
  Symbol initial_symbol_;
  std::vector<OpIndex> told_;  // ops that tell something
};

}  // namespace quorate
