#include "checker/online/online_key.h"

#include <algorithm>

#include "base/check.h"

namespace quorate {

OnlineKey::OnlineKey(ValueId initial) {
  Value value;
  value.write_end = kBefore;
  value.write_order = write_order_.add(initial, kBefore, kBefore);
  value.linearizable = linearizable_.add(initial, kBefore, kBefore);
  values_.emplace(initial, value);
}

bool OnlineKey::invoke_write(ValueId value, Position at) {
  Value written;
  written.write_start = at;
  written.last_start = at;
  return values_.emplace(value, written).second;
}

void OnlineKey::complete_write(ValueId id, Position at) {
  const auto found = values_.find(id);
  QUORATE_CHECK(found != values_.end());
  Value& value = found->second;
  value.write_end = at;
  value.write_order = write_order_.add(id, at, value.last_start);
  if (value.linearizable == kNotThere) {
    value.linearizable = linearizable_.add(id, at, value.last_start);
  }
  if (records_.empty() || value.write_start > records_.back().start) {
    records_.push_back({value.write_start, at});
  }
  if (values_.size() >= forget_at_) forget(at);
}

BrokenRules OnlineKey::fail_write(ValueId id) {
  const auto found = values_.find(id);
  QUORATE_CHECK(found != values_.end());
  if (found->second.reads == 0) {  // nobody may ever read it: as if it had not been written
    values_.erase(found);
    return {};
  }
  found->second.failed = true;
  return BrokenRules::by_a_dirty_read();
}

void OnlineKey::invoke_read(Position at) { reads_.emplace_back(at, false); }

void OnlineKey::abandon_read(Position invoked) { end_read(invoked); }

BrokenRules OnlineKey::complete_read(ValueId id, Position invoked, Position at) {
  end_read(invoked);
  const auto found = values_.find(id);
  if (found == values_.end()) return BrokenRules::all();  // forgotten, failed or never written
  Value& value = found->second;
  if (value.failed) return BrokenRules::by_a_dirty_read();
  ++value.reads;
  BrokenRules broken;
  broken.latest = is_stale(value, invoked);
  value.last_start = std::max(value.last_start, invoked);
  if (value.write_order == kForgotten) {
    broken.write_order = true;
  } else if (value.write_order != kNotThere) {
    broken.write_order = write_order_.raise(value.write_order, invoked).has_value();
  }
  if (value.linearizable == kForgotten) {
    broken.linearizable = true;
  } else if (value.linearizable == kNotThere) {
    value.linearizable = linearizable_.add(id, at, value.last_start);
  } else {
    broken.linearizable = linearizable_.raise(value.linearizable, invoked).has_value();
  }
  if (values_.size() >= forget_at_) forget(at);
  return broken;
}

bool OnlineKey::is_stale(const Value& value, Position read_start) const {
  const auto overwriting =
      std::upper_bound(records_.begin(), records_.end(), value.write_end,
                       [](Position end, const Record& record) { return end < record.start; });
  return overwriting != records_.end() && overwriting->end < read_start;
}

void OnlineKey::end_read(Position invoked) {
  const auto read = std::lower_bound(
      reads_.begin(), reads_.end(), invoked,
      [](const std::pair<Position, bool>& known, Position other) { return known.first < other; });
  QUORATE_CHECK(read != reads_.end() && read->first == invoked);
  read->second = true;
  while (!reads_.empty() && reads_.front().second) reads_.pop_front();
}

Position OnlineKey::horizon(Position now) const {
  return reads_.empty() ? now + 1 : reads_.front().first;
}

void OnlineKey::forget(Position now) {
  const Position before = horizon(now);
  const auto forgotten_as = [this](Slot Value::*slot) {
    return [this, slot](ValueId id) { values_.find(id)->second.*slot = kForgotten; };
  };
  const auto moved_as = [this](Slot Value::*slot) {
    return [this, slot](ValueId id, Slot to) { values_.find(id)->second.*slot = to; };
  };
  write_order_.forget(before, forgotten_as(&Value::write_order), moved_as(&Value::write_order));
  linearizable_.forget(before, forgotten_as(&Value::linearizable), moved_as(&Value::linearizable));
  while (records_.size() > 1 && records_[1].end < before) records_.pop_front();
  // Stale for every read to come means broken by every rule.
  const bool any = !records_.empty() && records_.front().end < before;
  const Position overwritten = any ? records_.front().start : kBefore;
  boost::unordered::erase_if(
      values_, [&](const auto& entry) { return entry.second.write_end < overwritten; });
  forget_at_ = 64 + 2 * values_.size();
}

}  // namespace quorate
