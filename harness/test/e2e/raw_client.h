// A TCP connection that says what it is told to, byte for byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/file.h"
#include "base/time.h"

namespace quorate::e2e {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port);
  bool connected() const { return static_cast<bool>(socket_); }
  // False where the other end has closed.
  bool say(std::string_view text) const;
  // No more will be said.
  void half_close() const;
  // Hears more until `text` came, the other end closes, or the time is up. Returns whether it came.
  bool hear(std::string_view text, Duration timeout = std::chrono::seconds(10));
  // Hears all until the other end closes; false where it did not in time.
  bool hear_end(Duration timeout = std::chrono::seconds(10));
  const std::string& heard() const { return heard_; }

 private:
  bool hear_more(Instant deadline);
  FileDescriptor socket_;
  std::string heard_;
  bool ended_ = false;
};

struct HttpReply {
  int status = 0;  // 0: no reply came
  std::string head;
  std::string body;
};
HttpReply reply_in(const std::string& heard);
// One request on a connection of its own. `head`: more lines, each with its end.
HttpReply ask(std::uint16_t port, const std::string& target, const std::string& method = "GET",
              const std::string& head = "Host: localhost\r\n");

}  // namespace quorate::e2e
