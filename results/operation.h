// Op: one client operation of a finished history, and the small types that it is made of.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace quorate {

// Place of an event in the one totally ordered log of a run: 0, 1, 2, … Real-time order is the
// order of positions, never of clock readings (theory: sections 0 and 8).
using Position = std::int64_t;
inline constexpr Position kNever = std::numeric_limits<Position>::max();   // "no completion"
inline constexpr Position kBefore = std::numeric_limits<Position>::min();  // before every event

// A text that the history holds once; 0 is "absent" (JSON null). Equal texts have equal symbols.
using Symbol = std::uint32_t;
inline constexpr Symbol kAbsent = 0;

// What an operation does, and what its `value` is. A register has read, write, delete and cas; the
// others belong to the objects that docs/models.md lists.
enum class Function : std::uint8_t {
  kRead,         // ok: what was there
  kWrite,        // what is put there
  kDelete,       // none: the register holds nothing afterwards
  kCas,          // [expected, new]; fail: the register did not hold what was expected
  kAdd,          // the element of a set, or the amount (a number, any sign) of a counter
  kAppend,       // the text that is put behind what is there
  kAcquire,      // none: of a mutex
  kRelease,      // none
  kEnqueue,      // the element
  kDequeue,      // ok: the element
  kTransaction,  // [["r"|"w", key, value], …]; ok: with the values that were read
};
enum class EventType : std::uint8_t { kInvoke, kOk, kFail, kInfo };
// ok: took effect, result known. fail: certain that it never takes effect. info: unknown.
enum class Outcome : std::uint8_t { kOk, kFail, kInfo };

inline constexpr std::array<Function, 11> kAllFunctions{
    Function::kRead,    Function::kWrite,   Function::kDelete,     Function::kCas,
    Function::kAdd,     Function::kAppend,  Function::kAcquire,    Function::kRelease,
    Function::kEnqueue, Function::kDequeue, Function::kTransaction};

// Its invocation must carry a value, which its completion can only repeat.
bool takes_value(Function function);
// Its ok completion tells the value.
bool tells_value(Function function);

// The names of the JSON form: "read", "write", "delete", "cas", "add", "append", "acquire",
// "release", "enqueue", "dequeue", "txn"; "invoke", "ok", "fail", "info".
std::string_view name_of(Function function);
std::string_view name_of(EventType type);
std::string_view name_of(Outcome outcome);
std::optional<Function> function_named(std::string_view name);
std::optional<EventType> event_type_named(std::string_view name);

struct Op {
  Position invoked = 0;         // s
  Position completed = kNever;  // f; kNever for info, also where the log has an info event
  std::int64_t invoked_ns =
      0;  // monotonic nanoseconds since the run's start: for measures, never for order
  std::int64_t completed_ns =
      -1;  // -1 where there is no completion; of the info event where there is one
  std::int32_t process = 0;
  Symbol key = kAbsent;
  Symbol value =
      kAbsent;  // written value; for an ok read the value that it returned (kAbsent: nothing there)
  Symbol node = kAbsent;     // who was asked
  Symbol version = kAbsent;  // as the reply told it
  Symbol error = kAbsent;
  Symbol replicas = kAbsent;  // who took part: a JSON array of node names
  Function function = Function::kRead;
  Outcome outcome = Outcome::kInfo;
  bool final_read = false;  // made after healing and quiescence
  std::uint8_t r = 0;       // quorum sizes of this operation; 0: not said
  std::uint8_t w = 0;
};

}  // namespace quorate
