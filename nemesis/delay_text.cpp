// How a DelayDistribution is written and read.
#include <array>
#include <charconv>
#include <optional>

#include <fmt/core.h>

#include "nemesis/delay_distribution.h"

namespace quorate {
namespace {

using Kind = DelayPart::Kind;

constexpr double kLongestMs =
    std::chrono::duration<double, std::milli>(DelayDistribution::kLongest).count();
constexpr std::size_t kMostParts = 16;
constexpr std::string_view kAfter = "after(";

struct Unit {
  std::string_view suffix;
  double milliseconds;
};
constexpr std::array<Unit, 4> kUnits{{{"us", 1e-3}, {"ms", 1}, {"s", 1e3}, {"m", 60e3}}};

enum class Argument : std::uint8_t { kNothing, kTime, kShape };

struct Shape {
  std::string_view name;
  Kind kind;
  Argument second;
};
constexpr std::array<Shape, 4> kShapes{{{"uniform", Kind::kUniform, Argument::kTime},
                                        {"normal", Kind::kNormal, Argument::kTime},
                                        {"exponential", Kind::kExponential, Argument::kNothing},
                                        {"pareto", Kind::kPareto, Argument::kShape}}};

struct Named {
  std::string_view name;
  DelayPart body;
  DelayPart tail;
  double after_ms = 0;
};
constexpr DelayPart kSsdBody{Kind::kPareto, .9122, .235, 10};
constexpr DelayPart kSsdTail{Kind::kExponential, .0878, 1 / 1.66};
constexpr DelayPart kDiskBody{Kind::kPareto, .38, 1.05, 1.51};
constexpr DelayPart kDiskTail{Kind::kExponential, .62, 1 / .183};
constexpr double kToAnotherCenterMs = 75;
// Bailis et al., table 3; there an exponential is given by its rate per millisecond.
constexpr std::array<Named, 6> kNamed{{
    {"lnkd-ssd", kSsdBody, kSsdTail},
    {"lnkd-disk", kDiskBody, kDiskTail},
    {"ymmr-w", {Kind::kPareto, .939, 3, 3.35}, {Kind::kExponential, .061, 1 / .0028}},
    {"ymmr-ars", {Kind::kPareto, .982, 1.5, 3.8}, {Kind::kExponential, .018, 1 / .0217}},
    {"wan-w", kDiskBody, kDiskTail, kToAnotherCenterMs},
    {"wan-ars", kSsdBody, kSsdTail, kToAnotherCenterMs},
}};

// A number in [0, largest] at the front of the text, which is moved behind it.
std::optional<double> take_number(std::string_view* text, double largest) {
  double number = 0;
  const auto [rest, status] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (status != std::errc{} || !(number >= 0 && number <= largest)) return {};
  text->remove_prefix(static_cast<std::size_t>(rest - text->data()));
  return number;
}

std::optional<double> parse_ms(std::string_view text) {
  const std::optional<double> number = take_number(&text, kLongestMs * 1e3);
  if (!number) return {};
  for (const Unit& unit : kUnits) {
    if (unit.suffix != text) continue;
    const double ms = *number * unit.milliseconds;
    if (ms <= kLongestMs) return ms;
  }
  return {};
}

std::optional<double> parse_shape_parameter(std::string_view text) {
  const std::optional<double> number = take_number(&text, 1e6);
  return text.empty() && number && *number > 0 ? number : std::nullopt;
}

// "NAME(first,second)" or "NAME(first)".
std::optional<DelayPart> parse_call(const Shape& shape, std::string_view text) {
  if (!text.starts_with('(') || !text.ends_with(')')) return {};
  const std::string_view inside = text.substr(1, text.size() - 2);
  const std::size_t comma = inside.find(',');
  const bool has_second = comma != std::string_view::npos;
  if (has_second != (shape.second != Argument::kNothing)) return {};
  const std::optional<double> first = parse_ms(inside.substr(0, comma));
  if (!first) return {};
  DelayPart part{.kind = shape.kind, .a = *first};
  if (!has_second) return part;
  const std::string_view text_b = inside.substr(comma + 1);
  const std::optional<double> second =
      shape.second == Argument::kTime ? parse_ms(text_b) : parse_shape_parameter(text_b);
  if (!second || (part.kind == Kind::kUniform && *second < *first)) return {};
  part.b = *second;
  return part;
}

std::optional<DelayPart> parse_unweighted(std::string_view text) {
  for (const Shape& shape : kShapes) {
    if (text.starts_with(shape.name)) return parse_call(shape, text.substr(shape.name.size()));
  }
  const std::optional<double> constant = parse_ms(text);
  if (!constant) return {};
  return DelayPart{.kind = Kind::kConstant, .a = *constant};
}

std::optional<DelayPart> parse_part(std::string_view text) {
  const std::size_t star = text.find('*');
  if (star == std::string_view::npos) return parse_unweighted(text);
  std::string_view before = text.substr(0, star);
  const std::optional<double> weight = take_number(&before, 1e6);
  if (!weight || !(*weight > 0) || !before.empty()) return {};
  std::optional<DelayPart> part = parse_unweighted(text.substr(star + 1));
  if (part) part->weight = *weight;
  return part;
}

std::string without_blanks(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (c != ' ') kept += c;
  }
  return kept;
}

std::string part_text(const DelayPart& part) {
  switch (part.kind) {
    case Kind::kConstant:
      return fmt::format("{}ms", part.a);
    case Kind::kUniform:
      return fmt::format("uniform({}ms,{}ms)", part.a, part.b);
    case Kind::kNormal:
      return fmt::format("normal({}ms,{}ms)", part.a, part.b);
    case Kind::kExponential:
      return fmt::format("exponential({}ms)", part.a);
    case Kind::kPareto:
      return fmt::format("pareto({}ms,{})", part.a, part.b);
  }
  return {};
}

Error not_a_delay(std::string_view piece, std::string_view text) {
  return {ErrorCode::kInvalidArgument,
          fmt::format("\"{}\" in \"{}\" is not a delay: write it like 5ms, uniform(1ms,5ms), "
                      "normal(5ms,1ms), exponential(10ms), pareto(0.2ms,10), a mixture like "
                      "0.9*5ms+0.1*exponential(50ms) of at most {} parts, after(75ms,…) for 75 ms "
                      "and then one of these, or none, lnkd-ssd, lnkd-disk, ymmr-w, ymmr-ars, "
                      "wan-w, wan-ars",
                      piece, text, kMostParts)};
}

// "after(75ms,REST)", once.
Result<DelayDistribution> parse_after(std::string_view compact) {
  const std::size_t open = compact.find('(');
  const std::size_t comma = compact.find(',');
  if (comma == std::string_view::npos || !compact.ends_with(')')) {
    return not_a_delay(compact, compact);
  }
  const std::optional<double> first = parse_ms(compact.substr(open + 1, comma - open - 1));
  if (!first) return not_a_delay(compact.substr(open + 1, comma - open - 1), compact);
  const std::string_view rest = compact.substr(comma + 1, compact.size() - comma - 2);
  if (rest.starts_with(kAfter)) return not_a_delay(rest, compact);
  Result<DelayDistribution> delay = parse_delay(rest);
  if (delay) delay->after_ms += *first;
  return delay;
}

}  // namespace

Result<DelayDistribution> parse_delay(std::string_view text) {
  const std::string compact = without_blanks(text);
  if (compact == "none") return DelayDistribution{};
  for (const Named& named : kNamed) {
    if (compact == named.name) {
      return DelayDistribution{.parts = {named.body, named.tail}, .after_ms = named.after_ms};
    }
  }
  if (compact.starts_with(kAfter)) return parse_after(compact);
  DelayDistribution delay;
  for (std::size_t at = 0; at <= compact.size();) {
    const std::size_t end = std::min(compact.find('+', at), compact.size());
    const std::string_view piece = std::string_view(compact).substr(at, end - at);
    const std::optional<DelayPart> part = parse_part(piece);
    if (!part || delay.parts.size() == kMostParts) {
      return not_a_delay(piece, text);
    }
    delay.parts.push_back(*part);
    at = end + 1;
  }
  return delay;
}

std::string to_text(const DelayDistribution& delay) {
  if (delay.none()) return "none";
  if (delay.after_ms != 0) {
    const DelayDistribution rest{.parts = delay.parts};
    return fmt::format("{}{}ms,{})", kAfter, delay.after_ms, to_text(rest));
  }
  std::string text;
  for (const DelayPart& part : delay.parts) {
    if (!text.empty()) text += '+';
    if (part.weight != 1) text += fmt::format("{}*", part.weight);
    text += part_text(part);
  }
  return text;
}

}  // namespace quorate
