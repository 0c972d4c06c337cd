#include "node/server/test/resp_client.h"

#include <poll.h>

namespace quorate::node {
namespace {

Answer to_answer(const redisReply& reply) {
  Answer answer;
  answer.type = reply.type;
  answer.integer = reply.integer;
  if (reply.str != nullptr) answer.text.assign(reply.str, reply.len);
  for (std::size_t i = 0; i < reply.elements; ++i) {
    answer.elements.push_back(to_answer(*reply.element[i]));
  }
  return answer;
}

}  // namespace

RespClient::RespClient(int port) {
  const timeval patience{5, 0};
  context_.reset(redisConnectWithTimeout("127.0.0.1", port, patience));
  if (is_open()) redisSetTimeout(context_.get(), patience);
}

void RespClient::write(const std::vector<std::string>& arguments) {
  std::vector<const char*> pointers;
  std::vector<std::size_t> lengths;
  for (const std::string& argument : arguments) {
    pointers.push_back(argument.data());
    lengths.push_back(argument.size());
  }
  if (is_open()) {
    redisAppendCommandArgv(context_.get(), static_cast<int>(pointers.size()), pointers.data(),
                           lengths.data());
  }
}

void RespClient::flush() {
  int done = 0;
  while (is_open() && done == 0) redisBufferWrite(context_.get(), &done);
}

Answer RespClient::read_answer() {
  void* reply = nullptr;
  if (!is_open() || redisGetReply(context_.get(), &reply) != REDIS_OK) return {};
  Answer answer = to_answer(*static_cast<redisReply*>(reply));
  freeReplyObject(reply);
  return answer;
}

Answer RespClient::ask(const std::vector<std::string>& arguments) {
  write(arguments);
  return read_answer();
}

bool RespClient::has_bytes() const {
  pollfd descriptor_poll{context_->fd, POLLIN, 0};
  return ::poll(&descriptor_poll, 1, 0) > 0;
}

}  // namespace quorate::node
