#include "nemesis/packet/tcp_streams.h"

#include <utility>

namespace quorate {
namespace {

std::string payload_of(std::span<const std::byte> packet) {
  const std::optional<IpLayout> layout = parse_ipv4(packet);
  if (!layout || layout->payload_at >= layout->end) return {};
  const auto bytes = packet.subspan(layout->payload_at, layout->end - layout->payload_at);
  std::string payload;
  payload.reserve(bytes.size());
  for (const std::byte byte : bytes) payload.push_back(static_cast<char>(byte));
  return payload;
}

}  // namespace

bool TcpStreams::is_of_opener(const TcpSegment& segment) const {
  return connections_.contains(
      {segment.source, segment.destination, segment.source_port, segment.destination_port});
}

std::optional<StreamPiece> TcpStreams::add(std::span<const std::byte> packet) {
  const std::optional<TcpSegment> segment = parse_tcp(packet);
  if (!segment) return {};
  const Ends ends{segment->source, segment->destination, segment->source_port,
                  segment->destination_port};
  if (segment->syn && !segment->ack) open(ends);
  auto found = connections_.find(ends);
  const bool of_opener = found != connections_.end();
  if (!of_opener) found = connections_.find(ends.reversed());
  if (found == connections_.end()) return {};
  StreamPiece piece{.connection = found->second.number, .of_opener = of_opener};
  Direction& direction = found->second.directions[of_opener ? 0 : 1];
  if (segment->syn) {
    direction = Direction{.begun = true,
                          .next = segment->sequence + 1,
                          .waiting = {},
                          .waiting_bytes = 0,
                          .first = segment->sequence + 1};
  }
  if (direction.begun && !segment->syn) {
    take(&direction, segment->sequence, payload_of(packet), &piece.bytes);
  }
  if (segment->rst || segment->fin) {
    piece.ended = true;
    by_number_.erase(found->second.number);
    connections_.erase(found);
  }
  if (piece.bytes.empty() && !piece.ended) return {};
  return piece;
}

void TcpStreams::open(const Ends& opener) {
  Connection& connection = connections_[opener];
  // A SYN that is sent again opens nothing new, and neither do the same ports used again: their
  // direction begins anew.
  if (connection.number != 0) return;
  connection.number = ++opened_;
  by_number_[connection.number] = opener;
  if (connections_.size() <= kMostConnections) return;
  connections_.erase(by_number_.begin()->second);
  by_number_.erase(by_number_.begin());
}

// Sequence numbers wrap; distances from the first byte do too, but only after 4 GiB, and are
// compared by difference.
void TcpStreams::take(Direction* direction, std::uint32_t sequence, std::string bytes,
                      std::string* out) {
  if (bytes.empty()) return;
  const auto ahead = static_cast<std::int32_t>(sequence - direction->next);
  if (ahead > 0) {
    direction->waiting_bytes += bytes.size();
    if (direction->waiting_bytes > kMostWaiting) {
      *direction = Direction{};  // too much is missing
      return;
    }
    direction->waiting.emplace(sequence - direction->first, std::move(bytes));
    return;
  }
  const auto known = static_cast<std::size_t>(-static_cast<std::int64_t>(ahead));
  if (known >= bytes.size()) return;
  out->append(bytes, known, std::string::npos);
  direction->next = sequence + static_cast<std::uint32_t>(bytes.size());
  while (!direction->waiting.empty()) {
    const auto first = direction->waiting.begin();
    const std::uint32_t at = direction->first + first->first;
    if (static_cast<std::int32_t>(at - direction->next) > 0) return;
    std::string behind = std::move(first->second);
    direction->waiting_bytes -= behind.size();
    direction->waiting.erase(first);
    const auto overlap = static_cast<std::size_t>(direction->next - at);
    if (overlap >= behind.size()) continue;
    out->append(behind, overlap, std::string::npos);
    direction->next = at + static_cast<std::uint32_t>(behind.size());
  }
}

}  // namespace quorate
