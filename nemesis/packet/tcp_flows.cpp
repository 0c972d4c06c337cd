#include "nemesis/packet/tcp_flows.h"

#include <algorithm>
#include <utility>

namespace quorate {
namespace {

// Whether `a` comes after `b` among sequence numbers, which go round in a circle.
bool after(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) > 0; }

}  // namespace

std::size_t TcpFlows::KeyHash::operator()(const Key& key) const {
  std::uint64_t mixed = 0;
  for (const End& end : key.ends) {
    mixed = (mixed ^ (std::uint64_t{end.address} << 16 | end.port)) * 0x9e3779b97f4a7c15ULL;
    mixed ^= mixed >> 32;
  }
  return mixed;
}

TcpFlows::Key TcpFlows::key_of(const TcpSegment& segment) {
  const End source{segment.source, segment.source_port};
  const End destination{segment.destination, segment.destination_port};
  return {{std::min(source, destination), std::max(source, destination)}};
}

std::size_t TcpFlows::sender_of(const TcpSegment& segment) {
  const End source{segment.source, segment.source_port};
  return source == key_of(segment).ends[0] ? 0 : 1;
}

bool TcpFlows::on_sent(const TcpSegment& segment) {
  if (segment.syn && segment.ack) open(segment);
  const auto found = flows_.find(key_of(segment));
  if (found == flows_.end()) return false;
  Flow& flow = found->second;
  flow.last_heard = ++heard_;
  std::uint32_t& awaits = flow.awaits[sender_of(segment)];
  if (segment.ack && after(segment.acknowledgement, awaits)) awaits = segment.acknowledgement;
  return flow.broken && segment.ack && !segment.rst;
}

void TcpFlows::on_delivered(const TcpSegment& segment) {
  const auto found = flows_.find(key_of(segment));
  if (found == flows_.end()) return;
  if (segment.rst) {
    flows_.erase(found);
    return;
  }
  Flow& flow = found->second;
  const std::size_t sender = sender_of(segment);
  std::uint32_t& awaits = flow.awaits[1 - sender];
  if (after(segment.sequence, awaits)) return;  // there is a gap before it
  if (after(segment.next_sequence(), awaits)) awaits = segment.next_sequence();
  if (segment.fin) flow.finished[sender] = true;
  if (flow.finished[0] && flow.finished[1]) flows_.erase(found);
}

std::vector<TcpSegment> TcpFlows::reset(Ipv4Address a, Ipv4Address b) {
  const auto [low, high] = std::minmax(a, b);
  std::vector<Key> broken;
  for (auto& [key, flow] : flows_) {
    if (key.ends[0].address != low || key.ends[1].address != high || flow.broken) continue;
    flow.broken = true;
    broken.push_back(key);
  }
  std::sort(broken.begin(), broken.end());
  std::vector<TcpSegment> resets;
  for (const Key& key : broken) {
    for (const std::size_t end : {0U, 1U}) resets.push_back(reset_for(key, flows_.at(key), end));
  }
  return resets;
}

TcpSegment TcpFlows::reset_for(const Key& key, const Flow& flow, std::size_t end) {
  const End& to = key.ends[end];
  const End& from = key.ends[1 - end];
  // The acknowledgement is for a client that still awaits the answer to its SYN: it believes no
  // other.
  return {.source = from.address,
          .destination = to.address,
          .source_port = from.port,
          .destination_port = to.port,
          .sequence = flow.awaits[end],
          .acknowledgement = flow.awaits[1 - end],
          .ack = true,
          .rst = true};
}

// From the SYN-ACK: the first segment that tells both ends' numbers.
void TcpFlows::open(const TcpSegment& answer) {
  if (flows_.size() >= kMost) forget_the_silent();
  Flow flow;
  const std::size_t listener = sender_of(answer);
  flow.awaits[listener] = answer.acknowledgement;
  flow.awaits[1 - listener] = answer.sequence;
  const auto [entry, is_new] = flows_.try_emplace(key_of(answer), flow);
  // The same once more is the answer sent again; another is a new connection on the same ports.
  if (!is_new && entry->second.awaits[listener] != answer.acknowledgement) entry->second = flow;
}

void TcpFlows::forget_the_silent() {
  std::vector<std::uint64_t> heard;
  heard.reserve(flows_.size());
  for (const auto& entry : flows_) heard.push_back(entry.second.last_heard);
  const auto middle = heard.begin() + static_cast<std::ptrdiff_t>(heard.size() / 2);
  std::nth_element(heard.begin(), middle, heard.end());
  std::erase_if(flows_, [&](const auto& entry) { return entry.second.last_heard < *middle; });
}

TcpSegment reset_answering(const TcpSegment& segment) {
  return {.source = segment.destination,
          .destination = segment.source,
          .source_port = segment.destination_port,
          .destination_port = segment.source_port,
          .sequence = segment.acknowledgement,
          .acknowledgement = segment.next_sequence(),
          .ack = true,
          .rst = true};
}

}  // namespace quorate
