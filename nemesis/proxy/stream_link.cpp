#include "nemesis/proxy/stream_link.h"

#include <algorithm>

#include <fmt/core.h>

#include "base/check.h"

namespace quorate {
namespace {

constexpr std::size_t kMostBytes = 64 << 10;
constexpr std::size_t kLeastBytes = 512;
constexpr std::uint64_t kPiecesPerSecond = 20;  // of a slow link

Error unsupported(std::string_view what) {
  return {ErrorCode::kUnsupported,
          fmt::format("--network proxy carries streams of bytes and cannot {} them: only --network "
                      "packet can",
                      what)};
}

}  // namespace

Result<void> StreamLink::can_be(const LinkState& state) {
  if (state.loss > 0) return unsupported("lose parts of");
  if (state.duplicate > 0) return unsupported("duplicate parts of");
  if (state.reorder > 0 || state.overtaking) return unsupported("reorder");
  if (state.corrupt > 0) return unsupported("corrupt");
  return {};
}

void StreamLink::set(const LinkState& state, Instant now) {
  QUORATE_CHECK(can_be(state).has_value());
  if (state.cut && !state_.cut) cut_since_ = now;
  if (state.bytes_per_second != state_.bytes_per_second) busy_until_ = now;
  state_ = state;
}

std::optional<Instant> StreamLink::gives_up_at(Instant arrived) const {
  if (!state_.cut) return std::nullopt;
  return std::max(arrived, cut_since_) + kGiveUp;
}

std::size_t StreamLink::most_at_once() const {
  if (state_.bytes_per_second == 0) return kMostBytes;
  return std::clamp<std::size_t>(state_.bytes_per_second / kPiecesPerSecond, kLeastBytes,
                                 kMostBytes);
}

Instant StreamLink::leaves_at(std::size_t bytes, Instant now) {
  Instant leaves = now;
  if (state_.bytes_per_second != 0) {
    const std::chrono::duration<double> takes(static_cast<double>(bytes) /
                                              static_cast<double>(state_.bytes_per_second));
    busy_until_ = std::max(busy_until_, now) + std::chrono::duration_cast<Duration>(takes);
    leaves = busy_until_;
  }
  if (!state_.delay.none()) leaves += state_.delay.draw(&random_);
  return leaves;
}

}  // namespace quorate
