#include "harness/run/aim.h"

#include <utility>

namespace quorate {

Result<std::unique_ptr<Aim>> Aim::begin(Network& network, std::unique_ptr<TrafficReader> reader,
                                        WriteMoments moments) {
  std::unique_ptr<Aim> aim(new Aim(network, std::move(reader), std::move(moments)));
  if (Result<void> watching = network.watch(aim.get()); !watching) return watching.error();
  return aim;
}

Aim::Aim(Network& network, std::unique_ptr<TrafficReader> reader, WriteMoments moments)
    : network_(network),
      endpoints_(network.endpoints().size()),
      reader_(std::move(reader)),
      moments_(std::move(moments)) {}

Aim::~Aim() {
  if (network_.watch(nullptr)) network_.thaw();
}

void Aim::arm(std::size_t id, WantedMoment wanted, std::function<void()> came) {
  const std::lock_guard lock(mutex_);
  armed_[id] = {std::move(wanted), std::move(came)};
}

void Aim::disarm(std::size_t id) {
  {
    const std::lock_guard lock(mutex_);
    armed_.erase(id);
    if (!came_ || came_->id != id) return;
  }
  thaw();
}

std::optional<Aim::Came> Aim::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(came_, std::nullopt);
}

void Aim::thaw() {
  {
    const std::lock_guard lock(mutex_);
    came_.reset();
    frozen_ = false;
  }
  network_.thaw();
}

// A moment that somebody waits for, unless another one is being dealt with.
std::function<void()> Aim::look_at(Moment moment, Ruling* ruling) {
  if (frozen_) return {};
  for (auto& [id, armed] : armed_) {
    if (!is_wanted(moment, armed.wanted, network_.endpoints())) continue;
    ruling->freeze = links_of(moment.coordinator);
    frozen_ = true;
    std::function<void()> tell = std::move(armed.tell);
    came_ = Came{id, std::move(moment)};
    armed_.erase(id);
    return tell;
  }
  return {};
}

WriteCounts Aim::counts() const {
  const std::lock_guard lock(mutex_);
  return moments_.counts();
}

Json Aim::way_times() const {
  const std::lock_guard lock(mutex_);
  const std::vector<std::string>& names = network_.endpoints();
  Json times = Json::object();
  for (const auto& [nodes, samples] : way_times_.all()) {
    times[names[nodes.first]][names[nodes.second]] = samples;
  }
  return times;
}

std::vector<std::pair<std::size_t, std::size_t>> Aim::links_of(std::size_t endpoint) const {
  std::vector<std::pair<std::size_t, std::size_t>> links;
  for (std::size_t other = 0; other < endpoints_; ++other) {
    if (other == endpoint) continue;
    links.emplace_back(endpoint, other);
    links.emplace_back(other, endpoint);
  }
  return links;
}

PacketWatcher::Ruling Aim::on_packet(std::size_t from, std::size_t to,
                                     std::span<const std::byte> packet) {
  Ruling ruling;
  std::function<void()> tell;
  {
    const std::lock_guard lock(mutex_);
    const std::optional<StreamPiece> piece = streams_.add(packet);
    if (!piece) return ruling;
    messages_.clear();
    reader_->take(piece->connection, piece->of_opener ? from : to, piece->of_opener ? to : from,
                  piece->of_opener, piece->bytes, &messages_);
    if (piece->ended) reader_->ended(piece->connection);
    const Instant now = messages_.empty() ? Instant{} : monotonic_now();
    for (const ReplicaMessage& message : messages_) {
      way_times_.add(message, now);
      for (Moment& moment : moments_.add(message)) {
        if (auto came = look_at(std::move(moment), &ruling)) tell = std::move(came);
      }
    }
  }
  if (tell) tell();
  return ruling;
}

}  // namespace quorate
