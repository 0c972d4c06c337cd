#include "checker/objects/counter_history.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace quorate {
namespace {

std::optional<Amount> parse_amount(std::string_view text) {
  Amount amount = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), amount);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || amount >= kMaxTotal || amount <= -kMaxTotal) return std::nullopt;
  return amount;
}

// Sums of amounts, by where they count from.
class Sums {
 public:
  void add(Position at, Amount amount) { steps_.emplace_back(at, amount); }
  void seal() {
    std::sort(steps_.begin(), steps_.end());
    Amount sum = 0;
    for (auto& [at, amount] : steps_) amount = sum += amount;
  }
  // Of all that are before `at`.
  Amount before(Position at) const {
    const auto next = std::lower_bound(
        steps_.begin(), steps_.end(), at,
        [](const std::pair<Position, Amount>& step, Position p) { return step.first < p; });
    return next == steps_.begin() ? 0 : std::prev(next)->second;
  }

 private:
  std::vector<std::pair<Position, Amount>> steps_;
};

}  // namespace

std::string CounterHistory::build(std::span<const OpIndex> ops) {
  adds_.clear();
  reads_.clear();
  magnitude_ = acknowledged_ = 0;
  info_adds_ = 0;
  only_grows_ = true;
  for (const OpIndex index : ops) {
    if (std::string why = take(index); !why.empty()) return why;
  }
  find_bounds();
  return "";
}

std::string CounterHistory::take(OpIndex index) {
  const Op& op = history_.ops()[index];
  const bool add = op.function == Function::kAdd;
  if (!add && op.function != Function::kRead) {
    return fmt::format("has operations ({}) that are neither add nor read", name_of(op.function));
  }
  if (add ? op.outcome == Outcome::kFail : op.outcome != Outcome::kOk) return "";
  const bool absent = op.value == kAbsent;
  const std::optional<Amount> amount =
      absent ? std::optional<Amount>(0) : parse_amount(history_.text(op.value));
  if (!amount) {
    return fmt::format("{} {}, which is no integer below 2^62", add ? "was added" : "was read as",
                       history_.text(op.value));
  }
  if (!add) {
    reads_.push_back({index, *amount, op.invoked, op.completed, 0, 0, op.final_read});
    return "";
  }
  magnitude_ += std::abs(*amount);
  if (magnitude_ >= kMaxTotal) return "has amounts whose sum exceeds 2^62";
  adds_.push_back({index, *amount, op.invoked, op.completed});
  only_grows_ = only_grows_ && *amount >= 0;
  if (op.outcome == Outcome::kInfo) ++info_adds_;
  if (op.outcome == Outcome::kOk) acknowledged_ += *amount;
  return "";
}

void CounterHistory::find_bounds() {
  Sums low_done;
  Sums low_begun;
  Sums high_begun;
  Sums high_done;
  for (const CounterAdd& add : adds_) {
    (add.amount > 0 ? high_begun : low_begun).add(add.start, add.amount);
    if (add.end != kNever) (add.amount > 0 ? low_done : high_done).add(add.end, add.amount);
  }
  for (Sums* sums : {&low_done, &low_begun, &high_begun, &high_done}) sums->seal();
  for (CounterRead& read : reads_) {
    read.low = low_done.before(read.start) + low_begun.before(read.end);
    read.high = high_begun.before(read.end) + high_done.before(read.start);
  }
}

}  // namespace quorate
