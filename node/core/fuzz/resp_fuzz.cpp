// libFuzzer: what comes in on a node's port, and what comes back from peers.
//
// The first byte seeds how the rest is cut into pieces. The requests read must not depend on the
// cut; and whatever a decoder accepts, its encoder writes and the decoder reads back the same.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/random.h"
#include "node/core/client_command.h"
#include "node/core/resp_parser.h"
#include "node/core/resp_reply.h"
#include "node/core/wire.h"

namespace quorate::node {
namespace {

using Requests = std::vector<std::vector<std::string>>;

// All requests in `bytes`, fed in pieces of 1 to `max_piece`; the error at the end, if there is
// one, as a last request of one word.
Requests parse(std::string_view bytes, std::size_t max_piece, RandomStream* random) {
  RespParser parser;
  Requests requests;
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), 1 + random->below(max_piece));
    parser.feed(bytes.substr(0, size));
    bytes.remove_prefix(size);
    while (true) {
      const auto request = parser.next();
      if (!request) {
        QUORATE_CHECK(!parser.next(), "an error must be final");
        requests.push_back({request.error().to_string()});
        return requests;
      }
      if (!*request) break;
      QUORATE_CHECK(!(*request)->empty());
      requests.emplace_back((*request)->begin(), (*request)->end());
    }
  }
  return requests;
}

void check_peer_request(RespRequest arguments) {
  const auto request = decode_request(arguments);
  if (!request) return;
  std::string written;
  encode_request(*request, &written);
  RespParser parser;
  parser.feed(written);
  const auto again = parser.next();
  QUORATE_CHECK(again && *again, "what we write is a request");
  QUORATE_CHECK(decode_request(**again).value() == *request);
}

void check_client_command(RespRequest arguments) {
  const CommandDefaults defaults{{5, 3, 3}, std::chrono::seconds(1)};
  const auto command = parse_client_command(arguments, defaults);
  if (!command) return;
  std::string written;
  encode_client_command(*command, &written);
  RespParser parser;
  parser.feed(written);
  const auto again = parser.next();
  QUORATE_CHECK(again && *again, "what we write is a request");
  QUORATE_CHECK(parse_client_command(**again, defaults).value() == *command);
}

void check_replies(std::string_view bytes) {
  RespReplyReader reader;
  reader.feed(bytes);
  while (true) {
    auto value = reader.next();
    if (!value || !*value) return;
    const auto reply = decode_reply(std::move(**value));
    if (!reply) continue;
    std::string written;
    encode_reply(*reply, &written);
    RespReplyReader again;
    again.feed(written);
    QUORATE_CHECK(decode_reply(std::move(*again.next().value())).value() == *reply);
  }
}

void try_input(std::uint8_t seed, std::string_view bytes) {
  RandomStream random(seed, "pieces");
  const Requests whole = parse(bytes, bytes.size() + 1, &random);
  const Requests pieces = parse(bytes, 1 + random.below(40), &random);
  QUORATE_CHECK(whole == pieces, "the requests depend on how their bytes arrive");
  for (const std::vector<std::string>& words : whole) {
    const std::vector<std::string_view> views(words.begin(), words.end());
    check_peer_request(views);
    check_client_command(views);
  }
  check_replies(bytes);
}

}  // namespace
}  // namespace quorate::node

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  quorate::node::try_input(data[0], bytes);
  return 0;
}
