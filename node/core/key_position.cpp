#include "node/core/key_position.h"

#include <xxhash.h>

namespace quorate::node {

namespace {
constexpr std::size_t kPrefixBytes = 8;
}  // namespace

Position position_of(std::string_view key) { return XXH3_64bits(key.data(), key.size()); }

std::string position_prefix(Position position) {
  std::string prefix(kPrefixBytes, '\0');
  for (std::size_t i = 0; i < kPrefixBytes; ++i) {
    prefix[i] = static_cast<char>(position >> (8 * (kPrefixBytes - 1 - i)));
  }
  return prefix;
}

std::string record_key(std::string_view key) {
  return position_prefix(position_of(key)).append(key);
}

std::string_view key_in(std::string_view record_key) {
  if (record_key.size() <= kPrefixBytes) return {};
  const std::string_view key = record_key.substr(kPrefixBytes);
  const bool matches = position_prefix(position_of(key)) == record_key.substr(0, kPrefixBytes);
  return matches ? key : std::string_view{};
}

}  // namespace quorate::node
