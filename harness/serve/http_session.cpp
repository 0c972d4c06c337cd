#include "harness/serve/http_session.h"

#include <array>
#include <optional>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "harness/serve/event_stream.h"

namespace quorate {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kDrainTime = std::chrono::seconds(1);
constexpr std::size_t kMostDrained = 1 << 20;

std::string text_of(beast::string_view text) { return {text.data(), text.size()}; }

SiteAnswer refusal(int status, std::string_view why) {
  SiteAnswer answer;
  answer.status = status;
  answer.body = Json{{"error", why}}.dump() + "\n";
  return answer;
}

class Session : public std::enable_shared_from_this<Session> {
 public:
  Session(tcp::socket socket, const std::shared_ptr<ServerState>& state)
      : connection_(std::make_shared<Counted>(state, &ServerState::connections)),
        stream_(std::move(socket)),
        buffer_(state->limits.header_bytes) {}

  void read() {
    parser_.emplace();
    parser_->header_limit(state().limits.header_bytes);
    stream_.expires_after(state().limits.request_time);
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](const error_code& error, std::size_t) {
                       self->on_read(error);
                     });
  }

 private:
  ServerState& state() const { return connection_->state(); }

  void on_read(const error_code& error) {
    if (!error) {
      ask_site();
      return;
    }
    keep_alive_ = false;
    head_only_ = false;
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
      send(refusal(431, "the request's header is too long"));
    } else if (error == http::error::unexpected_body) {
      // A body may stand behind any method; this server takes none.
      const bool reading = parser_->get().method() == http::verb::get;
      send(reading ? refusal(400, "no request here has a body")
                   : refusal(405, "this server only shows: GET and HEAD"));
    } else if (error.category() == http::make_error_code(http::error::bad_version).category() &&
               error != http::error::end_of_stream && error != http::error::partial_message) {
      send(refusal(400, "this is no HTTP request: " + error.message()));
    } else {
      close();  // it went, or took too long
    }
  }

  void ask_site() {
    const auto& message = parser_->get();
    keep_alive_ = message.keep_alive();
    head_only_ = message.method() == http::verb::head;
    SiteRequest request{.method = text_of(message.method_string()),
                        .target = text_of(message.target()),
                        .host = text_of(message[http::field::host]),
                        .last_event_id = text_of(message["Last-Event-ID"])};
    stream_.expires_never();
    // The worker hands the session back, so that it never ends on the worker's thread.
    asio::post(
        state().workers, [self = shared_from_this(), request = std::move(request)]() mutable {
          SiteAnswer answer = self->state().site.answer(request);
          const auto executor = self->stream_.get_executor();
          asio::post(executor, [self = std::move(self), answer = std::move(answer)]() mutable {
            self->send(std::move(answer));
          });
        });
  }

  void send(SiteAnswer answer) {
    if (answer.follow) {
      if (state().streams < state().limits.streams) {
        start_event_stream(std::move(stream_), connection_, *answer.follow, !head_only_);
        return;
      }
      answer = refusal(503, "too many streams of events at this time");
    }
    if (answer.file.descriptor) {
      send_file(std::move(answer));
    } else {
      send_text(std::move(answer));
    }
  }

  template <typename Body>
  void fill_head(const SiteAnswer& answer, http::response<Body>* response) const {
    response->result(static_cast<unsigned>(answer.status));
    response->version(11);
    response->set(http::field::content_type, answer.type);
    response->set(http::field::cache_control, "no-store");
    response->set("X-Content-Type-Options", "nosniff");
    response->set("Referrer-Policy", "no-referrer");
    response->set("Cross-Origin-Resource-Policy", "same-origin");
    response->set("Content-Security-Policy", answer.policy);
    if (answer.status == 405) response->set(http::field::allow, "GET, HEAD");
    response->keep_alive(keep_alive_);
  }

  void send_text(SiteAnswer answer) {
    auto response = std::make_shared<http::response<http::string_body>>();
    fill_head(answer, response.get());
    response->content_length(answer.body.size());
    if (!head_only_) response->body() = std::move(answer.body);
    write(std::move(response));
  }

  void send_file(SiteAnswer answer) {
    if (head_only_) {
      auto response = std::make_shared<http::response<http::empty_body>>();
      fill_head(answer, response.get());
      response->content_length(answer.file.stamp.size);
      write(std::move(response));
      return;
    }
    auto response = std::make_shared<http::response<http::file_body>>();
    fill_head(answer, response.get());
    beast::file file;
    file.native_handle(answer.file.descriptor.release());
    error_code error;
    response->body().reset(std::move(file), error);
    if (error) {
      send_text(refusal(500, "the file cannot be read: " + error.message()));
      return;
    }
    response->content_length(response->body().size());
    write(std::move(response));
  }

  template <typename Response>
  void write(std::shared_ptr<Response> response) {
    using Serializer = http::response_serializer<typename Response::body_type>;
    auto serializer = std::make_shared<Serializer>(*response);
    serializer->split(head_only_);  // then nothing follows the header
    write_more(std::move(response), std::move(serializer));
  }

  // Whoever takes some of the answer now and then may take long over all of it.
  template <typename Response, typename Serializer>
  void write_more(std::shared_ptr<Response> response, std::shared_ptr<Serializer> serializer) {
    stream_.expires_after(state().limits.answer_time);
    Serializer& next = *serializer;
    http::async_write_some(
        stream_, next,
        [self = shared_from_this(), response = std::move(response),
         serializer = std::move(serializer)](const error_code& error, std::size_t) mutable {
          const bool done =
              serializer->is_done() || (self->head_only_ && serializer->is_header_done());
          if (error || (done && !self->keep_alive_)) {
            self->hang_up();
          } else if (done) {
            self->read();
          } else {
            self->write_more(std::move(response), std::move(serializer));
          }
        });
  }

  // Closing while something is still unread would take the answer away from whoever sent it.
  void hang_up() {
    error_code error;
    stream_.socket().shutdown(tcp::socket::shutdown_send, error);
    if (error) return close();
    stream_.expires_after(kDrainTime);
    drain(0);
  }

  void drain(std::size_t drained) {
    stream_.async_read_some(asio::buffer(drained_), [self = shared_from_this(), drained](
                                                        const error_code& error, std::size_t got) {
      if (error || drained + got > kMostDrained) {
        self->close();
      } else {
        self->drain(drained + got);
      }
    });
  }

  void close() { stream_.close(); }

  std::shared_ptr<Counted> connection_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::empty_body>> parser_;
  std::array<char, 4096> drained_{};
  bool keep_alive_ = false;
  bool head_only_ = false;
};

}  // namespace

void start_session(tcp::socket socket, const std::shared_ptr<ServerState>& state) {
  std::make_shared<Session>(std::move(socket), state)->read();
}

}  // namespace quorate
