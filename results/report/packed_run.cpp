#include "results/report/packed_run.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "results/report/fault_bands.h"
#include "results/report/operation_choice.h"
#include "results/report/run_series.h"

namespace quorate {
namespace {

// A number for each text, in the order in which they are first asked for. 0: none.
class Texts {
 public:
  explicit Texts(const History& history) : history_(history), bytes_(1, '\0') {}

  std::int64_t number_of(Symbol symbol) {
    if (symbol == kAbsent) return 0;
    if (symbol >= numbers_.size()) numbers_.resize(symbol + 1, 0);
    if (numbers_[symbol] == 0) {
      numbers_[symbol] = ++last_;
      for (const char byte : history_.text(symbol)) bytes_ += byte == '\0' ? ' ' : byte;
      bytes_ += '\0';
    }
    return numbers_[symbol];
  }
  const std::string& bytes() const { return bytes_; }

 private:
  const History& history_;
  std::vector<std::int64_t> numbers_;  // by symbol
  std::int64_t last_ = 0;
  std::string bytes_;
};

// Zigzag, then LEB128: small numbers of either sign are short.
void append_number(std::int64_t number, std::string* out) {
  auto rest = (static_cast<std::uint64_t>(number) << 1) ^ static_cast<std::uint64_t>(number >> 63);
  while (rest >= 0x80) {
    *out += static_cast<char>((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  *out += static_cast<char>(rest);
}

struct Column {
  std::string_view name;
  bool delta = false;
  std::function<std::int64_t(const Op& op, std::size_t index)> number;
};

std::int64_t flags_of(const Op& op) {
  return static_cast<std::int64_t>(op.function) | static_cast<std::int64_t>(op.outcome) << 4 |
         (op.final_read ? 1 << 6 : 0);
}

std::vector<Column> columns_of(Texts* texts) {
  const auto text = [texts](Symbol Op::*symbol) {
    return [texts, symbol](const Op& op, std::size_t) { return texts->number_of(op.*symbol); };
  };
  return {
      {"number", true, [](const Op&, std::size_t i) { return static_cast<std::int64_t>(i); }},
      {"invoked", true, [](const Op& op, std::size_t) { return op.invoked; }},
      // How many events later; -1: never.
      {"completed", false,
       [](const Op& op, std::size_t) {
         return op.completed == kNever ? -1 : op.completed - op.invoked;
       }},
      {"invoked_ns", true, [](const Op& op, std::size_t) { return op.invoked_ns; }},
      // -1: never.
      {"duration_ns", false,
       [](const Op& op, std::size_t) {
         return op.completed_ns < 0 ? -1 : op.completed_ns - op.invoked_ns;
       }},
      {"process", false, [](const Op& op, std::size_t) { return op.process; }},
      {"flags", false, [](const Op& op, std::size_t) { return flags_of(op); }},
      {"key", false, text(&Op::key)},
      {"value", true, text(&Op::value)},
      {"node", false, text(&Op::node)},
      {"version", true, text(&Op::version)},
      {"error", false, text(&Op::error)},
      {"replicas", false, text(&Op::replicas)},
      {"r", false, [](const Op& op, std::size_t) { return op.r; }},
      {"w", false, [](const Op& op, std::size_t) { return op.w; }},
  };
}

// Appends the column's bytes, and describes it.
Json append_column(const Column& column, const History& history,
                   const std::vector<std::size_t>& shown, std::string* bytes) {
  const std::size_t begin = bytes->size();
  std::int64_t before = 0;
  for (const std::size_t index : shown) {
    const std::int64_t number = column.number(history.ops()[index], index);
    append_number(column.delta ? number - before : number, bytes);
    before = number;
  }
  return Json{{"name", column.name}, {"bytes", bytes->size() - begin}, {"delta", column.delta}};
}

Json json_of(const FaultBand& band) {
  Json did = Json(nullptr);
  if (const Result<Json> parsed = parse_json(band.did, "mark")) did = *parsed;
  return Json{{"fault", band.fault},
              {"from_ns", band.from_ns},
              {"to_ns", band.to_ns},
              {"nodes", band.nodes},
              {"did", did}};
}

// Marks that hold what the cluster or the network was found to hold are large, and have their own
// place in results.json.
bool is_told(const Mark& mark) {
  constexpr std::array<std::string_view, 3> kLarge{"replica-state", "way-times", "message-delays"};
  return std::find(kLarge.begin(), kLarge.end(), mark.f) == kLarge.end();
}

Json json_of(const Mark& mark) {
  Json value = Json(nullptr);
  if (const Result<Json> parsed = parse_json(mark.value, mark.f)) value = *parsed;
  return Json{{"index", mark.index},
              {"time_ns", mark.time_ns},
              {"process", mark.process},
              {"type", std::string(name_of(mark.type))},
              {"f", mark.f},
              {"value", value}};
}

Json json_of(const std::vector<Picture>& pictures) {
  Json list = Json::array();
  for (const Picture& picture : pictures) {
    list.push_back(
        {{"property", picture.property}, {"number", picture.number}, {"svg", picture.svg}});
  }
  return list;
}

void append_length(std::size_t length, std::string* out) {
  for (int shift = 0; shift < 32; shift += 8) *out += static_cast<char>(length >> shift & 0xff);
}

}  // namespace

Json run_facts(const SavedRun& record) {
  Json json{
      {"end_ns", end_ns(record.history)}, {"faults", Json::array()}, {"marks", Json::array()}};
  for (const FaultBand& band : fault_bands(record.history)) json["faults"].push_back(json_of(band));
  for (const Mark& mark : record.history.marks()) {
    if (is_told(mark)) json["marks"].push_back(json_of(mark));
  }
  json["series"] = to_json(run_series(record.history));
  return json;
}

std::string packed_run(const SavedRun& record, std::size_t most_operations) {
  const History& history = record.history;
  const OperationChoice choice =
      choose_operations(history, operations_of_violations(record), most_operations);
  Texts texts(history);
  std::string columns;
  Json described = Json::array();
  for (const Column& column : columns_of(&texts)) {
    described.push_back(append_column(column, history, choice.ops, &columns));
  }
  Json json{{"kind", "run"},
            {"name", record.name},
            {"folder", record.folder.string()},
            {"notices", record.notices},
            {"test", record.test},
            {"results", record.results},
            {"pictures", json_of(record.pictures)}};
  json.update(run_facts(record));
  json["operations"] = {
      {"all", history.ops().size()}, {"shown", choice.ops.size()}, {"step", choice.step}};
  json["functions"] = Json::array();  // what the flags of an operation refer to
  for (const Function function : kAllFunctions) json["functions"].push_back(name_of(function));
  json["outcomes"] = Json::array();
  for (const Outcome outcome : {Outcome::kOk, Outcome::kFail, Outcome::kInfo}) {
    json["outcomes"].push_back(name_of(outcome));
  }
  json["columns"] = described;
  json["texts"] = texts.bytes().size();
  const std::string head = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string packed = "QRP1";
  append_length(head.size(), &packed);
  return packed + head + columns + texts.bytes();
}

}  // namespace quorate
