// Recorder: gives every event of a run its log position and keeps it, in the file and in memory.
//
// The position of an invocation must be taken before its first byte is sent, that of a completion
// after the whole reply is read: then a recorded "a before b" is true (theory 8). Thread-safe: one
// lock orders all events.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "harness/systems/system.h"
#include "results/history.h"
#include "results/history_json.h"

namespace quorate {

// A text as a JSON string with its quotes; bytes that are not UTF-8 are replaced.
std::string quote_json(std::string_view text);

// What of an operation both its events tell.
struct RecordedOperation {
  std::int32_t process = 0;
  Invocation invocation;
  std::string_view node;  // empty where the client asks several
  std::uint8_t r = 0;
  std::uint8_t w = 0;
};

struct RecordedCounts {
  std::int64_t invoked = 0;
  std::int64_t ok = 0;
  std::int64_t fail = 0;
  std::int64_t info = 0;
};

class Recorder {
 public:
  // Times are told since `start`.
  static Result<std::unique_ptr<Recorder>> create(const std::filesystem::path& path, Instant start);

  void invoked(const RecordedOperation& operation);
  void completed(const RecordedOperation& operation, const Completion& completion);
  // Every client event of from now on is shown to `watch` too, in log order, under the lock.
  void show_to(std::function<void(const ClientEvent&)> watch);

  void mark(std::string_view process, EventType type, std::string_view f, const Json& value);

  RecordedCounts counts() const;
  // Publishes the file and gives the history. No event may come after it.
  Result<History> finish();

 private:
  Recorder(std::unique_ptr<HistoryWriter> writer, Instant start);
  std::int64_t elapsed_ns() const { return (monotonic_now() - start_).count(); }
  void add(ClientEvent* event);

  mutable std::mutex mutex_;
  std::unique_ptr<HistoryWriter> writer_;
  HistoryBuilder builder_;
  Instant start_;
  Position next_ = 0;
  RecordedCounts counts_;
  std::function<void(const ClientEvent&)> watch_;
};

}  // namespace quorate
