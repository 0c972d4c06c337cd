#include "checker/test/random_history.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <string_view>

namespace quorate {
namespace {

std::vector<Position> distinct_positions(std::size_t count, RandomStream* random) {
  std::vector<Position> positions(count);
  std::iota(positions.begin(), positions.end(), Position{1});
  random->shuffle(&positions);
  return positions;
}

Outcome random_outcome(bool write, RandomStream* random) {
  if (random->chance(write ? 0.2 : 0.05)) return Outcome::kInfo;
  return random->chance(0.05) ? Outcome::kFail : Outcome::kOk;
}

int random_value(int writes, RandomStream* random) {
  if (random->chance(0.02)) return 9;  // nobody wrote it
  return static_cast<int>(random->below(static_cast<std::uint64_t>(writes) + 1));
}

}  // namespace

std::vector<TestOp> random_ops(RandomStream* random) {
  const int writes = 1 + static_cast<int>(random->below(4));
  const int reads = 1 + static_cast<int>(random->below(4));
  const auto count = static_cast<std::size_t>(writes + reads);
  const std::vector<Position> positions = distinct_positions(2 * count, random);
  const bool finals = random->chance(0.5);
  const bool late = random->chance(0.7);  // final reads after everything else, as in a run
  const bool two_keys = random->chance(0.1);
  std::vector<TestOp> ops;
  for (std::size_t i = 0; i < count; ++i) {
    TestOp op;
    const bool write = i < static_cast<std::size_t>(writes);
    op.function = write ? Function::kWrite : Function::kRead;
    op.value = write ? static_cast<int>(i) + 1 : random_value(writes, random);
    op.start = std::min(positions[2 * i], positions[2 * i + 1]);
    op.end = std::max(positions[2 * i], positions[2 * i + 1]);
    op.outcome = random_outcome(write, random);
    if (op.outcome == Outcome::kInfo) op.end = kNever;
    op.final_read = !write && finals && random->chance(0.6);
    if (op.final_read && late) {
      op.start += static_cast<Position>(2 * count);
      if (op.end != kNever) op.end += static_cast<Position>(2 * count);
    }
    if (two_keys && random->chance(0.4)) op.key = std::string("y");
    ops.push_back(op);
  }
  return ops;
}

std::vector<TestOp> random_linearizable_ops(RandomStream* random) {
  const std::size_t count = 3 + random->below(5);
  std::vector<TestOp> ops;
  int value = 0;
  int writes = 0;
  for (std::size_t i = 0; i < count; ++i) {  // operation i takes effect at about 10 (i + 1)
    TestOp op;
    const bool write = writes < 4 && random->chance(0.5);
    op.function = write ? Function::kWrite : Function::kRead;
    if (write) value = ++writes;
    op.value = value;
    const auto at = static_cast<Position>(10 * (i + 1));
    op.start = at - static_cast<Position>(random->below(25));
    op.end = at + 1 + static_cast<Position>(random->below(25));
    if (write && random->chance(0.1)) {
      op.outcome = Outcome::kInfo;
      op.end = kNever;
    }
    ops.push_back(op);
  }
  // Make the positions distinct and keep their order: ties go to starts, in the order of effect.
  for (std::size_t i = 0; i < count; ++i) {
    ops[i].start = (ops[i].start + 30) * 100 + static_cast<Position>(i);
    if (ops[i].end != kNever) ops[i].end = (ops[i].end + 30) * 100 + 50 + static_cast<Position>(i);
  }
  return ops;
}

std::vector<TestOp> mutate(std::vector<TestOp> ops, RandomStream* random) {
  const std::size_t victim = random->below(ops.size());
  switch (random->below(4)) {
    case 0:
      if (ops[victim].function == Function::kRead) ops[victim].value = random_value(4, random);
      break;
    case 1:
      ops.erase(ops.begin() + static_cast<std::ptrdiff_t>(victim));
      break;
    case 2: {
      const std::size_t other = random->below(ops.size());
      if (ops[victim].function == ops[other].function) {
        std::swap(ops[victim].value, ops[other].value);
      }
      break;
    }
    default: {
      TestOp& op = ops[victim];
      const auto moved = static_cast<Position>(100 * (10 + random->below(120)) + 99);
      if (moved < op.end && (op.end == kNever || random->chance(0.5))) {
        op.start = moved;
      } else if (moved > op.start && op.end != kNever) {
        op.end = moved;
      }
    }
  }
  return ops;
}

int random_rounds() {
  const char* setting = std::getenv("QUORATE_LONG");
  return setting != nullptr && std::string_view(setting) == "1" ? 200'000 : 20'000;
}

}  // namespace quorate
