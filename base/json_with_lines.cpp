#include "base/json_with_lines.h"

#include <cstddef>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace quorate {
namespace {

// Where the parser has come to.
struct Place {
  int line = 1;
  char last = '\0';  // the byte read last

  // Numbers end where something else begins, so the parser has read one byte too many.
  int line_of_token() const { return last == '\n' ? line - 1 : line; }
};

// Reads a text byte by byte for the parser, and counts its lines.
class CountingIterator {
 public:
  // NOLINTBEGIN(readability-identifier-naming): the standard's names
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;
  // NOLINTEND(readability-identifier-naming)

  CountingIterator(const char* at, Place* place) : at_(at), place_(place) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    place_->last = *at_;
    if (*at_ == '\n') ++place_->line;
    ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  Place* place_;
};

// Notes the line of every key and every element. False stops the parser.
class LineNotes : public nlohmann::json_sax<Json> {
 public:
  explicit LineNotes(const Place& place) : place_(place) {}

  bool null() override { return value(); }
  bool boolean(bool) override { return value(); }
  bool number_integer(number_integer_t) override { return value(); }
  bool number_unsigned(number_unsigned_t) override { return value(); }
  bool number_float(number_float_t, const string_t&) override { return value(); }
  bool string(string_t&) override { return value(); }
  bool binary(binary_t&) override { return value(); }
  bool start_object(std::size_t) override { return begin(false); }
  bool end_object() override { return end(); }
  bool start_array(std::size_t) override { return begin(true); }
  bool end_array() override { return end(); }
  bool key(string_t& name) override {
    Level& level = levels_.back();
    level.member = pointer_to(level.at, name);
    if (!lines.emplace(level.member, place_.line).second) {
      trouble = fmt::format("\"{}\" is there twice", name);
      line_of_trouble = place_.line;
      return false;
    }
    return true;
  }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& e) override {
    trouble = e.what();
    line_of_trouble = place_.line_of_token();
    return false;
  }

  std::map<std::string, int, std::less<>> lines;
  std::string trouble;
  int line_of_trouble = 0;

 private:
  struct Level {
    std::string at;
    bool array = false;
    std::size_t elements = 0;
    std::string member;  // of an object: where the value stands that comes next
  };

  // Where the value stands that begins now.
  std::string here() {
    if (levels_.empty()) return "";
    Level& level = levels_.back();
    if (!level.array) return level.member;
    std::string at = pointer_to(level.at, std::to_string(level.elements++));
    lines.emplace(at, place_.line_of_token());
    return at;
  }
  bool value() {
    here();
    return true;
  }
  bool begin(bool array) {
    levels_.push_back({here(), array, 0, {}});
    return true;
  }
  bool end() {
    levels_.pop_back();
    return true;
  }

  const Place& place_;
  std::vector<Level> levels_;
};

// The parser's words, without the library's name and number before them.
std::string words_of(std::string_view text) {
  const std::size_t end = text.find("] ");
  return std::string(end == std::string_view::npos ? text : text.substr(end + 2));
}

}  // namespace

std::string pointer_to(std::string_view at, std::string_view key) {
  std::string pointer(at);
  pointer += '/';
  for (const char c : key) {
    if (c == '~') {
      pointer += "~0";
    } else if (c == '/') {
      pointer += "~1";
    } else {
      pointer += c;
    }
  }
  return pointer;
}

Result<JsonWithLines> JsonWithLines::parse(std::string_view text, std::string where) {
  Place place;
  LineNotes notes(place);
  const bool whole = Json::sax_parse(CountingIterator(text.data(), &place),
                                     CountingIterator(text.data() + text.size(), &place), &notes,
                                     Json::input_format_t::json, true, true);
  if (!whole) {
    return Error{
        ErrorCode::kInvalidArgument,
        fmt::format("{}, line {}: {}", where, notes.line_of_trouble, words_of(notes.trouble))};
  }
  JsonWithLines json;
  json.where_ = std::move(where);
  json.root_ = Json::parse(text, nullptr, false, true);
  json.lines_ = std::move(notes.lines);
  return json;
}

int JsonWithLines::line_of(std::string_view at) const {
  // A value that is not there: its parent's line says where it should be.
  for (;;) {
    const auto found = lines_.find(at);
    if (found != lines_.end()) return found->second;
    const std::size_t slash = at.rfind('/');
    if (slash == std::string_view::npos) return 1;
    at = at.substr(0, slash);
  }
}

Error JsonWithLines::error_at(std::string_view at, std::string_view what) const {
  return {ErrorCode::kInvalidArgument, fmt::format("{}, line {}: {}", where_, line_of(at), what)};
}

}  // namespace quorate
