#include "harness/serve/event_stream.h"

#include <array>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include "harness/serve/ledger.h"

namespace quorate {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/event-stream\r\n"
    "Cache-Control: no-store\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
    "Connection: close\r\n\r\n";

class EventStream : public std::enable_shared_from_this<EventStream> {
 public:
  EventStream(beast::tcp_stream stream, std::shared_ptr<Counted> connection, FollowRequest request)
      : connection_(std::move(connection)),
        counted_(connection_->shared_state(), &ServerState::streams),
        stream_(std::move(stream)),
        timer_(stream_.get_executor()),
        request_(std::move(request)) {}

  void start(bool with_body) {
    text_ = kHead;
    if (!with_body) {
      ending_ = true;
      write();
      return;
    }
    text_ += "retry: 1000\n\n";
    stream_.expires_never();
    watch();
    write();
  }

 private:
  const ServeLimits& limits() const { return connection_->state().limits; }

  // A client that goes is seen here. One that says more is not understood, and hung up on.
  void watch() {
    stream_.async_read_some(
        asio::buffer(heard_),
        [self = shared_from_this()](const error_code&, std::size_t) { self->end(); });
  }

  void end() {
    ended_ = true;
    timer_.cancel();
    stream_.close();
  }

  // Sends text_, and then goes on.
  void write() {
    stream_.expires_after(limits().answer_time);
    last_written_ = monotonic_now();
    asio::async_write(stream_, asio::buffer(text_),
                      [self = shared_from_this()](const error_code& error, std::size_t) {
                        if (error || self->ending_ || self->ended_) {
                          self->end();
                        } else {
                          self->look();
                        }
                      });
  }

  // Sends what is new, else waits.
  void look() {
    text_.clear();
    const ServedFolder& folder = connection_->state().folder;
    const Result<LedgerPart> part = read_ledger(folder, request_.campaign, request_.from);
    if (!part) {
      text_ = stream_event("broken", "", Json(part.error().context).dump());
      ending_ = true;
      write();
      return;
    }
    if (part->begun_anew) text_ += stream_event("anew", "0", "{}");
    text_ += run_events(*part);
    request_.from = part->end;
    // After the last run, so that it stands behind it.
    const bool stopped = part->lines.empty() && is_stopped(folder, request_.campaign);
    if (part->lines.empty() && told_stopped_ != stopped) {
      told_stopped_ = stopped;
      text_ += stream_event("state", "", stopped ? "{\"stopped\":true}" : "{\"stopped\":false}");
    }
    if (text_.empty() && monotonic_now() - last_written_ >= limits().heartbeat) text_ = ":\n\n";
    if (!text_.empty()) {
      write();
      return;
    }
    timer_.expires_after(limits().look);
    timer_.async_wait([self = shared_from_this()](const error_code& cancelled) {
      if (!cancelled && !self->ended_) self->look();
    });
  }

  std::shared_ptr<Counted> connection_;
  Counted counted_;
  beast::tcp_stream stream_;
  asio::steady_timer timer_;
  FollowRequest request_;
  std::string text_;
  std::array<char, 256> heard_{};
  std::optional<bool> told_stopped_;
  Instant last_written_{};
  bool ending_ = false;  // once text_ was sent
  bool ended_ = false;
};

}  // namespace

void start_event_stream(beast::tcp_stream stream, std::shared_ptr<Counted> connection,
                        FollowRequest request, bool with_body) {
  std::make_shared<EventStream>(std::move(stream), std::move(connection), std::move(request))
      ->start(with_body);
}

}  // namespace quorate
