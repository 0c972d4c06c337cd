#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "base/json.h"
#include "checker/general/general_checker.h"

namespace quorate {
namespace {

struct ModelRow {
  ModelKind kind;
  std::string_view name;
  std::array<Function, 4> functions;  // some twice, to fill the row
};
constexpr std::array<ModelRow, 6> kModels{{
    {ModelKind::kRegister,
     "register",
     {Function::kRead, Function::kWrite, Function::kDelete, Function::kDelete}},
    {ModelKind::kCasRegister,
     "cas-register",
     {Function::kRead, Function::kWrite, Function::kDelete, Function::kCas}},
    {ModelKind::kMutex,
     "mutex",
     {Function::kAcquire, Function::kRelease, Function::kRelease, Function::kRelease}},
    {ModelKind::kFifoQueue,
     "fifo-queue",
     {Function::kEnqueue, Function::kDequeue, Function::kDequeue, Function::kDequeue}},
    {ModelKind::kMultiRegister,
     "multi-register",
     {Function::kTransaction, Function::kTransaction, Function::kTransaction,
      Function::kTransaction}},
    {ModelKind::kKvAppend,
     "kv-append",
     {Function::kRead, Function::kWrite, Function::kAppend, Function::kDelete}},
}};

const ModelRow& row_of(ModelKind model) { return kModels[static_cast<std::size_t>(model)]; }

bool is_step(const Json& step) {
  return step.is_array() && step.size() == 3 && (step[0] == "r" || step[0] == "w");
}

// What is wrong with the operation's value; "" if nothing.
std::string_view malformed(const History& history, const Op& op) {
  if (op.function != Function::kCas && op.function != Function::kTransaction) return "";
  const Result<Json> value = parse_json(history.text(op.value), "a value");
  if (op.function == Function::kCas) {
    const bool pair = value && value->is_array() && value->size() == 2;
    return pair ? "" : "the value of a cas is [expected, new]";
  }
  const bool steps =
      value && value->is_array() && std::all_of(value->begin(), value->end(), is_step);
  return steps ? "" : R"(the value of a txn is [["r"|"w", key, value], …])";
}

}  // namespace

std::string_view name_of(ModelKind model) { return row_of(model).name; }

std::optional<ModelKind> model_named(std::string_view name) {
  for (const ModelRow& row : kModels) {
    if (row.name == name) return row.kind;
  }
  return std::nullopt;
}

Result<void> validate_operations(const History& history, ModelKind model) {
  const ModelRow& row = row_of(model);
  std::vector<bool> seen;  // by symbol: values are looked at once
  for (const Op& op : history.ops()) {
    const auto& has = row.functions;
    if (std::find(has.begin(), has.end(), op.function) == has.end()) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("event {}: process {} invoked {}, which the model {} does not have",
                               op.invoked, op.process, name_of(op.function), row.name)};
    }
    if (op.function != Function::kCas && op.function != Function::kTransaction) continue;
    if (op.value >= seen.size()) seen.resize(op.value + 1);
    if (seen[op.value]) continue;
    seen[op.value] = true;
    if (const std::string_view wrong = malformed(history, op); !wrong.empty()) {
      return Error{ErrorCode::kInvalidArgument,
                   fmt::format("event {}: {} by process {}: {}, not {}", op.invoked,
                               name_of(op.function), op.process, wrong, history.text(op.value))};
    }
  }
  return {};
}

}  // namespace quorate
