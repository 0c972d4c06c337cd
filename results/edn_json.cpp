// EDN values as canonical JSON texts.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "results/edn.h"
#include "results/json_text.h"

namespace quorate {
namespace {

void append_json(const EdnValue& value, std::string* out);

void append_array(const EdnValue& value, std::string* out) {
  *out += '[';
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) *out += ',';
    append_json(value.items[i], out);
  }
  *out += ']';
}

// A set has no order of its own: shorter texts first, so that 9 stands before 10.
void append_set(const EdnValue& value, std::string* out) {
  std::vector<std::string> members;
  members.reserve(value.items.size());
  for (const EdnValue& item : value.items) members.push_back(json_of(item));
  std::sort(members.begin(), members.end(), [](const std::string& a, const std::string& b) {
    return std::pair(a.size(), std::string_view(a)) < std::pair(b.size(), std::string_view(b));
  });
  *out += '[';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) *out += ',';
    *out += members[i];
  }
  *out += ']';
}

std::string member_name(const EdnValue& key) {
  const bool text = key.kind == EdnKind::kString || key.kind == EdnKind::kKeyword ||
                    key.kind == EdnKind::kSymbol || key.kind == EdnKind::kCharacter;
  return text ? key.text : json_of(key);
}

void append_object(const EdnValue& value, std::string* out) {
  std::vector<std::pair<std::string, std::string>> members;
  for (std::size_t i = 0; i + 1 < value.items.size(); i += 2) {
    members.emplace_back(member_name(value.items[i]), json_of(value.items[i + 1]));
  }
  std::sort(members.begin(), members.end());
  *out += '{';
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) *out += ',';
    append_json_string(members[i].first, out);
    *out += ':';
    *out += members[i].second;
  }
  *out += '}';
}

void append_json(const EdnValue& value, std::string* out) {
  switch (value.kind) {
    case EdnKind::kNil:
      *out += "null";
      return;
    case EdnKind::kBoolean:
    case EdnKind::kInteger:
      *out += value.text;
      return;
    case EdnKind::kFloat:
      if (is_json_number(value.text)) {
        *out += value.text;
        return;
      }
      break;  // infinities
    case EdnKind::kList:
    case EdnKind::kVector:
      append_array(value, out);
      return;
    case EdnKind::kSet:
      append_set(value, out);
      return;
    case EdnKind::kMap:
      append_object(value, out);
      return;
    case EdnKind::kTagged:
      append_json(value.items.front(), out);
      return;
    case EdnKind::kRatio:
    case EdnKind::kString:
    case EdnKind::kCharacter:
    case EdnKind::kSymbol:
    case EdnKind::kKeyword:
      break;
  }
  append_json_string(value.text, out);
}

}  // namespace

std::string json_of(const EdnValue& value) {
  std::string json;
  append_json(value, &json);
  return json;
}

}  // namespace quorate
