// Linearizability of any small object, values unique or not (theory: sections 2.5 to 2.7).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "checker/checker.h"

namespace quorate {

// What the operations of a history are done to; docs/models.md has the rules of each.
enum class ModelKind : std::uint8_t {
  kRegister,       // read, write, delete
  kCasRegister,    // and cas: [expected, new]
  kMutex,          // acquire, release; by whom does not matter
  kFifoQueue,      // enqueue, dequeue; an ok dequeue of nothing saw it empty
  kMultiRegister,  // txn: [["r"|"w", key, value], …], each one step over all keys
  kKvAppend,       // read, write, append of texts; absent is ""
};

inline constexpr std::array<ModelKind, 6> kAllModels{
    ModelKind::kRegister,  ModelKind::kCasRegister,   ModelKind::kMutex,
    ModelKind::kFifoQueue, ModelKind::kMultiRegister, ModelKind::kKvAppend};

// "register", "cas-register", "mutex", "fifo-queue", "multi-register", "kv-append".
std::string_view name_of(ModelKind model);
std::optional<ModelKind> model_named(std::string_view name);

// Refuses an operation that the model does not have or whose value is not of its form, naming the
// operation and the model. O(operations).
Result<void> validate_operations(const History& history, ModelKind model);

// The checker of kLinearizable for a model. Errors: an initial value that the model cannot have.
//
// A key whose values each had at most one producer that may have taken effect is judged in
// O(n log n), with cas too. Every other key is searched: exponential in the operations in flight at
// worst, though seldom. Keys are judged in parallel on all cores; what is reported does not depend
// on the threads' timing, but for which keys a budget that ran out left unknown. Both budgets are
// kept inside each search; `reason` names the first such key and the budget. An operation that the
// model does not have makes the result kUnknown (ask validate_operations first).
//
// Semantics: failed operations never happened, a failed cas says nothing, a read that is not ok
// says nothing; an operation of unknown outcome happens at any later time or never. An ok read of
// nothing saw that nothing was there: where it told nothing, as in Knossos's histories, the reader
// has to say so (results/history_file.h).
//
// violation_count: keys that are not linearizable. `violations` explains at most 8, each by a set
// of operations that is closed (whatever a kept operation may have observed is kept) and 1-minimal.
// measures: "operations", "keys", "keys_valid", "keys_invalid", "keys_unknown", "keys_searched",
// "search_steps", "bytes_peak" (the largest that the searches held together).
Result<std::unique_ptr<Checker>> linearizable_checker(ModelKind model,
                                                      const InitialValue& initial = {});

}  // namespace quorate
