#include "nemesis/traffic/way_times.h"

namespace quorate {

void WayTimes::add(const ReplicaMessage& message, Instant now) {
  const Record record{message.coordinator, message.replica, message.key, message.version};
  if (message.kind == ReplicaMessage::Kind::kWrite) {
    if (!pending_.emplace(record, now).second) return;
    order_.push_back(record);
    if (order_.size() <= kMostPending) return;
    pending_.erase(order_.front());
    order_.pop_front();
    return;
  }
  const auto sent = pending_.find(record);
  if (sent == pending_.end()) return;
  samples_[{message.coordinator, message.replica}].add((now - sent->second).count());
  pending_.erase(sent);  // its place in order_ stays, and means nothing any more
}

// Where there are too many, every other one goes, and of the next ones too.
void WayTimes::Samples::add(std::int64_t value) {
  if (seen++ % stride != 0) return;
  values.push_back(value);
  if (values.size() < kMostSamples) return;
  for (std::size_t i = 1; 2 * i < values.size(); ++i) values[i] = values[2 * i];
  values.resize(values.size() / 2);
  stride *= 2;
}

std::map<std::pair<std::size_t, std::size_t>, std::vector<std::int64_t>> WayTimes::all() const {
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::int64_t>> all;
  for (const auto& [nodes, samples] : samples_) all[nodes] = samples.values;
  return all;
}

}  // namespace quorate
