// RespClient: one connection to a node, by hiredis; and what came back, as plain data.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <hiredis.h>

namespace quorate::node {

struct Answer {
  int type = 0;  // REDIS_REPLY_…; 0: the connection broke
  std::string text;
  long long integer = 0;
  std::vector<Answer> elements;

  bool is_error(std::string_view prefix) const {
    return type == REDIS_REPLY_ERROR && text.starts_with(prefix);
  }
};

class RespClient {
 public:
  explicit RespClient(int port);

  bool is_open() const { return context_ != nullptr && context_->err == 0; }
  // One command and its answer. Gives up after five seconds.
  Answer ask(const std::vector<std::string>& arguments);
  // Pipelining: write() any number, then read_answer() as many.
  void write(const std::vector<std::string>& arguments);
  Answer read_answer();
  // Sends what write() gathered.
  void flush();
  // Whether anything has come in that was not read.
  bool has_bytes() const;
  int descriptor() const { return context_->fd; }

 private:
  struct Free {
    void operator()(redisContext* context) const { redisFree(context); }
  };
  std::unique_ptr<redisContext, Free> context_;
};

}  // namespace quorate::node
