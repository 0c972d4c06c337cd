#include "checker/evidence/svg_text.h"

#include "results/json_text.h"

namespace quorate {
namespace {

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U; }

// U+FFFE and U+FFFF are UTF-8 that XML refuses.
bool is_noncharacter(std::string_view text) {
  return text.starts_with("\xEF\xBF\xBE") || text.starts_with("\xEF\xBF\xBF");
}

void append_escaped(char c, std::string* out) {
  switch (c) {
    case '&':
      *out += "&amp;";
      return;
    case '<':
      *out += "&lt;";
      return;
    case '>':
      *out += "&gt;";
      return;
    case '"':
      *out += "&quot;";
      return;
    default:
      if (static_cast<unsigned char>(c) < 0x20U || c == 0x7f) {
        *out += "\uFFFD";
      } else {
        *out += c;
      }
  }
}

}  // namespace

std::string xml_escaped(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t good = utf8_prefix(text);
    for (std::size_t i = 0; i < good; ++i) {
      if (is_noncharacter(text.substr(i, good - i))) {
        out += "\uFFFD";
        i += 2;
      } else {
        append_escaped(text[i], &out);
      }
    }
    text.remove_prefix(good);
    if (text.empty()) break;
    out += "\uFFFD";
    text.remove_prefix(1);
  }
  return out;
}

std::string clipped(std::string_view text, std::size_t limit) {
  std::size_t characters = 0;
  std::size_t cut = 0;  // where the character before the last allowed one ends
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (continues(text[i])) continue;
    if (characters + 1 == limit) cut = i;
    ++characters;
  }
  if (characters <= limit) return std::string(text);
  return std::string(text.substr(0, cut)) + "…";
}

double text_width(std::string_view text, double font_size) {
  double units = 0;
  for (const char c : text) {
    if (continues(c)) continue;
    // From U+1000 on (three bytes, first above E0): mostly wide, as are all of four bytes. U+2026
    // and its like are counted wide too.
    units += static_cast<unsigned char>(c) > 0xe0U ? 1.0 : 0.56;
  }
  return units * font_size;
}

}  // namespace quorate
