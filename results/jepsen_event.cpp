#include "results/jepsen_event.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>
#include <fmt/format.h>

#include "results/jepsen_values.h"

namespace quorate {
namespace {

using MaybeError = std::optional<TextError>;

constexpr std::int64_t kMaxProcess = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t kNewNumbers =
    1'000'000;  // by what the number of a process that comes back grows

// A process, with the operation that it last invoked.
struct Process {
  std::int32_t id = 0;  // in the history; another than in the file if it came back after info
  bool busy = false;
  bool gone = false;  // after info
  Function function = Function::kRead;
  std::string key;    // JSON; "": null
  std::string value;  // of a function that takes one
  std::string shape;  // of a transaction
};

// The texts behind the views of the event being built.
struct Texts {
  std::string key;
  std::string value;
  std::string shape;
  std::string node;
  std::string error;
};

bool is_told(const EdnValue* value) { return value != nullptr && value->kind != EdnKind::kNil; }

bool read_integer(const EdnValue& value, std::int64_t* out) {
  std::string_view digits = value.text;
  if (value.kind == EdnKind::kFloat) digits = digits.substr(0, digits.find('.'));
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), *out);
  return error == std::errc() && end == digits.data() + digits.size();
}

// A name, wherever it is written as a keyword, symbol or string; "" for anything else.
std::string_view name_in(const EdnValue* value) {
  if (value == nullptr) return {};
  const bool name = value->kind == EdnKind::kKeyword || value->kind == EdnKind::kSymbol ||
                    value->kind == EdnKind::kString;
  return name ? std::string_view(value->text) : std::string_view();
}

std::string null_as_empty(std::string json) { return json == "null" ? std::string() : json; }

}  // namespace

struct JepsenHistoryBuilder::State {
  explicit State(const ReadOptions& read_options) : options(read_options) {}

  ReadOptions options;
  HistoryBuilder builder;
  boost::unordered_flat_map<std::int64_t, Process> processes;    // by their number in the file
  boost::unordered_flat_map<std::int64_t, std::int64_t> owners;  // of the numbers in the history
  Position last_index = -1;
  std::int64_t last_time_ns = 0;

  MaybeError place_in_order(const JepsenEvent& told, Position* index, std::int64_t* time_ns);
  MaybeError add_mark(const JepsenEvent& told, std::string_view process, EventType type);
  MaybeError add_client_event(const JepsenEvent& told, std::int64_t number, EventType type);
  MaybeError read_key_and_value(const JepsenEvent& told, const EdnValue** value, Texts* texts);
  MaybeError invoke(const JepsenEvent& told, const EdnValue* value, Texts* texts,
                    ClientEvent* event, Process* process);
  MaybeError complete(const JepsenEvent& told, const EdnValue* value, Texts* texts,
                      ClientEvent* event, Process* process);
  MaybeError take_told_value(const JepsenEvent& told, const EdnValue* value, const Process& process,
                             Texts* texts, ClientEvent* event);
  MaybeError take_transaction(const JepsenEvent& told, const EdnValue* value,
                              const Process& process, Texts* texts, ClientEvent* event);
  void take_repeated_value(const EdnValue* value, const Process& process, Texts* texts,
                           ClientEvent* event);
  MaybeError put(const JepsenEvent& told, const Texts& texts, ClientEvent* event);
  std::int32_t free_number(std::int64_t number);
};

// The event's place is the file's order; its index and time are taken where they agree with it.
MaybeError JepsenHistoryBuilder::State::place_in_order(const JepsenEvent& told, Position* index,
                                                       std::int64_t* time_ns) {
  *index = last_index + 1;
  *time_ns = last_time_ns;
  if (is_told(told.index)) {
    std::int64_t said = 0;
    if (told.index->kind != EdnKind::kInteger || !read_integer(*told.index, &said)) {
      return expected(":index", "an integer", *told.index);
    }
    if (said > last_index && said < kNever - 1) *index = said;
  }
  if (is_told(told.time)) {
    std::int64_t said = 0;
    const bool number = told.time->kind == EdnKind::kInteger || told.time->kind == EdnKind::kFloat;
    if (!number || !read_integer(*told.time, &said)) {
      return expected(":time", "a number of nanoseconds", *told.time);
    }
    *time_ns = std::max(said, last_time_ns);
  }
  last_index = *index;
  last_time_ns = *time_ns;
  return std::nullopt;
}

MaybeError JepsenHistoryBuilder::State::add_mark(const JepsenEvent& told, std::string_view process,
                                                 EventType type) {
  Mark mark;
  if (auto failed = place_in_order(told, &mark.index, &mark.time_ns)) return failed;
  mark.process = process;
  mark.type = type;
  mark.f = name_in(told.f).empty() ? json_of(*told.f) : std::string(name_in(told.f));
  if (is_told(told.value)) mark.value = json_of(*told.value);
  const Result<void> added = builder.add(std::move(mark));
  if (!added) return TextError{told.offset, added.error().context, added.error().code};
  return std::nullopt;
}

// The value may hold the key as well; *value is then the rest of it.
MaybeError JepsenHistoryBuilder::State::read_key_and_value(const JepsenEvent& told,
                                                           const EdnValue** value, Texts* texts) {
  *value = told.value;
  if (is_told(told.value)) {
    const EdnValue* pair = pair_in(*told.value);
    const bool plain = options.values_are_pairs && pair == nullptr;
    if (plain && is_sequence(*told.value, 2)) pair = told.value;
    if (pair != nullptr) {
      texts->key = null_as_empty(json_of(pair->items[0]));
      *value = &pair->items[1];
    } else if (plain && name_in(told.type) == name_of(EventType::kInvoke)) {
      return expected(":value", "a pair [key value]", *told.value);
    }
  }
  if (is_told(told.key)) texts->key = null_as_empty(json_of(*told.key));
  return std::nullopt;
}

// A number that no process of the history has.
std::int32_t JepsenHistoryBuilder::State::free_number(std::int64_t number) {
  std::int64_t free = number;
  while (owners.contains(free)) free = (free + kNewNumbers) % kMaxProcess;
  return static_cast<std::int32_t>(free);
}

MaybeError JepsenHistoryBuilder::State::invoke(const JepsenEvent& told, const EdnValue* value,
                                               Texts* texts, ClientEvent* event, Process* process) {
  if (takes_value(event->function) && is_told(value)) {
    if (auto failed = invoked_value(event->function, *value, &texts->value, &texts->shape)) {
      return failed;
    }
  }
  if (auto failed = put(told, *texts, event)) return failed;
  process->busy = true;
  process->function = event->function;
  process->key = texts->key;
  process->value = texts->value;
  process->shape = texts->shape;
  return std::nullopt;
}

// What a completion leaves out is what its invocation said.
MaybeError JepsenHistoryBuilder::State::complete(const JepsenEvent& told, const EdnValue* value,
                                                 Texts* texts, ClientEvent* event,
                                                 Process* process) {
  if (process->busy && process->function == event->function) {
    if (texts->key.empty()) texts->key = process->key;
    const bool told_now = tells_value(event->function) && event->type == EventType::kOk;
    if (told_now) {
      if (auto failed = take_told_value(told, value, *process, texts, event)) return failed;
    } else {
      take_repeated_value(value, *process, texts, event);
    }
  }
  const bool unknown = event->type == EventType::kInfo;
  if (auto failed = put(told, *texts, event)) return failed;
  process->busy = false;
  process->gone = unknown;
  return std::nullopt;
}

// The value that an ok read, dequeue or transaction tells.
MaybeError JepsenHistoryBuilder::State::take_told_value(const JepsenEvent& told,
                                                        const EdnValue* value,
                                                        const Process& process, Texts* texts,
                                                        ClientEvent* event) {
  if (event->function == Function::kTransaction) {
    return take_transaction(told, value, process, texts, event);
  }
  if (is_told(value)) texts->value = null_as_empty(json_of(*value));
  const bool says_nothing = options.nil_read_is_unknown && texts->value.empty();
  if (says_nothing && event->function == Function::kRead) event->type = EventType::kFail;
  return std::nullopt;
}

MaybeError JepsenHistoryBuilder::State::take_transaction(const JepsenEvent& told,
                                                         const EdnValue* value,
                                                         const Process& process, Texts* texts,
                                                         ClientEvent* event) {
  if (!is_told(value)) {
    return TextError{told.offset, "expected the :value of an ok transaction, what it read"};
  }
  const TransactionReads reads =
      options.nil_read_is_unknown ? TransactionReads::kWithoutNil : TransactionReads::kAll;
  if (auto failed = transaction_value(*value, reads, &texts->value, &texts->shape)) return failed;
  if (texts->shape != process.shape) {
    return expected(":value", fmt::format("the steps that were invoked, {}", process.shape),
                    *value);
  }
  if (texts->value == "[]" && process.shape != "[]") event->type = EventType::kFail;
  return std::nullopt;
}

// The value of a completion that can only repeat its invocation's. Jepsen's logs put the error in
// the place of the value.
void JepsenHistoryBuilder::State::take_repeated_value(const EdnValue* value, const Process& process,
                                                      Texts* texts, ClientEvent* event) {
  const bool reads = tells_value(event->function) || !takes_value(event->function);
  texts->value = process.value;
  if (!is_told(value)) return;
  if (event->type != EventType::kOk && value->kind == EdnKind::kKeyword &&
      (reads || json_of(*value) != process.value)) {
    if (texts->error.empty()) texts->error = value->text;
    return;
  }
  if (!reads) texts->value = null_as_empty(json_of(*value));
}

MaybeError JepsenHistoryBuilder::State::put(const JepsenEvent& told, const Texts& texts,
                                            ClientEvent* event) {
  event->key = texts.key;
  event->value = texts.value;
  event->node = texts.node;
  event->error = texts.error;
  const Result<void> added = builder.add(*event);
  if (added) return std::nullopt;
  return TextError{told.offset, added.error().context, added.error().code};
}

MaybeError JepsenHistoryBuilder::State::add_client_event(const JepsenEvent& told,
                                                         std::int64_t number, EventType type) {
  ClientEvent event;
  Texts texts;
  event.type = type;
  const std::optional<Function> function = jepsen_function_named(name_in(told.f));
  if (!function) return expected(":f", jepsen_function_names(), *told.f);
  event.function = *function;
  if (auto failed = place_in_order(told, &event.index, &event.time_ns)) return failed;
  const EdnValue* value = nullptr;
  if (auto failed = read_key_and_value(told, &value, &texts)) return failed;
  if (is_told(told.node)) texts.node = plain_text(*told.node);
  if (is_told(told.error)) texts.error = plain_text(*told.error);

  const auto [known, is_new] = processes.try_emplace(number);
  Process& process = known->second;
  if (is_new || (process.gone && type == EventType::kInvoke)) {
    process = Process();
    process.id = free_number(number);
    owners.emplace(process.id, number);
  }
  event.process = process.id;
  return type == EventType::kInvoke ? invoke(told, value, &texts, &event, &process)
                                    : complete(told, value, &texts, &event, &process);
}

JepsenHistoryBuilder::JepsenHistoryBuilder(const ReadOptions& options)
    : state_(std::make_unique<State>(options)) {}

JepsenHistoryBuilder::~JepsenHistoryBuilder() = default;

std::optional<TextError> JepsenHistoryBuilder::add(const JepsenEvent& told) {
  const auto missing = [&told](std::string_view field) {
    return TextError{told.offset, fmt::format("expected {}, which is missing", field)};
  };
  if (!is_told(told.process)) return missing(":process");
  if (!is_told(told.type)) return missing(":type");
  if (!is_told(told.f)) return missing(":f");
  const std::optional<EventType> type = event_type_named(name_in(told.type));
  if (!type) return expected(":type", ":invoke, :ok, :fail or :info", *told.type);
  if (const std::string_view name = name_in(told.process); !name.empty()) {
    return state_->add_mark(told, name, *type);
  }
  std::int64_t number = 0;
  const bool integer =
      told.process->kind == EdnKind::kInteger && read_integer(*told.process, &number);
  if (!integer || number < 0 || number >= kMaxProcess) {
    return expected(":process", "an integer from 0 to 2147483646, or a name such as :nemesis",
                    *told.process);
  }
  return state_->add_client_event(told, number, *type);
}

History JepsenHistoryBuilder::build() { return state_->builder.build(); }

}  // namespace quorate
