#include "node/core/resp_reply.h"

#include <utility>

#include <fmt/format.h>
#include <hiredis/read.h>

#include "base/check.h"

namespace quorate::node {

// hiredis builds the tree through callbacks. Each charges the limits before it takes memory; where
// one is passed it returns null, and hiredis stops.
struct RespReplyReader::State {
  explicit State(RespReplyLimits given) : limits(given), left(given) {
    reader = redisReaderCreateWithFunctions(&functions);
    QUORATE_CHECK(reader != nullptr, "no memory for a reader");
    reader->privdata = this;
  }
  ~State() { redisReaderFree(reader); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // A place for the next value: in its parent, or a new root, which hiredis hands over or frees.
  static RespValue* place(const redisReadTask* task, RespValue::Kind kind) {
    auto* value = task->parent == nullptr ? new RespValue
                                          : &static_cast<RespValue*>(task->parent->obj)
                                                 ->elements[static_cast<std::size_t>(task->idx)];
    value->kind = kind;
    return value;
  }

  static State* of(const redisReadTask* task) { return static_cast<State*>(task->privdata); }

  static bool charge(std::size_t amount, std::size_t* left, const char* what, State* state) {
    if (amount > *left) {
      state->failed = Error{ErrorCode::kLimit, fmt::format("reply: too many {}", what)};
      return false;
    }
    *left -= amount;
    return true;
  }

  static void* create_text(const redisReadTask* task, char* text, std::size_t size) {
    State* state = of(task);
    if (!charge(size, &state->left.max_bytes, "bytes", state)) return nullptr;
    RespValue* value = place(task, task->type == REDIS_REPLY_STATUS  ? RespValue::Kind::kSimple
                                   : task->type == REDIS_REPLY_ERROR ? RespValue::Kind::kError
                                                                     : RespValue::Kind::kBulk);
    value->text.assign(text, size);
    return value;
  }

  static void* create_array(const redisReadTask* task, int elements) {
    State* state = of(task);
    const auto count = static_cast<std::size_t>(elements);
    if (!charge(count, &state->left.max_elements, "elements", state)) return nullptr;
    RespValue* value = place(task, RespValue::Kind::kArray);
    value->elements.resize(count);
    return value;
  }

  static void* create_integer(const redisReadTask* task, long long number) {
    RespValue* value = place(task, RespValue::Kind::kInteger);
    value->integer = number;
    return value;
  }

  static void* create_nil(const redisReadTask* task) { return place(task, RespValue::Kind::kNil); }

  static void free_root(void* value) { delete static_cast<RespValue*>(value); }

  static redisReplyObjectFunctions functions;

  const RespReplyLimits limits;
  RespReplyLimits left;  // for the reply that is being read
  redisReader* reader = nullptr;
  std::optional<Error> failed;
};

redisReplyObjectFunctions RespReplyReader::State::functions = {
    &State::create_text, &State::create_array, &State::create_integer, &State::create_nil,
    &State::free_root};

RespReplyReader::RespReplyReader(RespReplyLimits limits)
    : state_(std::make_unique<State>(limits)) {}
RespReplyReader::~RespReplyReader() = default;
RespReplyReader::RespReplyReader(RespReplyReader&&) noexcept = default;
RespReplyReader& RespReplyReader::operator=(RespReplyReader&&) noexcept = default;

void RespReplyReader::feed(std::string_view bytes) {
  if (state_->failed) return;
  if (redisReaderFeed(state_->reader, bytes.data(), bytes.size()) != REDIS_OK) {
    state_->failed = Error{ErrorCode::kLimit, "reply: no memory for its bytes"};
  }
}

Result<std::optional<RespValue>> RespReplyReader::next() {
  State& state = *state_;
  if (state.failed) return *state.failed;
  void* reply = nullptr;
  const int status = redisReaderGetReply(state.reader, &reply);
  const std::unique_ptr<RespValue> root(static_cast<RespValue*>(reply));
  if (status != REDIS_OK) {
    if (!state.failed) {
      state.failed =
          Error{ErrorCode::kProtocol, fmt::format("reply: {}", std::string(state.reader->errstr))};
    }
    return *state.failed;
  }
  if (root) {
    state.left = state.limits;
    return std::optional<RespValue>(std::move(*root));
  }
  if (state.reader->len - state.reader->pos > state.left.max_bytes) {
    state.failed = Error{ErrorCode::kLimit, "reply: too many bytes"};
    return *state.failed;
  }
  return std::optional<RespValue>();
}

}  // namespace quorate::node
