#include "nemesis/traffic/request_gate.h"

#include <utility>

namespace quorate {
namespace {

// SYN and FIN take a sequence number each, and carry nothing.
bool carries_data(const TcpSegment& segment) {
  return segment.length > static_cast<std::uint32_t>(segment.syn) + segment.fin;
}

}  // namespace

Result<std::unique_ptr<RequestGate>> RequestGate::begin(Network& network,
                                                        std::unique_ptr<TrafficReader> reader) {
  std::unique_ptr<RequestGate> gate(new RequestGate(network, std::move(reader)));
  if (Result<void> watching = network.watch(gate.get()); !watching) return watching.error();
  return gate;
}

RequestGate::RequestGate(Network& network, std::unique_ptr<TrafficReader> reader)
    : network_(network),
      endpoints_(network.endpoints().size()),
      reader_(std::move(reader)),
      links_(endpoints_ * endpoints_) {}

RequestGate::~RequestGate() { (void)network_.watch(nullptr); }

void RequestGate::set(std::size_t from, std::size_t to, State state) {
  const std::lock_guard lock(mutex_);
  link(from, to).state = state;
  link(from, to).holds_back = false;
}

void RequestGate::hold(std::size_t from, std::size_t to) { set(from, to, State::kHeld); }

void RequestGate::hold_writes(std::size_t from, std::size_t to) {
  set(from, to, State::kUntilWrite);
}

void RequestGate::release(std::size_t from, std::size_t to) { set(from, to, State::kOpen); }

void RequestGate::release_all() {
  for (std::size_t from = 0; from < endpoints_; ++from) {
    for (std::size_t to = 0; to < endpoints_; ++to) release(from, to);
  }
}

bool RequestGate::holds_back(std::size_t from, std::size_t to) const {
  const std::lock_guard lock(mutex_);
  return links_[from * endpoints_ + to].holds_back;
}

std::size_t RequestGate::acknowledged(std::size_t from, std::size_t to) const {
  const std::lock_guard lock(mutex_);
  return links_[from * endpoints_ + to].acknowledged;
}

bool RequestGate::brings_record(std::size_t from, std::size_t to,
                                std::span<const std::byte> packet) {
  const std::optional<StreamPiece> piece = streams_.add(packet);
  if (!piece) return false;
  messages_.clear();
  reader_->take(piece->connection, piece->of_opener ? from : to, piece->of_opener ? to : from,
                piece->of_opener, piece->bytes, &messages_);
  if (piece->ended) reader_->ended(piece->connection);
  bool record = false;
  for (const ReplicaMessage& message : messages_) {
    if (message.kind == ReplicaMessage::Kind::kWrite) record = true;
    if (message.kind == ReplicaMessage::Kind::kWriteDone) {
      ++link(message.coordinator, message.replica).acknowledged;
    }
  }
  return record;
}

PacketWatcher::Ruling RequestGate::on_packet(std::size_t from, std::size_t to,
                                             std::span<const std::byte> packet) {
  const std::optional<TcpSegment> segment = parse_tcp(packet);
  if (!segment) return {};
  const std::lock_guard lock(mutex_);
  // Asked first: a connection that ends is forgotten.
  const bool asks = carries_data(*segment) && streams_.is_of_opener(*segment);
  const bool record = brings_record(from, to, packet);
  Link& on_its_way = link(from, to);
  if (!asks || on_its_way.state == State::kOpen) return {};
  if (on_its_way.state == State::kUntilWrite && !record) return {};
  on_its_way.state = State::kHeld;
  on_its_way.holds_back = true;
  return {.drop = true, .freeze = {}};
}

}  // namespace quorate
