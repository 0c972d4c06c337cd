#include "results/symbol_table.h"

#include <cstring>
#include <limits>

#define XXH_INLINE_ALL  // most texts are a few bytes long: the call would cost more than the hash
#include <xxhash.h>

#include "base/check.h"

namespace quorate {
namespace {

constexpr std::size_t kFirstSlots = 1024;
constexpr std::size_t kBlockBytes = std::size_t{1} << 18;

std::uint32_t hash_of(std::string_view text) {
  return static_cast<std::uint32_t>(XXH3_64bits(text.data(), text.size()) >> 32);
}

}  // namespace

SymbolTable::SymbolTable() : texts_(1), slots_(kFirstSlots) {}

SymbolTable::~SymbolTable() = default;

Symbol SymbolTable::intern(std::string_view text) {
  if (text.empty()) return kAbsent;
  const std::uint32_t hash = hash_of(text);
  std::size_t slot = slot_of(text, hash);
  if (slots_[slot].symbol != kAbsent) return slots_[slot].symbol;

  QUORATE_CHECK(texts_.size() < std::numeric_limits<Symbol>::max(), "too many distinct texts");
  if (texts_.size() * 2 >= slots_.size()) {
    grow();
    slot = slot_of(text, hash);
  }
  const auto symbol = static_cast<Symbol>(texts_.size());
  texts_.push_back(keep(text));
  slots_[slot] = {hash, symbol};
  return symbol;
}

Symbol SymbolTable::find(std::string_view text) const {
  if (text.empty()) return kAbsent;
  return slots_[slot_of(text, hash_of(text))].symbol;
}

std::size_t SymbolTable::slot_of(std::string_view text, std::uint32_t hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t slot = hash & mask;
  while (slots_[slot].symbol != kAbsent &&
         (slots_[slot].hash != hash || texts_[slots_[slot].symbol] != text)) {
    slot = (slot + 1) & mask;
  }
  return slot;
}

// Short texts share blocks; a text longer than a quarter of one gets a block of its own.
std::string_view SymbolTable::keep(std::string_view text) {
  char* place = nullptr;
  if (text.size() > kBlockBytes / 4) {
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(text.size()));
    place = blocks_.back().get();
  } else {
    if (text.size() > free_bytes_) {
      blocks_.push_back(std::make_unique_for_overwrite<char[]>(kBlockBytes));
      free_ = blocks_.back().get();
      free_bytes_ = kBlockBytes;
    }
    place = free_;
    free_ += text.size();
    free_bytes_ -= text.size();
  }
  std::memcpy(place, text.data(), text.size());
  return {place, text.size()};
}

void SymbolTable::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  const std::size_t mask = slots_.size() - 1;
  for (const Slot& entry : old) {
    if (entry.symbol == kAbsent) continue;
    std::size_t slot = entry.hash & mask;
    while (slots_[slot].symbol != kAbsent) slot = (slot + 1) & mask;
    slots_[slot] = entry;
  }
}

}  // namespace quorate
