// EDN, the notation in which Jepsen writes its histories: a reader that knows where it is.
//
// Reads what Clojure's printer writes: nil, booleans, numbers (decimal, with N and M, ratios,
// ##Inf), strings, characters, symbols, keywords, lists, vectors, maps, sets, tagged values
// (#inst "…", #jepsen.history.Op{…}), comments (;), discards (#_). Source: the edn format,
// https://github.com/edn-format/edn. Refused: metadata, quotes, radix and octal numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "results/text_error.h"

namespace quorate {

enum class EdnKind {
  kNil,
  kBoolean,  // text: "true" or "false"
  kInteger,  // text: the digits with their sign, without N and +
  kFloat,    // text: a JSON number, or "Inf", "-Inf", "NaN"
  kRatio,    // text: "1/2"
  kString,   // text: the content; of a #"pattern" the source
  kCharacter,
  kSymbol,
  kKeyword,  // text: the name without its colon
  kList,
  kVector,
  kMap,  // items: key, value, key, value, …
  kSet,
  kTagged,  // text: the tag without its #; items: the one value
};

struct EdnValue {
  EdnKind kind = EdnKind::kNil;
  std::size_t offset = 0;  // of its first byte
  std::string text;
  std::vector<EdnValue> items;
};

enum class EdnStep { kValue, kEnd, kError };

// Reads the values of a text, one after another. A pure function of the text; not thread-safe.
//
// Limits: kMaxDepth brackets and tags inside one another, kMaxTokenBytes for a string, number or
// name. After kError, error() says where and what, and the reader must not be used again.
class EdnReader {
 public:
  static constexpr std::size_t kMaxDepth = 200;
  static constexpr std::size_t kMaxTokenBytes = std::size_t{1} << 20;

  // Starts at the byte `offset`; offsets count from the start of `text`, which must live on.
  explicit EdnReader(std::string_view text, std::size_t offset = 0) : text_(text), place_(offset) {}

  // If the next value is a vector or list, steps into it: next() then gives its members, kEnd once
  // at its end, and after that what follows it. REQUIRES: not inside one already.
  bool enter();
  EdnStep next(EdnValue* out);
  // Where the reader stands.
  std::size_t offset() const { return place_; }
  const TextError& error() const { return error_; }

 private:
  enum class Blank { kSkipped, kAtEnd, kError };

  bool at_end() const { return place_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return place_ + ahead < text_.size() ? text_[place_ + ahead] : '\0';
  }
  bool fail(std::size_t offset, std::string what);
  std::string found(std::size_t offset) const;

  Blank skip_blanks(std::size_t depth);
  bool read_value(std::size_t depth, EdnValue* out);
  bool read_members(char close, std::size_t depth, EdnValue* out);
  bool read_map(std::size_t depth, EdnValue* out);
  bool read_dispatch(std::size_t depth, EdnValue* out);
  bool read_tagged(std::size_t depth, EdnValue* out);
  bool read_string(EdnValue* out);
  bool read_pattern(EdnValue* out);
  bool read_escape(std::string* out);
  bool read_unicode_escape(std::string* out);
  bool read_hex(std::uint32_t* code);
  bool read_character(EdnValue* out);
  bool read_name(EdnValue* out);
  bool read_number(EdnValue* out);
  std::optional<std::string_view> token();

  std::string_view text_;
  std::size_t place_ = 0;
  std::size_t entered_ = 0;  // where the bracket of enter() stands
  char close_ = '\0';        // what ends it; '\0': not inside one
  TextError error_;
};

// The value as canonical JSON (results/json_text.h): keywords, symbols, characters, ratios and
// infinities are strings, sets are arrays in the order of their members' texts, maps are objects
// whose other keys than strings and names are JSON texts, a tagged value is the value.
std::string json_of(const EdnValue& value);

// Appends the UTF-8 of a code point; U+FFFD for one that is none.
void append_utf8(std::uint32_t code, std::string* out);

}  // namespace quorate
