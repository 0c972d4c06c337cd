#include "checker/objects/test/random_objects.h"

#include <algorithm>
#include <numeric>

namespace quorate {
namespace {

int amount_of(const ObjectShape& shape, int number, RandomStream* random) {
  if (shape.set) return number;
  if (!shape.distinct) return random->pick(shape.amounts);
  return shape.amounts[static_cast<std::size_t>(number - 1) % shape.amounts.size()];
}

void draw_value(int adds, ObjectOp* read, RandomStream* random) {
  read->items.clear();
  for (int item = 1; read->set && item <= adds; ++item) {
    if (random->chance(0.5)) read->items.push_back(item);
  }
  if (read->set && random->chance(0.02)) read->items.push_back(9);  // nobody added it
  if (read->set && random->chance(0.02)) read->items.push_back(1);
  if (!read->set) read->amount = static_cast<int>(random->below(8)) - 1;
  random->shuffle(&read->items);
}

void mark_finals(std::vector<ObjectOp>* ops, RandomStream* random) {
  std::sort(ops->begin(), ops->end(),
            [](const ObjectOp& a, const ObjectOp& b) { return a.start < b.start; });
  std::size_t left = 1 + random->below(3);
  for (std::size_t i = ops->size(); i > 0 && left > 0; --i) {
    ObjectOp& op = (*ops)[i - 1];
    if (op.add) continue;
    op.final_read = true;
    --left;
  }
}

bool is_taken(const std::vector<ObjectOp>& ops, Position position) {
  return std::any_of(ops.begin(), ops.end(), [position](const ObjectOp& op) {
    return op.start == position || op.end == position;
  });
}

}  // namespace

std::vector<ObjectOp> random_objects(const ObjectShape& shape, RandomStream* random) {
  const int adds = 1 + static_cast<int>(random->below(4));
  const int reads = 1 + static_cast<int>(random->below(4));
  std::vector<Position> positions(static_cast<std::size_t>(2 * (adds + reads)));
  std::iota(positions.begin(), positions.end(), Position{1});
  random->shuffle(&positions);
  std::vector<ObjectOp> ops;
  for (int i = 0; i < adds + reads; ++i) {
    ObjectOp op;
    op.add = i < adds;
    op.set = shape.set && !op.add;
    if (op.add) op.amount = amount_of(shape, i + 1, random);
    if (!op.add) draw_value(adds, &op, random);
    const auto at = static_cast<std::size_t>(2 * i);
    op.start = std::min(positions[at], positions[at + 1]);
    op.end = std::max(positions[at], positions[at + 1]);
    if (op.add && random->chance(0.2)) op.outcome = Outcome::kInfo;
    if (op.add && random->chance(0.05)) op.outcome = Outcome::kFail;
    if (op.outcome == Outcome::kInfo) op.end = kNever;
    ops.push_back(op);
  }
  if (shape.finals) mark_finals(&ops, random);
  return in_order(ops);
}

std::vector<ObjectOp> good_objects(const ObjectShape& shape, RandomStream* random) {
  const std::size_t count = 3 + random->below(6);
  std::vector<ObjectOp> ops;
  std::vector<int> held;
  int adds = 0;
  for (std::size_t i = 0; i < count; ++i) {  // operation i takes effect at about 10 (i + 1)
    ObjectOp op;
    op.add = adds < 5 && random->chance(0.55);
    op.set = shape.set && !op.add;
    if (op.add) {
      op.amount = amount_of(shape, ++adds, random);
      held.push_back(op.amount);
    } else if (shape.set) {
      op.items = held;
      random->shuffle(&op.items);
    } else {
      op.amount = std::accumulate(held.begin(), held.end(), 0);
    }
    const auto at = static_cast<Position>(10 * (i + 1));
    op.start =
        (at - static_cast<Position>(random->below(30)) + 30) * 100 + static_cast<Position>(i);
    op.end =
        (at + 31 + static_cast<Position>(random->below(30))) * 100 + 50 + static_cast<Position>(i);
    if (op.add && random->chance(0.15)) {
      op.outcome = Outcome::kInfo;
      op.end = kNever;
    }
    ops.push_back(op);
  }
  if (shape.finals) mark_finals(&ops, random);
  return in_order(ops);
}

std::vector<ObjectOp> spoil(std::vector<ObjectOp> ops, RandomStream* random) {
  const std::size_t victim = random->below(ops.size());
  ObjectOp& op = ops[victim];
  const ObjectOp& other = ops[random->below(ops.size())];
  switch (random->below(5)) {
    case 0:
      if (op.add) break;
      if (!op.set) {
        op.amount += random->chance(0.5) ? 1 : -1;
      } else if (!op.items.empty() && random->chance(0.6)) {
        op.items.pop_back();
      } else {
        op.items.push_back(1 + static_cast<int>(random->below(5)));
      }
      break;
    case 1:
      if (ops.size() > 1) ops.erase(ops.begin() + static_cast<std::ptrdiff_t>(victim));
      break;
    case 2:
      if (!op.add && !other.add) {
        op.items = other.items;
        op.amount = other.amount;
      }
      break;
    case 3:
      if (op.add && op.end != kNever) op.outcome = Outcome::kFail;
      break;
    default: {
      auto moved = static_cast<Position>(100 * (10 + random->below(120)) + 60);
      while (is_taken(ops, moved)) ++moved;
      if (moved < op.end && (op.end == kNever || random->chance(0.5))) {
        op.start = moved;
      } else if (moved > op.start && op.end != kNever) {
        op.end = moved;
      }
    }
  }
  return in_order(ops);
}

}  // namespace quorate
