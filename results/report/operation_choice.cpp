#include "results/report/operation_choice.h"

#include <algorithm>
#include <cstdint>

namespace quorate {
namespace {

constexpr std::size_t kNeighbours = 100;  // on each side of an operation that is wanted

std::size_t step_for(std::size_t count, std::size_t room) {
  return room == 0 ? count + 1 : (count + room - 1) / room;
}

// Every step-th of those for which `asked` holds; returns how many were shown.
template <typename Asked>
void show_some(const History& history, std::size_t step, const Asked& asked,
               std::vector<std::uint8_t>* shown) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < history.ops().size(); ++i) {
    if (!asked(history.ops()[i])) continue;
    if (seen++ % step == 0) (*shown)[i] = 1;
  }
}

}  // namespace

OperationChoice choose_operations(const History& history, std::span<const std::size_t> wanted,
                                  std::size_t limit) {
  const std::vector<Op>& ops = history.ops();
  OperationChoice choice;
  std::vector<std::uint8_t> shown(ops.size(), ops.size() <= limit ? 1 : 0);
  if (ops.size() > limit) {
    const auto odd = [](const Op& op) { return op.outcome != Outcome::kOk; };
    const auto plain = [](const Op& op) { return op.outcome == Outcome::kOk; };
    const auto odd_ones = static_cast<std::size_t>(std::count_if(ops.begin(), ops.end(), odd));
    const std::size_t room_for_odd = std::min(odd_ones, limit / 2);
    show_some(history, std::max<std::size_t>(step_for(odd_ones, room_for_odd), 1), odd, &shown);
    choice.step = step_for(ops.size() - odd_ones, limit - room_for_odd);
    show_some(history, choice.step, plain, &shown);
    for (const std::size_t op : wanted) {
      const std::size_t from = op - std::min(op, kNeighbours);
      const std::size_t to = std::min(ops.size(), op + kNeighbours + 1);
      std::fill(shown.begin() + static_cast<std::ptrdiff_t>(from),
                shown.begin() + static_cast<std::ptrdiff_t>(to), std::uint8_t{1});
    }
  }
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (shown[i] != 0) choice.ops.push_back(i);
  }
  return choice;
}

}  // namespace quorate
