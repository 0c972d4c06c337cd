#include "results/event_scanner.h"

#include <cstdint>
#include <cstring>
#include <limits>

namespace quorate {
namespace {

constexpr int kMaxDigits = 18;  // fit into 64 bits whatever they are
constexpr int kMaxDepth = 8;    // arrays inside one another

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Printable ASCII that stands for itself in a JSON string.
bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
}

// One pass over a line. Every take_* moves behind what it took, or says false and leaves the
// scanner useless. The byte behind the line stops every loop.
class Scanner {
 public:
  explicit Scanner(std::string_view line) : place_(line.data()), end_(line.data() + line.size()) {}

  bool at_end() const { return place_ == end_; }

  template <std::size_t kSize>
  bool take(const char (&text)[kSize]) {
    constexpr std::size_t kLength = kSize - 1;
    if (std::memcmp(place_, text, kLength) != 0) return false;
    place_ += kLength;
    return true;
  }

  // [-]digits as JSON writes them; not -0.
  bool take_integer(std::int64_t* out) {
    const bool negative = *place_ == '-';
    if (negative) ++place_;
    const char* const start = place_;
    std::uint64_t value = 0;  // of one digit more than is taken, too
    while (is_digit(*place_) && place_ - start <= kMaxDigits) {
      value = value * 10 + static_cast<std::uint64_t>(*place_++ - '0');
    }
    const std::ptrdiff_t digits = place_ - start;
    if (digits == 0 || digits > kMaxDigits) return false;
    if (*start == '0' && (digits > 1 || negative)) return false;
    const auto number = static_cast<std::int64_t>(value);
    *out = negative ? -number : number;
    return true;
  }

  // A number from 0 to `most`.
  template <typename Integer>
  bool take_number(std::int64_t most, Integer* out) {
    std::int64_t value = 0;
    if (!take_integer(&value) || value < 0 || value > most) return false;
    *out = static_cast<Integer>(value);
    return true;
  }

  // What stands up to the next quote, which is taken too.
  bool take_rest_of_string(std::string_view* content) {
    const char* const start = place_;
    while (is_plain(*place_)) ++place_;
    if (*place_ != '"') return false;
    *content = {start, static_cast<std::size_t>(place_ - start)};
    ++place_;
    return true;
  }

  // A string, an integer, true, false, null, or an array of such; "" for null.
  bool take_json(std::string_view* json) {
    const char* const start = place_;
    if (take("null")) {
      *json = {};
      return true;
    }
    if (!take_value(0)) return false;
    *json = {start, static_cast<std::size_t>(place_ - start)};
    return true;
  }

  bool take_array(std::string_view* json) { return *place_ == '[' && take_json(json); }

  bool take_type(EventType* type) {
    std::string_view name;
    if (!take_rest_of_string(&name)) return false;
    const std::optional<EventType> known = event_type_named(name);
    if (known) *type = *known;
    return known.has_value();
  }

  bool take_function(Function* function) {
    std::string_view name;
    if (!take_rest_of_string(&name)) return false;
    const std::optional<Function> known = function_named(name);
    if (known) *function = *known;
    return known.has_value();
  }

 private:
  bool take_value(int depth) {
    switch (*place_) {
      case '"': {
        ++place_;
        std::string_view content;
        return take_rest_of_string(&content);
      }
      case '[':
        return take_members(depth);
      case 't':
        return take("true");
      case 'f':
        return take("false");
      case 'n':
        return take("null");
      default: {
        std::int64_t number = 0;
        return take_integer(&number);
      }
    }
  }

  bool take_members(int depth) {
    if (depth == kMaxDepth) return false;
    ++place_;
    if (*place_ == ']') {
      ++place_;
      return true;
    }
    while (take_value(depth + 1)) {
      const char next = *place_++;
      if (next == ']') return true;
      if (next != ',') return false;
    }
    return false;
  }

  const char* place_;
  const char* end_;
};

}  // namespace

bool scan_event_line(std::string_view line, EventLine* out) {
  constexpr std::int64_t kMost64 = std::numeric_limits<std::int64_t>::max();
  constexpr std::int64_t kMost32 = std::numeric_limits<std::int32_t>::max();
  constexpr std::int64_t kMost8 = std::numeric_limits<std::uint8_t>::max();
  Scanner scanner(line);
  out->event = ClientEvent();
  ClientEvent& event = out->event;
  if (!scanner.take("{\"index\":") || !scanner.take_number(kMost64, &event.index)) return false;
  if (!scanner.take(",\"time\":") || !scanner.take_integer(&event.time_ns)) return false;
  if (!scanner.take(",\"process\":") || !scanner.take_number(kMost32, &event.process)) return false;
  if (!scanner.take(",\"type\":\"") || !scanner.take_type(&event.type)) return false;
  if (!scanner.take(",\"f\":\"") || !scanner.take_function(&event.function)) return false;
  if (!scanner.take(",\"key\":") || !scanner.take_json(&event.key)) return false;
  if (!scanner.take(",\"value\":") || !scanner.take_json(&event.value)) return false;
  if (scanner.take(",\"node\":\"") && !scanner.take_rest_of_string(&event.node)) return false;
  if (scanner.take(",\"version\":\"") && !scanner.take_rest_of_string(&event.version)) return false;
  if (scanner.take(",\"error\":\"") && !scanner.take_rest_of_string(&event.error)) return false;
  if (scanner.take(",\"replicas\":") && !scanner.take_array(&event.replicas)) return false;
  if (scanner.take(",\"r\":") && !scanner.take_number(kMost8, &event.r)) return false;
  if (scanner.take(",\"w\":") && !scanner.take_number(kMost8, &event.w)) return false;
  if (scanner.take(",\"final\":true")) event.final_read = true;
  if (!scanner.take("}") || !scanner.at_end()) return false;
  out->is_mark = false;
  out->has_index = true;
  out->has_time = true;
  return true;
}

}  // namespace quorate
