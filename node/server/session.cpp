#include "node/server/session.h"

#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include "base/check.h"
#include "node/core/client_reply.h"
#include "node/core/resp_writer.h"

namespace quorate::node {
namespace {

constexpr std::size_t kOutputBytes = std::size_t{32} << 20U;
// Commands of one connection that wait for their end; at the upper mark it is not read any more.
constexpr std::size_t kPauseAt = 1024;
constexpr std::size_t kResumeAt = 512;

}  // namespace

Session::Session(std::uint32_t id, Tcp::socket socket, TurnEnd* turn_end, SessionHost* host)
    : id_(id),
      host_(host),
      channel_(
          std::make_shared<Channel>(std::move(socket), turn_end, ChannelLimits{kOutputBytes})) {}

std::string* Session::reply() {
  if (places_.empty()) return unordered_reply();
  places_.push_back({.done = true});
  return &places_.back().bytes;
}

std::string* Session::unordered_reply() {
  channel_->flush_soon();
  return channel_->output();
}

std::uint32_t Session::hold_reply(CommandKind kind, bool meta, Instant now) {
  places_.push_back({.kind = kind, .meta = meta, .begun = now});
  return first_number_ + static_cast<std::uint32_t>(places_.size() - 1);
}

Session::Finished Session::finish(std::uint32_t number, const OperationResult& result,
                                  const std::vector<std::string>& names) {
  const std::uint32_t at = number - first_number_;
  QUORATE_CHECK(at < places_.size() && !places_[at].done, "place {} of session {}", number, id_);
  Place& place = places_[at];
  ClientCommand command;
  command.kind = place.kind;
  command.meta = place.meta;
  encode_client_reply(command, result, names, at == 0 ? unordered_reply() : &place.bytes);
  place.done = true;
  const Finished finished{place.kind, place.begun};
  if (at == 0) release_done();
  return finished;
}

void Session::release_done() {
  while (!places_.empty() && places_.front().done) {
    if (!places_.front().bytes.empty()) unordered_reply()->append(places_.front().bytes);
    places_.pop_front();
    ++first_number_;
  }
  if (!closing_.empty()) {
    if (places_.empty()) channel_->finish(closing_);
    return;
  }
  if (paused_ && places_.size() <= kResumeAt && !std::exchange(resuming_, true)) {
    // Not from here: an operation is ending, and its engine must not be asked to begin another
    // meanwhile.
    boost::asio::post(channel_->executor(), [self = shared_from_this()] { self->resume(); });
  }
}

void Session::resume() {
  resuming_ = false;
  paused_ = false;
  take_commands();
  if (!paused_) channel_->resume();
}

void Session::on_bytes(std::string_view bytes) {
  parser_.feed(bytes);
  take_commands();
}

void Session::take_commands() {
  const auto alive = shared_from_this();  // a command may close the session
  while (channel_->is_open() && closing_.empty() && !paused_) {
    const Result<std::optional<RespRequest>> request = parser_.next();
    if (!request) {
      append_error("ERR " + request.error().to_string(), reply());
      close_after_replies(request.error().to_string());
      break;
    }
    if (!*request) break;
    host_->on_command(this, **request);
    if (places_.size() < kPauseAt) continue;
    paused_ = true;
    channel_->pause();
  }
}

void Session::close_after_replies(std::string_view why) {
  if (!closing_.empty()) return;
  closing_ = why;
  channel_->pause();
  if (places_.empty()) channel_->finish(closing_);
}

void Session::on_closed(std::string_view why) { host_->on_session_closed(id_, why); }

}  // namespace quorate::node
