#include "checker/evidence/test/well_formed_xml.h"

#include <array>
#include <set>
#include <vector>

#include <fmt/format.h>

#include "results/json_text.h"

namespace quorate {
namespace {

class Parser {
 public:
  explicit Parser(std::string_view text) : all_(text), rest_(text) {}

  std::string fault() {
    if (utf8_prefix(all_) != all_.size()) return "not UTF-8";
    while (fault_.empty() && !rest_.empty()) {
      if (rest_[0] == '<') {
        tag();
      } else {
        text('<', !open_.empty());
      }
    }
    if (fault_.empty() && !open_.empty()) fail("ends inside of " + open_.back());
    if (fault_.empty() && roots_ != 1) fail("not one root");
    return fault_;
  }

 private:
  void fail(const std::string& why) {
    if (fault_.empty()) fault_ = fmt::format("{} at {}", why, all_.size() - rest_.size());
  }
  bool take(char c) {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string name() {
    const std::size_t end =
        rest_.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-:");
    const std::string_view taken = rest_.substr(0, end);
    if (taken.empty()) fail("no name");
    rest_.remove_prefix(taken.size());
    return std::string(taken);
  }
  bool space() {
    const std::size_t end = std::min(rest_.find_first_not_of(" \n"), rest_.size());
    rest_.remove_prefix(end);
    return end > 0;
  }

  // Up to `end` or the end.
  void text(char end, bool may_say_something) {
    while (!rest_.empty() && rest_[0] != end && fault_.empty()) {
      const char c = rest_[0];
      if (c == '&') {
        entity();
        continue;
      }
      if (c == '<') fail("a tag in a value");
      if (static_cast<unsigned char>(c) < 0x20U && c != '\n') fail("a control character");
      if (!may_say_something && c != '\n') fail("text outside of the root");
      rest_.remove_prefix(1);
    }
  }
  void entity() {
    for (const std::string_view known : {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;"}) {
      if (rest_.starts_with(known)) return rest_.remove_prefix(known.size());
    }
    fail("a bare &");
  }

  void tag() {
    take('<');
    if (take('/')) {
      const std::string closed = name();
      if (open_.empty() || open_.back() != closed) return fail("closes " + closed);
      open_.pop_back();
      if (!take('>')) fail("no >");
      return;
    }
    const std::string opened = name();
    if (open_.empty()) ++roots_;
    std::set<std::string> attributes;
    while (fault_.empty() && space()) {
      const std::string attribute = name();
      if (!attributes.insert(attribute).second) fail("twice " + attribute);
      if (!take('=') || !take('"')) return fail("no value");
      text('"', true);
      if (!take('"')) fail("no end of the value");
    }
    if (take('/')) {
      if (!take('>')) fail("no >");
      return;
    }
    if (!take('>')) fail("no >");
    open_.push_back(opened);
  }

  std::string_view all_;
  std::string_view rest_;
  std::vector<std::string> open_;
  std::size_t roots_ = 0;
  std::string fault_;
};

}  // namespace

std::string xml_fault(std::string_view text) { return Parser(text).fault(); }

}  // namespace quorate
