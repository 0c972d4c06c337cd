// SymbolTable: each distinct text once, as a dense number. Texts never move while the table lives.
//
// Not thread-safe while intern() runs; afterwards any number of threads may read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "results/operation.h"

namespace quorate {

class SymbolTable {
 public:
  SymbolTable();
  ~SymbolTable();
  SymbolTable(const SymbolTable&) = delete;
  SymbolTable& operator=(const SymbolTable&) = delete;

  // The symbol of `text`, new if it was not there; "" is kAbsent. Amortised O(length).
  Symbol intern(std::string_view text);
  // The symbol of `text`, or kAbsent.
  Symbol find(std::string_view text) const;
  std::string_view text(Symbol symbol) const { return texts_[symbol]; }
  std::size_t size() const { return texts_.size(); }

 private:
  // One place of the open addressing; symbol kAbsent is free.
  struct Slot {
    std::uint32_t hash = 0;
    Symbol symbol = kAbsent;
  };

  // The slot that holds `text`, or the free one where it belongs.
  std::size_t slot_of(std::string_view text, std::uint32_t hash) const;
  std::string_view keep(std::string_view text);
  void grow();

  std::vector<std::string_view> texts_;          // by symbol; texts_[0] is ""
  std::vector<Slot> slots_;                      // a power of two, at most half full
  std::vector<std::unique_ptr<char[]>> blocks_;  // the arena
  char* free_ = nullptr;                         // the unused rest of the newest shared block
  std::size_t free_bytes_ = 0;
};

}  // namespace quorate
