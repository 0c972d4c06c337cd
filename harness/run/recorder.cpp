#include "harness/run/recorder.h"

#include "results/json_text.h"

namespace quorate {
namespace {

std::string json_array(const std::vector<std::string>& names) {
  if (names.empty()) return {};
  std::string text = "[";
  for (const std::string& name : names) {
    if (text.size() > 1) text += ',';
    text += quote_json(name);
  }
  return text + "]";
}

EventType event_type(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return EventType::kOk;
    case Outcome::kFail:
      return EventType::kFail;
    case Outcome::kInfo:
      return EventType::kInfo;
  }
  return EventType::kInfo;
}

ClientEvent event_of(const RecordedOperation& operation, const std::string& key) {
  ClientEvent event;
  event.process = operation.process;
  event.function = operation.invocation.function;
  event.key = key;
  event.node = operation.node;
  event.r = operation.r;
  event.w = operation.w;
  event.final_read = operation.invocation.final_read;
  return event;
}

}  // namespace

std::string quote_json(std::string_view text) {
  std::string quoted;
  append_json_string(text, &quoted);
  return quoted;
}

Recorder::Recorder(std::unique_ptr<HistoryWriter> writer, Instant start)
    : writer_(std::move(writer)), start_(start) {}

Result<std::unique_ptr<Recorder>> Recorder::create(const std::filesystem::path& path,
                                                   Instant start) {
  auto writer = HistoryWriter::create(path);
  if (!writer) return writer.error();
  return std::unique_ptr<Recorder>(new Recorder(std::move(*writer), start));
}

void Recorder::add(ClientEvent* event) {
  const std::lock_guard lock(mutex_);
  event->index = next_++;
  event->time_ns = elapsed_ns();
  switch (event->type) {
    case EventType::kInvoke:
      ++counts_.invoked;
      break;
    case EventType::kOk:
      ++counts_.ok;
      break;
    case EventType::kFail:
      ++counts_.fail;
      break;
    case EventType::kInfo:
      ++counts_.info;
      break;
  }
  writer_->add(*event);
  const Result<void> added = builder_.add(*event);
  QUORATE_CHECK(added.has_value(), "{}", added.error().context);
  if (watch_) watch_(*event);
}

void Recorder::show_to(std::function<void(const ClientEvent&)> watch) {
  const std::lock_guard lock(mutex_);
  watch_ = std::move(watch);
}

void Recorder::invoked(const RecordedOperation& operation) {
  const std::string key = quote_json(operation.invocation.key);
  const bool takes = takes_value(operation.invocation.function);
  const std::string value = takes ? quote_json(operation.invocation.value) : std::string();
  ClientEvent event = event_of(operation, key);
  event.value = value;
  add(&event);
}

void Recorder::completed(const RecordedOperation& operation, const Completion& completion) {
  const std::string key = quote_json(operation.invocation.key);
  const Function function = operation.invocation.function;
  const bool told =
      tells_value(function) && completion.outcome == Outcome::kOk && completion.has_value;
  const bool has_value = told || takes_value(function);
  const std::string& text = told ? completion.value : operation.invocation.value;
  const std::string value = has_value ? quote_json(text) : std::string();
  const std::string replicas = json_array(completion.replicas);
  ClientEvent event = event_of(operation, key);
  event.type = event_type(completion.outcome);
  event.value = value;
  event.version = completion.version;
  event.error = completion.error;
  event.replicas = replicas;
  add(&event);
}

void Recorder::mark(std::string_view process, EventType type, std::string_view f,
                    const Json& value) {
  Mark mark{.index = 0,
            .time_ns = 0,
            .process = std::string(process),
            .type = type,
            .f = std::string(f),
            .value = value.is_null() ? std::string()
                                     : canonical_json(value.dump(-1, ' ', false,
                                                                 Json::error_handler_t::replace))};
  const std::lock_guard lock(mutex_);
  mark.index = next_++;
  mark.time_ns = elapsed_ns();
  writer_->add(mark);
  const Result<void> added = builder_.add(std::move(mark));
  QUORATE_CHECK(added.has_value(), "{}", added.error().context);
}

RecordedCounts Recorder::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

Result<History> Recorder::finish() {
  const std::lock_guard lock(mutex_);
  if (auto written = writer_->finish(); !written) return written.error();
  return builder_.build();
}

}  // namespace quorate
