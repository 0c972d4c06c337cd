// sort_nearly_sorted: a sort that is linear where the items are almost in order, as the values of a
// key are: by their writes' beginnings, ends or sums they come in nearly the same order.
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace quorate {

// Insertion sort as long as it moves few items, std::sort from there on: O(n log n). REQUIRES: less
// is a strict weak order in which no two items are equal (else their order is not specified).
template <typename Item, typename Less>
void sort_nearly_sorted(std::vector<Item>* items, const Less& less) {
  constexpr std::size_t kMovesPerItem = 8;
  std::vector<Item>& v = *items;
  std::size_t moves = 0;
  for (std::size_t i = 1; i < v.size(); ++i) {
    if (!less(v[i], v[i - 1])) continue;
    const Item item = v[i];
    std::size_t place = i;
    for (; place > 0 && less(item, v[place - 1]); --place) v[place] = v[place - 1];
    v[place] = item;
    moves += i - place;
    if (moves > kMovesPerItem * v.size()) return std::sort(v.begin(), v.end(), less);
  }
}

}  // namespace quorate
