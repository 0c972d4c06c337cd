#include "harness/systems/quorate/disguise.h"

#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <optional>

#include <fmt/core.h>

#include "base/check.h"
#include "base/random.h"
#include "node/core/limits.h"

namespace quorate {
namespace {

constexpr char kFillerBegins = '~';
constexpr std::uint64_t kOneInFilled = 10;
constexpr std::uint64_t kOneInEmpty = 4;  // of the others, until the key has its empty value
// Most fillers are short, so that the load stays what it is: some 100 bytes a value in the mean.
struct FillerClass {
  std::uint64_t percent;  // of the fillers
  std::uint64_t most;     // bytes
};
constexpr std::array<FillerClass, 5> kFillers{
    {{35, 3}, {27, 30}, {20, 300}, {13, 3000}, {5, 30'000}}};
// Longer keys cost every message that names them: the first few only.
constexpr std::uint64_t kLongKeys = 100;

// "k12": 12.
std::optional<std::uint64_t> number_of(std::string_view key) {
  const std::size_t digits = key.find_last_not_of("0123456789") + 1;
  std::uint64_t number = 0;
  const char* const end = key.data() + key.size();
  const auto [rest, failed] = std::from_chars(key.data() + digits, end, number);
  if (failed != std::errc{} || rest != end || digits == 0) return std::nullopt;
  return number;
}

std::string upper_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// Keys 2i + 1 and 2i + 2 make a pair; five kinds of pairs take turns.
std::string dressed_key(const std::string& plain, std::uint64_t seed) {
  const std::optional<std::uint64_t> number = number_of(plain);
  if (!number || *number == 0) return plain;
  const bool second = *number % 2 == 0;
  const std::string prefix = plain.substr(0, plain.find_last_not_of("0123456789") + 1);
  const std::string pair = fmt::format("{}{}", prefix, *number - (second ? 1 : 0));
  switch (((*number - 1) / 2 + seed) % 5) {
    case 0:
      return second ? upper_case(pair) : pair;
    case 1:
      return second ? pair + std::string(1, '\0') : pair;
    case 2:
      return second ? pair + " " : pair;
    case 3:
      if (*number > kLongKeys) return plain;
      return std::string(node::kMaxKeyBytes - pair.size() - 1, '-') + pair + (second ? "b" : "a");
    default:
      return pair + (second ? "\r\n\xff" : "\r\n\xfe");
  }
}

// Nothing: no filler.
std::string filler_of(const std::string& plain) {
  RandomStream random(0, "filler/" + plain);
  if (random.below(kOneInFilled) != 0) return "";
  std::uint64_t percent = random.below(100);
  std::size_t size = 0;
  while (percent >= kFillers[size].percent) percent -= kFillers[size++].percent;
  std::string filler(1, kFillerBegins);
  for (std::uint64_t left = 1 + random.below(kFillers[size].most); left > 0; --left) {
    filler += static_cast<char>(random.below(256));
  }
  return filler;
}

}  // namespace

std::string Disguise::key(const std::string& plain, std::uint64_t seed) {
  const std::lock_guard lock(mutex_);
  const auto [found, is_new] = wire_keys_.try_emplace(plain);
  if (!is_new) return found->second;
  std::string wire = dressed_key(plain, seed);
  for (std::string other = plain; !plain_keys_.emplace(wire, plain).second;) wire = other += "+";
  return found->second = std::move(wire);
}

std::string Disguise::plain_key(const std::string& wire) const {
  const std::lock_guard lock(mutex_);
  const auto found = plain_keys_.find(wire);
  return found == plain_keys_.end() ? wire : found->second;
}

std::string Disguise::value(const std::string& plain_key, const std::string& plain) {
  QUORATE_CHECK(plain.find(kFillerBegins) == std::string::npos, "no value is {}", plain);
  std::string filler = filler_of(plain);
  if (!filler.empty()) return plain + filler;
  if (RandomStream(0, "empty/" + plain).below(kOneInEmpty) != 0) return plain;
  const std::lock_guard lock(mutex_);
  return empty_values_.try_emplace(plain_key, plain).second ? "" : plain;
}

std::string Disguise::plain_value(const std::string& plain_key, const std::string& wire) const {
  if (wire.empty()) {
    const std::lock_guard lock(mutex_);
    const auto found = empty_values_.find(plain_key);
    return found == empty_values_.end() ? wire : found->second;
  }
  std::string plain = wire.substr(0, wire.find(kFillerBegins));
  const std::string sent = plain + filler_of(plain);
  if (wire == sent) return plain;
  if (wire.size() == sent.size()) return fmt::format("{}, other bytes than were sent", plain);
  return fmt::format("{}, {} bytes of {}", plain, wire.size(), sent.size());
}

}  // namespace quorate
