// KeyCalls: the operations of one key as calls of its model, and the part of them that a search is
// about (theory: sections 0.2 and 2.6).
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "checker/general/model.h"
#include "checker/key_index.h"

namespace quorate {

// An operation that took effect, or may have.
struct Call {
  OpIndex op = kNoOp;
  ActionId action = 0;
  Position invoked = 0;
  Position completed = kNever;  // kNever: it may never have happened
};

// All calls of a key, by invocation. Not thread-safe: the model grows.
class KeyCalls {
 public:
  // REQUIRES: `ops` are operations of one key, by invocation; the history outlives this.
  KeyCalls(const History& history, std::span<const OpIndex> ops, std::unique_ptr<Model> model);

  const std::vector<Call>& all() const { return calls_; }
  Model& model() const { return *model_; }
  const Op& op(const Call& call) const { return history_.ops()[call.op]; }
  std::size_t bytes() const { return calls_.capacity() * sizeof(Call); }

 private:
  const History& history_;
  std::unique_ptr<Model> model_;
  std::vector<Call> calls_;
};

// What was seen of `calls` before `end`: later invocations are left out, later completions not
// known.
std::vector<Call> cut(const std::vector<Call>& calls, const Model& model, Position end);

// The same question with fewer optional calls: those that could explain nothing are left out, and
// one that must have happened, since only it put what was observed, is over when the first
// observation was (info rule 2). O(n log n).
std::vector<Call> reduce(std::vector<Call> calls, const Model& model);

}  // namespace quorate
